"""What people can rely on when they sign in with their electronic identity: there, back, and errors in words."""

import re
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import people
from tests.openid import LANH, OpenIdProvider
from tests.views.conftest import Browser, Page
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import Settings
from webapp.domain.sign_in_rules import SESSION_LIFE, SHARED_SESSION_LIFE
from webapp.extensions import db
from webapp.models import Account, ElectronicIdentity, Notification, SignInSession
from webapp.services import accounts, electronic_identity
from webapp.services.actor import SYSTEM

PHONE = LANH["phone_number"]


@pytest.fixture
def app(settings: Settings, openid_server: OpenIdProvider) -> Iterator[Flask]:
    """The application, where the electronic identity is configured."""
    app = create_app(replace(settings, identity_provider=openid_server.settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def come(openid_server: OpenIdProvider) -> Callable[..., TestResponse]:
    """Walks to the provider, signs in there or cancels, and comes back."""

    def walk(person: Browser, sub: str | None = "person-1", start: str = "/login/electronic") -> TestResponse:
        return person.get(walked(person, sub, start))

    def walked(person: Browser, sub: str | None, start: str) -> str:
        sent = person.get(start)
        assert sent.status_code == 302, sent.text
        back = urlsplit(openid_server.sign_in(sent.location, sub))
        return f"{back.path}?{back.query}"

    walk.walked = walked  # type: ignore[attr-defined]
    return walk


def code_of(phone: object = PHONE) -> str:
    """The code that reached the phone."""
    db.session.rollback()
    sent = db.session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    assert sent is not None and sent.recipient == phone
    found = re.search(r"\d{6}", sent.body)
    assert found
    return found[0]


def confirm(person: Browser, phone: object = PHONE) -> TestResponse:
    """The first time: give the phone, then its code."""
    assert person.post("/login/electronic/phone", {"phone": phone}).status_code == 303
    return person.post("/login/electronic/code", {"code": code_of(phone)})


def owner(person: Browser) -> int | None:
    """Whose account this browser is in."""

    def look() -> int | None:
        with person.client as client:
            client.get("/account")
            return current_user.id if current_user.is_authenticated else None

    return Context().run(look)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


Come = Callable[..., TestResponse]


def test_the_first_time_the_phone_is_confirmed_and_then_never_again(app: Flask, come: Come) -> None:
    person = Browser(app)
    back = come(person)
    assert (back.status_code, urlsplit(back.location).path) == (303, "/login/electronic/phone")
    assert owner(person) is None, "nobody is signed in before the code"
    asked = Page(person.get(back.location).text)
    assert asked.values("phone") == ["0912 345 678"], "the provider's proposal"
    assert "Nguyễn Văn Lành" in asked.text
    assert confirm(person).status_code == 303
    first = owner(person)
    assert first is not None and db.session.get_one(Account, first).phone == PHONE
    another = Browser(app)
    back = come(another, start="/login/electronic?next=/petitions/new")
    assert (back.status_code, back.location, owner(another)) == (303, "/petitions/new", first)
    assert (count(Account), count(ElectronicIdentity)) == (1, 1)


def test_a_known_accounts_phone_is_not_enough_its_code_is(app: Flask, come: Come) -> None:
    known = people.a_citizen(PHONE)
    person = Browser(app)
    come(person)
    assert (owner(person), count(ElectronicIdentity)) == (None, 0)
    person.post("/login/electronic/phone", {"phone": PHONE})
    right = code_of()
    wrong = person.post("/login/electronic/code", {"code": f"{(int(right) + 1) % 10**6:06d}"})
    assert (wrong.status_code, owner(person), count(ElectronicIdentity)) == (422, None, 0)
    assert "Mã chưa đúng" in Page(wrong.text).beside("code")
    person.post("/login/electronic/code", {"code": right})
    assert owner(person) == known.id
    linked = electronic_identity.of_account(known.id)
    assert linked is not None and linked.full_name == "Nguyễn Văn Lành"


def test_whoever_is_signed_in_by_phone_links_from_their_own_page(app: Flask, come: Come) -> None:
    account = people.a_citizen()
    person = Browser(app, account)
    assert "/account/electronic" in Page(person.get("/account").text).links()
    back = come(person, start="/account/electronic")
    assert (back.status_code, back.location, owner(person)) == (303, "/account", account.id)
    shown = Page(person.get("/account").text)
    assert "Định danh điện tử" in shown.text and "/account/electronic" not in shown.links()
    another = Browser(app)
    come(another)
    assert owner(another) == account.id


def test_an_identity_of_another_account_is_refused_in_words(app: Flask, come: Come) -> None:
    first, second = people.a_citizen(), people.a_citizen()
    come(Browser(app, first), start="/account/electronic")
    person = Browser(app, second)
    told = come(person, start="/account/electronic")
    assert_sign_in_page(told, 409, "đã gắn với một tài khoản khác")
    assert owner(person) == second.id
    assert electronic_identity.of_account(second.id) is None


def test_a_phone_whose_account_is_another_persons_is_refused(app: Flask, come: Come) -> None:
    theirs = people.a_citizen(PHONE)
    come(Browser(app, theirs), "person-2", start="/account/electronic")
    person = Browser(app)
    come(person)
    person.post("/login/electronic/phone", {"phone": PHONE})
    told = person.post("/login/electronic/code", {"code": code_of()})
    assert_sign_in_page(told, 409, "của một người khác")
    assert (owner(person), count(ElectronicIdentity)) == (None, 1)


def test_signing_in_on_somebody_elses_device_links_nothing_to_them(app: Flask, come: Come) -> None:
    host = people.a_citizen()
    person = Browser(app, host)
    come(person)
    confirm(person)
    assert electronic_identity.of_account(host.id) is None
    assert owner(person) not in (None, host.id)


def test_who_signed_out_on_the_way_links_nothing(app: Flask, come: Come) -> None:
    account = people.a_citizen()
    person = Browser(app, account)
    path = come.walked(person, "person-1", "/account/electronic")  # type: ignore[attr-defined]
    with person.client.session_transaction() as session:
        session.pop("_user_id")
    assert_sign_in_page(person.get(path), 400, "bấm đăng nhập lại")
    assert count(ElectronicIdentity) == 0


def test_a_disabled_account_is_told_so(app: Flask, come: Come) -> None:
    account = people.a_citizen()
    come(Browser(app, account), start="/account/electronic")
    accounts.disable(account.id, by=SYSTEM, now=utc_now())
    person = Browser(app)
    assert_sign_in_page(come(person), 403, "đang bị khóa")
    assert owner(person) is None


def test_an_answer_counts_once_and_in_the_browser_that_asked(app: Flask, come: Come) -> None:
    asked, stranger = Browser(app), Browser(app)
    path = come.walked(asked, "person-1", "/login/electronic")  # type: ignore[attr-defined]
    assert_sign_in_page(stranger.get(path), 400, "bấm đăng nhập lại")
    assert asked.get(path).status_code == 303
    assert_sign_in_page(asked.get(path), 400, "bấm đăng nhập lại")


def test_a_wrong_nonce_signs_nobody_in(app: Flask, come: Come, openid_server: OpenIdProvider) -> None:
    person = Browser(app)
    path = come.walked(person, "person-1", "/login/electronic")  # type: ignore[attr-defined]
    openid_server.falsify_next(nonce="another")
    assert_sign_in_page(person.get(path), 502, "Chưa xác minh được")
    assert_sign_in_page(person.get("/login/electronic/phone"), 400, "bấm đăng nhập lại")


def test_a_provider_that_is_down_is_told_and_the_phone_still_works(settings: Settings) -> None:
    server = OpenIdProvider(["http://localhost/login/electronic/back"])
    server.stop()
    app = create_app(replace(settings, identity_provider=server.settings))
    with app.app_context():
        person = Browser(app)
        told = person.get("/login/electronic")
        assert_sign_in_page(told, 503, "chưa trả lời")
        assert told.headers["Retry-After"] == "60"
        assert person.post("/login", {"phone": "0912345678"}).status_code == 303
        db.session.remove()
        db.engine.dispose()


def test_steps_out_of_turn_lead_back_to_the_sign_in(app: Flask, come: Come) -> None:
    person = Browser(app)
    for path in ("/login/electronic/phone", "/login/electronic/code"):
        assert_sign_in_page(person.get(path), 400, "bấm đăng nhập lại")
    come(person)
    assert_sign_in_page(person.get("/login/electronic/code"), 400, "bấm đăng nhập lại")
    with person.client.session_transaction() as session:
        session["electronic_told"] = session["electronic_told"][:-8] + "AAAAAAA="
    assert_sign_in_page(person.get("/login/electronic/phone"), 400, "bấm đăng nhập lại")


def test_what_is_typed_wrong_is_said_beside_the_field(app: Flask, come: Come) -> None:
    person = Browser(app)
    come(person)
    told = person.post("/login/electronic/phone", {"phone": "113"})
    assert told.status_code == 422
    assert "chưa đúng" in Page(told.text).beside("phone") and Page(told.text).values("phone") == ["113"]
    for status in (303, 429):
        assert person.post("/login/electronic/phone", {"phone": PHONE}).status_code == status


def test_the_cookie_tells_nobody_what_the_provider_told(app: Flask, come: Come) -> None:
    person = Browser(app)
    come(person)
    with person.client.session_transaction() as session:
        kept = str(dict(session))
    assert "electronic_told" in kept
    assert not [
        word for word in (LANH["name"], LANH["personal_number"], "person-1", "912345678") if word in kept
    ]


def test_nobody_is_sent_away_from_this_site_by_the_way_round(app: Flask, come: Come) -> None:
    come(Browser(app, people.a_citizen()), start="/account/electronic")
    assert come(Browser(app), start="/login/electronic?next=//evil.example").location == "/account"


def test_signing_out_ends_the_session_here(app: Flask, come: Come) -> None:
    person = Browser(app, people.a_citizen())
    come(person, start="/account/electronic")
    come(person)
    assert person.post("/logout").status_code == 303
    assert owner(person) is None
    assert person.get("/account").status_code == 302


SHARED = "/login/electronic?shared=1"


def stays(answer: TestResponse) -> tuple[bool, bool, timedelta]:
    """Whether the cookie outlives the browser, whether the session is one of a shared device, and its life."""
    assert (answer.status_code, answer.location) == (303, "/account")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("tcd=")]
    db.session.rollback()
    row = db.session.scalars(select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert row is not None
    return "expires=" in cookie.lower(), row.shared, row.expires_at - row.begun_at


OWN_DEVICE = (True, False, SESSION_LIFE)
SHARED_DEVICE = (False, True, SHARED_SESSION_LIFE)


def test_on_a_shared_device_a_known_identity_is_in_until_the_browser_is_closed(
    app: Flask, come: Come
) -> None:
    come(Browser(app, people.a_citizen()), start="/account/electronic")
    links = Page(Browser(app).get("/login").text).links()
    assert {"/login/electronic", SHARED} <= set(links), "both are offered before the way to the provider"
    assert stays(come(Browser(app))) == OWN_DEVICE
    assert stays(come(Browser(app), start=SHARED)) == SHARED_DEVICE


def test_what_was_said_of_the_device_is_not_asked_again_with_the_code(app: Flask, come: Come) -> None:
    person = Browser(app)
    come(person, start=SHARED)
    person.post("/login/electronic/phone", {"phone": PHONE})
    assert Page(person.get("/login/electronic/code").text).holds("shared") == ["y"]
    wrong = person.post("/login/electronic/code", {"code": "12", "shared": "y"})
    assert (wrong.status_code, Page(wrong.text).holds("shared")) == (422, ["y"])
    assert stays(person.post("/login/electronic/code", {"code": code_of(), "shared": "y"})) == SHARED_DEVICE


def test_the_device_can_be_said_to_be_shared_with_the_code_too_and_no_longer(app: Flask, come: Come) -> None:
    person = Browser(app)
    come(person, start=SHARED)
    come(person)  # after all it is one's own
    person.post("/login/electronic/phone", {"phone": PHONE})
    assert Page(person.get("/login/electronic/code").text).holds("shared") == []
    assert stays(person.post("/login/electronic/code", {"code": code_of(), "shared": "y"})) == SHARED_DEVICE


def test_staff_link_nothing(app: Flask) -> None:
    assert Browser(app, people.an_officer()).get("/account/electronic").status_code == 403


def test_the_button_is_there_only_where_a_provider_is_configured(app: Flask, settings: Settings) -> None:
    assert "Đăng nhập bằng VNeID" in Browser(app).get("/login").text
    assert "định danh điện tử" in Browser(app).get("/privacy").text
    off = create_app(settings)
    with off.app_context():
        person, signed_in = Browser(off), Browser(off, people.a_citizen())
        assert "VNeID" not in person.get("/login").text + signed_in.get("/account").text
        assert "định danh điện tử" not in person.get("/privacy").text
        paths = ("/login/electronic", "/login/electronic/back", "/login/electronic/phone")
        assert {person.get(path).status_code for path in paths} == {404}
        db.session.remove()
        db.engine.dispose()


def assert_sign_in_page(answer: TestResponse, status: int, words: str) -> None:
    """The sign-in page, with what happened in words."""
    page = Page(answer.text)
    assert (answer.status_code, page.values("phone")) == (status, [""])
    told = [place for place, (_tag, one) in enumerate(page.elements) if one.get("role") == "alert"]
    assert words in " ".join(page.told[place] for place in told)
