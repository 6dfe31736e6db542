"""What whoever answers for personal data can rely on: they see that something waits, and are told by letter."""

import re
from collections.abc import Callable

from tests import people
from tests.views.conftest import Browser, Page
from webapp.clock import utc_now
from webapp.domain.data_requests import Answer, KeptBecause
from webapp.extensions import db
from webapp.models import Account, Role
from webapp.services import data_requests, notifications
from webapp.services.actor import citizen, officer


def test_the_navigation_says_how_many_wait(browser: Callable[..., Browser]) -> None:
    account = people.staff(Role.DATA_PROTECTION)
    person = browser(account)
    assert "Dữ liệu cá nhân (" not in Page(person.get("/account").text).text
    codes = [
        data_requests.ask("Xóa.", by=citizen(people.a_citizen().id), now=utc_now(), key=people.key()).code
        for _ in range(2)
    ]
    assert "Dữ liệu cá nhân (2)" in Page(person.get("/account").text).text
    about = {"by": officer(account.id), "now": utc_now()}
    data_requests.answer(codes[0], Answer.REFUSED, KeptBecause.REGISTER, "Sổ phải lưu.", **about)
    assert "Dữ liệu cá nhân (1)" in Page(person.get("/account").text).text
    assert "(1)" not in Page(browser(people.an_officer()).get("/desk").text).text


def test_they_give_an_address_confirm_it_and_are_told_there(browser: Callable[..., Browser]) -> None:
    person = browser(people.staff(Role.DATA_PROTECTION))
    refused = person.post("/account/mail", {"email": "không phải thư"})
    assert refused.status_code == 422
    assert Page(refused.text).holds("email") == ["không phải thư"]
    assert person.post("/account/mail/code").status_code == 422, "there is no address yet"
    assert person.post("/account/mail", {"email": "baove@thu.vn"}).status_code == 303
    assert person.post("/account/mail/code").status_code == 303
    assert person.post("/account/mail/code").status_code == 429
    [code] = re.findall(r"\d{6}", notifications.newest(1)[0].body)
    wrong = person.post("/account/mail/confirm", {"code": "12"})
    assert (wrong.status_code, Page(wrong.text).holds("code")) == (422, ["12"])
    assert person.post("/account/mail/confirm", {"code": code}).status_code == 303
    assert "Thư báo việc được gửi đến baove@thu.vn" in Page(person.get("/account").text).text
    data_requests.ask("Xóa.", by=citizen(people.a_citizen().id), now=utc_now(), key=people.key())
    [letter] = [row for row in notifications.newest() if row.recipient == "baove@thu.vn"][:1]
    assert "yêu cầu mới về dữ liệu cá nhân" in letter.body
    assert "Thư báo việc" not in Page(browser(people.an_officer()).get("/account/devices").text).text


def test_the_language_chosen_on_a_page_is_that_of_what_is_sent(browser: Callable[..., Browser]) -> None:
    account = people.a_citizen()
    person = browser(account)
    for path in ("/account", "/"):
        forms = [
            one for one in Page(person.get(path).text).all("form") if "/language/" in one.get("action", "")
        ]
        assert [(one["method"], one["action"][:12]) for one in forms] == [("post", "/language/en")], path
    changed = person.post("/language/en?next=/account")
    assert (changed.status_code, changed.headers["Location"]) == (303, "/account")
    assert Page(person.get("/account").text).all("html")[0]["lang"] == "en"
    data_requests.ask("Xóa.", by=citizen(account.id), now=utc_now(), key=people.key())
    assert notifications.newest(1)[0].body.startswith("Online Citizen Reception: we have received")


def test_a_link_that_is_followed_changes_the_pages_and_nobody_s_messages(
    browser: Callable[..., Browser],
) -> None:
    account = people.a_citizen()
    person = browser(account)
    person.get("/language/en")
    assert Page(person.get("/account").text).all("html")[0]["lang"] == "en"
    assert db.session.get_one(Account, account.id).language == "vi"
    assert "/language/en?next=/" in Page(browser(None).get("/").text).links(), (
        "who has no account needs no form"
    )
