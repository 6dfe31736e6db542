"""What people can rely on when they follow a case, rate it, and look after their own data, without scripts."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import Settings
from webapp.domain.codes import new_code
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.models import Account, AuditEntry, DataRequest, Petition, Rating, Role, TrackingCode, Visit
from webapp.services import data_requests, notifications, ratings, reception, tracking
from webapp.services.actor import citizen, officer

Make = Callable[..., Browser]
GUESSED = "+84911111111"


@pytest.fixture
def over(scene: Scene) -> Scene:
    """The visit has ended."""
    scene.receive()
    about = {"by": officer(scene.officer.id), "now": utc_now(), "key": people.key()}
    reception.close(scene.visit.id, OutcomeKind.ANSWERED, None, "Ông Lành đã được trả lời.", **about)
    db.session.rollback()
    return scene


def track(person: Browser, code: str, phone: str) -> TestResponse:
    return person.post("/track", {"code": code, "phone": phone, "key": people.key()})


def newest_code() -> str:
    """As the message brings it, once the worker has looked."""
    tracking.settle_asked(utc_now())
    found = re.search(r"\d{6}", notifications.newest()[0].body)
    assert found
    return found.group()


def opened(make: Make, petition: Petition) -> Browser:
    person = make()
    phone = db.session.get_one(Account, petition.account_id).phone or ""
    assert track(person, petition.code, phone).location == "/track/code"
    assert person.post("/track/code", {"code": newest_code()}).location == "/track/case"
    return person


def test_home_leads_to_following_a_case(browser: Make) -> None:
    assert "/track" in Page(browser().get("/").text).links()


def test_code_and_phone_open_the_steps_without_signing_in(browser: Make, over: Scene) -> None:
    person = opened(browser, over.petition)
    page = Page(person.get("/track/case").text)
    assert "Gặp cán bộ, bàn" in page.text and "Trả lời tại chỗ" in page.text
    private = (
        "Lành",
        people.STORY[:20],
        over.citizen.phone or "",
        over.code,
        over.petition.code,
        "Khiếu nại",
    )
    assert [word for word in private if word in page.text] == []
    assert not any(over.code in link or over.petition.code in link for link in page.links())
    assert person.get("/account").status_code == 302  # it is no sign-in
    assert person.get(f"/petitions/{over.petition.code}").status_code == 302


def test_the_page_is_closed_behind_oneself_and_opens_for_nobody_else(browser: Make, over: Scene) -> None:
    person = opened(browser, over.petition)
    assert browser().get("/track/case").location == "/track"
    assert person.post("/track/close").location == "/"
    assert person.get("/track/case").location == "/track"


def shape(answer: TestResponse) -> tuple[object, ...]:
    """All that a guesser sees, without tokens, times of the clock, and what was typed."""
    body = re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", answer.text)
    body = re.sub(r'(id="(?:code|phone)" name="(?:code|phone)") value="[^"]*"', r"\1", body)
    body = re.sub(r'value="\d{6}"', "", body)
    clock = ("Date", "Content-Length", "Set-Cookie", "Retry-After", "X-Request-Id")
    headers = sorted((name, value) for name, value in answer.headers if name not in clock)
    cookies = [
        re.sub(r"^(\w+)=[^;]*|Expires=[^;]*", r"\1", one) for one in answer.headers.getlist("Set-Cookie")
    ]
    return answer.status_code, headers, "Retry-After" in answer.headers, cookies, body


def test_a_guesser_sees_the_same_bytes_whatever_there_is(browser: Make, over: Scene) -> None:
    """The right pair, a right code with another's phone, and a code of no petition: page for page."""
    phone = over.citizen.phone or ""
    seen = []
    for code, number in (
        (over.petition.code, phone),
        (over.petition.code, GUESSED),
        (new_code(), "+84922222222"),
    ):
        guesser = browser()
        pages = [track(guesser, code, number), guesser.get("/track/code")]
        tracking.settle_asked(utc_now())
        asked = db.session.scalars(select(TrackingCode).order_by(TrackingCode.id.desc())).first()
        assert asked is not None
        wrong = f"{(int(asked.code) + 1) % 10**6:06d}"
        pages += [guesser.post("/track/code", {"code": typed}) for typed in ("12 34", *[wrong] * 6)]
        pages += [track(guesser, code, number), guesser.get("/track/case")]
        seen.append([shape(page) for page in pages])
    for right, wrong_phone, nothing in zip(*seen, strict=True):
        assert right == wrong_phone == nothing
    assert [page[0] for page in seen[0]] == [303, 200, *[422] * 6, 429, 429, 302], (
        "what is no code costs no try"
    )


def test_whoever_was_sent_nothing_is_not_let_in_by_anothers_code(browser: Make, over: Scene) -> None:
    guesser = browser()
    track(guesser, over.petition.code, GUESSED)
    owner = browser()
    track(owner, over.petition.code, over.citizen.phone or "")
    code = newest_code()
    assert guesser.post("/track/code", {"code": code}).status_code == 422
    assert guesser.get("/track/case").location == "/track"
    assert owner.post("/track/code", {"code": code}).location == "/track/case"


def test_a_denunciation_reads_like_any_petition(browser: Make, scene: Scene) -> None:
    kinds = (
        people.a_petition(people.a_citizen(), scene.now),
        db.session.get_one(Petition, a_denouncer_waits(scene.sitting, scene.now).petition_id),
        people.a_petition(
            people.a_citizen(), scene.now, kind=PetitionKind.DENUNCIATION, protection_wanted=True
        ),
    )
    plain, awaiting, hidden = (opened(browser, petition).get("/track/case").text for petition in kinds)
    assert _bare(plain) == _bare(hidden)
    for text in (awaiting, hidden):
        assert not re.search(r"[Tt]ố cáo|giữ kín tên|gặp riêng|denounc|denunc|bảo vệ", Page(text).text)


def _bare(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)


def test_the_owner_reads_where_it_is_who_has_it_and_until_when(browser: Make, over: Scene) -> None:
    text = Page(browser(over.citizen).get(f"/petitions/{over.petition.code}").text).text
    assert "Đã xong" in text and "Ông Lành đã được trả lời." in text
    waiting = people.a_petition(over.citizen, over.now)
    text = Page(browser(over.citizen).get(f"/petitions/{waiting.code}").text).text
    assert "Nơi đang giữ Ban Tiếp công dân Thành phố Hà Nội" in text
    assert "còn 10 ngày làm việc" in text and "Luật Tiếp công dân, Điều 28 khoản 1" in text


def test_where_it_stands_is_said_once(browser: Make, scene: Scene) -> None:
    petition = people.a_petition(scene.citizen, scene.now)
    own = Page(browser(scene.citizen).get(f"/petitions/{petition.code}").text).text
    tracked = Page(opened(browser, petition).get("/track/case").text).text
    for text in (own, tracked):
        for words in (
            "Đã nhận đơn",
            "Ban Tiếp công dân Thành phố Hà Nội",
            "Trả lời Ông/Bà việc này có được thụ lý",
        ):
            assert text.count(words) == 1, words


def test_files_of_the_visits_are_there_to_fetch(browser: Make, scene: Scene) -> None:
    person = browser(scene.receive().citizen)
    file = (io.BytesIO(b"%PDF-1.7 quyet dinh"), "quyet-dinh.pdf")
    assert (
        person.post(f"/visits/{scene.code}/room/attachments", {"key": people.key(), "file": file}).status_code
        == 303
    )
    links = Page(person.get(f"/petitions/{scene.petition.code}").text).links()
    (link,) = [one for one in links if "/attachments/" in one]
    assert person.get(link).data == b"%PDF-1.7 quyet dinh"


def test_a_rating_is_sent_shown_and_changed(browser: Make, over: Scene) -> None:
    person, path = browser(over.citizen), f"/visits/{over.code}/rate"
    assert path in Page(person.get(f"/visits/{over.code}").text).links()
    form = {"score": "2", "words": "Chờ lâu.", "named": "y"}
    assert person.post(path, form).location == person.post(path, form).location == path
    page = Page(person.get(path).text)
    assert (page.holds("score"), page.holds("words"), page.holds("named")) == (["2"], ["Chờ lâu."], ["y"])
    person.post(path, {"score": "5"})
    page = Page(person.get(path).text)
    assert "không ghi tên" in page.text and page.all("textarea") == []
    assert [(row.score, row.visit_id) for row in db.session.scalars(select(Rating))] == [(5, None)]


def test_an_unfinished_visit_is_not_rated(browser: Make, scene: Scene) -> None:
    answer = browser(scene.citizen).post(f"/visits/{scene.code}/rate", {"score": "5"})
    assert (answer.status_code, "chưa kết thúc" in answer.text) == (409, True)


def test_leaders_and_inspectors_read_figures_of_five_and_more(browser: Make, over: Scene) -> None:
    reader = browser(people.staff(Role.INSPECTOR))
    assert "Dưới 5 nhận xét, không hiện" in reader.get("/reports/ratings").text
    for _ in range(5):
        with_visit = _another_over(over)
        by = citizen(db.session.get_one(Petition, with_visit.petition_id).account_id)
        ratings.rate(with_visit.id, "4", "Rõ ràng.", named=False, by=by, now=utc_now())
    page = Page(browser(people.staff(Role.LEADER)).get("/reports/ratings").text)
    assert "Tất cả 5 0 5 0 0 0 4,0" in page.text
    assert "Rõ ràng." in page.text and over.officer.full_name not in page.text.replace("Trần Quốc Bảo", "")


def _another_over(scene: Scene) -> Visit:
    visit, by = people.a_waiting_visit(scene.sitting, scene.now)
    staff = officer(scene.officer.id)
    reception.call(visit.id, scene.desk.id, by=staff, now=utc_now(), key=people.key())
    reception.enter_room(visit.id, by=by, now=utc_now())
    about = {"by": staff, "now": utc_now(), "key": people.key()}
    return reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", **about)


def test_my_data_shows_everything_with_the_number_of_the_paper_masked(browser: Make, over: Scene) -> None:
    person = browser(over.citizen)
    assert "/account/data" in Page(person.get("/account").text).links()
    text = Page(person.get("/account/data").text).text
    assert "Nguyễn Văn Lành" in text and people.STORY in text and "Ông Lành đã được trả lời." in text
    assert "•••••••••345" in text and "001062012345" not in text


def test_when_and_where_a_paper_was_issued_is_seen_corrected_and_taken_along(
    browser: Make, over: Scene
) -> None:
    person = browser(over.citizen)
    where = f"/account/data/papers/{over.petition.code}"
    assert where in Page(person.get("/account/data").text).links()
    typed = {"issued_day": "5", "issued_month": "8", "issued_year": "2021", "issued_by": "Bộ  Công an"}
    wrong = person.post(where, typed | {"issued_year": "2999"})
    assert wrong.status_code == 422 and "chưa tới" in Page(wrong.text).beside("issued_day")
    assert Page(wrong.text).holds("issued_by") == ["Bộ  Công an"]
    for _ in range(2):
        assert person.post(where, dict(typed)).status_code == 303
    text = Page(person.get("/account/data").text).text
    assert "••/••/2021" in text and "05/08/2021" not in text and "Bộ Công an" in text
    page = Page(person.get(where).text)
    assert (page.holds("issued_day"), page.holds("issued_year")) == (["5"], ["2021"])
    [petition] = json.loads(person.post("/account/data/download.json").text)["petitions"]
    assert (petition["paper_issued_on"], petition["paper_issued_by"]) == ("2021-08-05", "Bộ Công an")
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper_corrected"))
    assert entry.details["fields"] == ["paper_issued_on", "paper_issued_by"]
    assert "2021" not in str(entry.details), "which was corrected, never what stands in it"
    assert person.post(where, dict.fromkeys(typed, "")).status_code == 303, "taken back"
    assert "Bộ Công an" not in Page(person.get("/account/data").text).text
    assert browser(people.a_citizen()).get(where).status_code == 404


def test_my_data_is_taken_along_whole_and_that_is_written_down(browser: Make, over: Scene) -> None:
    person = browser(over.citizen)
    taken = person.post("/account/data/download.json")
    assert json.loads(taken.text)["petitions"][0]["paper_number"] == "001062012345"
    paper = person.post("/account/data/download.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    for answer, kind in ((taken, "json"), (paper, "pdf")):
        told = answer.headers["Content-Disposition"]
        assert told == f'attachment; filename="du-lieu-cua-toi.{kind}"'
        assert answer.headers["Cache-Control"] == "private, no-store"
    forms = [
        entry.details["form"]
        for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.action == "own_data_taken"))
    ]
    assert forms == ["json", "pdf"]
    assert person.post("/account/data/download.exe").status_code == 404
    assert person.get("/account/data/download.json").status_code == 405


def test_contact_is_corrected_and_a_mistake_loses_nothing(browser: Make, over: Scene) -> None:
    person = browser(over.citizen)
    typed = {"full_name": "Nguyễn Văn Lành", "email": "lanh@", "address": "Xóm Mít"}
    answer = person.post("/account/data", typed)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert "thư điện tử chưa đúng" in page.beside("email")
    assert [page.holds(name) for name in typed] == [[value] for value in typed.values()]
    assert person.post("/account/data", typed | {"email": "lanh@thu.vn"}).status_code == 303
    page = Page(person.get("/account/data").text)
    assert page.holds("email") == ["lanh@thu.vn"]
    assert Page(browser(people.a_citizen()).get("/account/data").text).holds("email") == [""]


def test_notices_by_letter_begin_with_the_code_from_a_letter(browser: Make, over: Scene) -> None:
    person = browser(over.citizen)
    assert "/account/data/email/code" not in actions(person), "without an address nothing is offered"
    assert person.post("/account/data/email/code").status_code == 422
    person.post("/account/data", {"full_name": "", "email": "lanh@thu.vn", "address": ""})
    assert actions(person) >= {"/account/data/email/code"} and "/account/data/email" not in actions(person)
    assert person.post("/account/data/email/code").location == "/account/data#mail"
    early = person.post("/account/data/email/code")
    assert (early.status_code, "Hãy chờ một phút" in Page(early.text).text) == (429, True)
    wrong = person.post("/account/data/email", {"code": "12"})
    page = Page(wrong.text)
    assert (wrong.status_code, page.holds("code"), "đủ 6 chữ số" in page.beside("code")) == (
        422,
        ["12"],
        True,
    )
    letter = notifications.newest(1)[0]
    for _ in range(2):
        answer = person.post("/account/data/email", {"code": letter.body})
        assert answer.location == "/account/data#mail", "the whole letter may be pasted, and sent twice"
    assert "cũng được gửi đến lanh@thu.vn" in Page(person.get("/account/data").text).text
    assert not {"/account/data/email/code", "/account/data/email"} & actions(person)


def actions(person: Browser) -> set[str]:
    return {form.get("action", "") for form in Page(person.get("/account/data").text).all("form")}


def test_where_no_letters_go_out_none_are_offered(settings: Settings, over: Scene) -> None:
    app = create_app(replace(settings, demo=False))
    with app.app_context():
        person = Browser(app, over.citizen)
        person.post("/account/data", {"full_name": "", "email": "lanh@thu.vn", "address": ""})
        assert "/account/data/email/code" not in actions(person)
        db.session.remove()
        db.engine.dispose()


def test_deletion_is_asked_answered_and_told(browser: Make, over: Scene) -> None:
    person, keeper = browser(over.citizen), browser(people.staff(Role.DATA_PROTECTION))
    form = {"wish": "Xóa địa chỉ của tôi.", "key": people.key()}
    for _ in range(2):
        assert person.post("/account/data/deletion", form).location == "/account/data#deletion"
    again = person.post("/account/data/deletion", {"wish": "Nữa.", "key": people.key()})
    assert (again.status_code, "đang xem xét" in Page(again.text).beside("wish")) == (409, True)
    assert Page(again.text).holds("wish") == ["Nữa."]
    (path,) = [link for link in Page(keeper.get("/data-requests").text).links() if "/data-requests/" in link]
    text = Page(keeper.get(path).text).text
    assert "Xóa địa chỉ của tôi." in text and "1 đơn, 1 lượt tiếp (0 chưa xong)" in text
    secret = (people.STORY[:20], "Lành", over.citizen.phone or "", over.petition.code, "Khiếu nại")
    assert [word for word in secret if word in text] == []
    typed = {"answer": "granted_in_part", "kept_because": "", "words": "Đã xóa địa chỉ."}
    page = Page((wrong := keeper.post(path, typed)).text)
    assert (wrong.status_code, page.holds("words")) == (422, ["Đã xóa địa chỉ."])
    assert "buộc phải giữ" in page.beside("kept_because")
    good = typed | {"kept_because": "recording"}
    assert [keeper.post(path, good).location for _ in "ab"] == ["/data-requests"] * 2
    assert keeper.post(path, good | {"answer": "refused"}).status_code == 409
    text = Page(person.get("/account/data").text).text
    assert "Xóa một phần" in text and "Đã xóa địa chỉ." in text and "Điều 24" in text
    told = [row.body for row in notifications.newest() if "du lieu" in row.body]
    assert len(told) == len(set(told)) == 2, "that it came, and that there is an answer"


def test_what_is_written_over_a_form_that_was_sent_stays_and_goes_with_the_next_press(
    browser: Make, over: Scene
) -> None:
    """Back in the browser, more written, sent again: the page has the key of before."""
    person, path = browser(over.citizen), f"/petitions/{over.petition.code}/add"
    used = people.key()
    assert person.post(path, {"body": "Tôi nhớ thêm.", "key": used}).status_code == 303
    more = "Tôi nhớ thêm, và việc khác nữa."
    refused = person.post(path, {"body": more, "key": used})
    page = Page(refused.text)
    assert (refused.status_code, page.holds("body")) == (409, [more])
    assert "hãy bấm gửi lần nữa" in page.text
    assert person.post(path, {"body": more, "key": page.values("key")[0]}).status_code == 303
    assert [one.body for one in db.session.get_one(Petition, over.petition.id).additions] == [
        "Tôi nhớ thêm.",
        more,
    ]


def test_an_admin_never_answers_about_data_whatever_else_they_are(browser: Make, scene: Scene) -> None:
    by = citizen(scene.citizen.id)
    asked = data_requests.ask("Xóa địa chỉ.", by=by, now=scene.now, key=people.key())
    both = browser(people.staff(Role.ADMIN, Role.DATA_PROTECTION))
    for path in ("/data-requests", f"/data-requests/{asked.code}"):
        assert both.get(path).status_code == 403
        assert both.post(path, {}).status_code in (403, 405)
    assert "/data-requests" not in both.get("/account").text
    assert db.session.scalar(select(func.count(DataRequest.id))) == 1


@pytest.mark.parametrize("path", ["/track", "/account/data", "/reports/ratings", "/data-requests"])
def test_pages_speak_english_too(app: Flask, scene: Scene, path: str) -> None:
    keeper = people.staff(Role.LEADER, Role.DATA_PROTECTION)
    data_requests.ask("Delete.", by=citizen(scene.citizen.id), now=scene.now, key=people.key())
    person = Browser(app, scene.citizen if path in ("/track", "/account/data") else keeper)
    person.get("/language/en")
    page = Page(person.get(path).text)
    assert page.all("html")[0]["lang"] == "en"
    own = page.text.replace("Tiếng Việt", "").replace(people.STORY, "")
    heading = re.search(r"Where my case stands|My data|What citizens think|Requests about personal data", own)
    assert heading is not None
