"""What people can rely on when something they send is missing, wrong, too much or not theirs to send.

Each mistake gets its sentence beside its field and its status, and what was typed stays in the form.
What citizens may type is a table of its own: tests/bad_inputs.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import Account, Petition, Role
from webapp.services import accounts, conversation, drafts, petition_steps, visits
from webapp.services.actor import SYSTEM

Make = Callable[[Account | None], Browser]
Sent = dict[str, object]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
TOO_BIG = "9" * 30
TEMPLATES = Path(__file__).parents[2] / "webapp/templates"
TYPED = {"full_name", "phone", "username", "explanation", "reason"}
ADMIN = {"username": "tran.bao", "full_name": "Trần Quốc Bảo", "roles": "officer"}
CLOSING = {"outcome": "answered", "explanation": "Đã trả lời.", "body": "Ông Lành trình bày.", "base": "0"}

AS_OFFICER = [
    ("{code}/close", CLOSING | {"outcome": "bỏ"}, "outcome", "Hãy chọn hướng xử lý."),
    ("{code}/close", CLOSING | {"outcome": "refused"}, "ground", "phải ghi rõ căn cứ"),
    ("{code}/close", CLOSING | {"outcome": "refused", "ground": "z"}, "ground", "phải ghi rõ căn cứ"),
    ("{code}/close", CLOSING | {"explanation": " \n "}, "explanation", "Hãy ghi kết quả bằng lời"),
    ("{code}/close", CLOSING | {"explanation": "ế" * 2001}, "explanation", "dài quá 2.000 chữ cái"),
    ("{gated}/gate", {"reason": "", "online": "yes"}, "reason", "Hãy ghi lý do."),
]
AS_ADMIN = [
    (ADMIN | {"username": "Trần Bảo"}, "username", "Tên đăng nhập gồm 3 đến 40"),
    (ADMIN | {"username": "co.roi"}, "username", "Tên đăng nhập này đã có người dùng."),
    (ADMIN | {"full_name": "T" * 121}, "full_name", "từ 2 đến 120 chữ cái"),
    (ADMIN | {"roles": "vua"}, "roles", "Hãy chọn ít nhất một vai trò."),
]
AS_NOBODY = [
    ("/staff/login", {"username": "", "password": "x"}, "username", "Hãy ghi tên đăng nhập."),
    ("/staff/login", {"username": "canbo", "password": "sai"}, "password", "mật khẩu chưa đúng"),
    ("/staff/password/{token}", {"password": "ngắn"}, "password", "từ 12 đến 128 ký tự"),
    ("/staff/password/{token}", {"password": "d" * 129}, "password", "từ 12 đến 128 ký tự"),
]


def check(browser: Browser, path: str, sent: Sent, field: str, sentence: str) -> None:
    answer = browser.post(path, sent | {"key": people.key()})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert sentence in page.beside(field)
    for name in set(sent) - {"password", "online", "base"} - ({field} - TYPED):
        assert sent[name] in [*page.holds(name), ""], f"{name} is gone from the form"


@pytest.mark.parametrize(("path", "sent", "field", "sentence"), AS_OFFICER)
def test_an_officer_reads_what_to_mend(
    browser: Make, scene: Scene, path: str, sent: Sent, field: str, sentence: str
) -> None:
    gated = a_denouncer_waits(scene.sitting, scene.now).code
    path = f"/desk/visit/{path.format(code=scene.receive().code, gated=gated)}"
    check(browser(scene.officer), path, sent, field, sentence)


@pytest.mark.parametrize(("sent", "field", "sentence"), AS_ADMIN)
@pytest.mark.usefixtures("app")
def test_an_admin_reads_what_to_mend(browser: Make, sent: Sent, field: str, sentence: str) -> None:
    people.an_officer("co.roi")
    check(browser(people.staff(Role.ADMIN)), "/admin/accounts/new", sent, field, sentence)


@pytest.mark.parametrize(("path", "sent", "field", "sentence"), AS_NOBODY)
def test_whoever_signs_in_reads_what_to_mend(
    browser: Make, scene: Scene, path: str, sent: Sent, field: str, sentence: str
) -> None:
    token = accounts.make_reset_link(scene.officer.id, by=SYSTEM, now=scene.now)
    check(browser(None), path.format(token=token), sent, field, sentence)


@BOTH
@pytest.mark.parametrize("code", ["khong-co", "2" * 14, "x" * 900, "%00", "Ông%20Lành", "%F0%9F%98%80"])
def test_an_unknown_visit_or_petition_is_not_found(browser: Make, scene: Scene, code: str) -> None:
    citizen, officer = browser(scene.citizen), browser(scene.officer)
    asked = {f"/visits/{code}": citizen, f"/petitions/{code}": citizen, f"/desk/visit/{code}": officer}
    asked |= {f"/visits/{code}/room/status": citizen, f"/desk?visit={code}": officer}
    answers = {path: person.get(path) for path, person in asked.items()}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(asked, 404)
    assert all("Không tìm thấy" in Page(answer.text).text for answer in answers.values())


@BOTH
def test_an_unknown_account_or_desk_is_not_found(browser: Make, scene: Scene) -> None:
    admin, receiver = browser(people.staff(Role.ADMIN)), browser(people.an_officer())
    for number in ("0", str(scene.citizen.id), TOO_BIG):
        assert admin.get(f"/admin/accounts/{number}").status_code == 404
        assert admin.post(f"/admin/accounts/{number}/reset", {}).status_code == 404
    for number in ("0", "", "x", TOO_BIG):
        assert receiver.post("/desk/open", {"desk": number}).status_code == 404


def test_the_longest_story_and_minutes_in_vietnamese_arrive_whole(browser: Make, scene: Scene) -> None:
    story, record = (people.STORY * 300)[:20_000].strip(), (people.STORY * 700)[:50_000].strip()
    assert browser(scene.citizen).post(f"{people.WRITING}/story", {"narrative": story}).status_code == 303
    assert drafts.answers_of(scene.citizen.id, people.DRAFT)["narrative"] == story
    path = f"/desk/visit/{scene.receive().code}/minutes"
    assert browser(scene.officer).post(path, {"body": record, "base": "0"}).status_code == 303
    kept = visits.by_code(scene.code).minutes
    assert kept is not None and kept.body == record


def test_a_story_that_is_too_long_stays_whole_on_the_page_which_says_by_how_much(
    browser: Make, scene: Scene
) -> None:
    story = "Nhà tôi ở đây. " * 1_400 + "x"
    answer = browser(scene.citizen).post(f"{people.WRITING}/story", {"narrative": story})
    page = Page(answer.text)
    assert (answer.status_code, page.holds("narrative")) == (422, [story])
    assert "Bài dài quá 20.000 chữ cái." in page.beside("narrative")
    assert "Đã viết 21001 chữ cái, dài quá 1001 chữ." in page.text
    assert "đủ rồi" not in page.text


def test_no_text_of_a_citizen_is_cut_off_by_the_browser_which_would_not_say_so() -> None:
    """What is longer than may be goes to the server, which says so and gives it back whole."""
    citizens = ("petition", "account", "visit", "room")
    texts = [one.read_text() for name in citizens for one in (TEMPLATES / name).glob("*.html")]
    cut = re.findall(r"<textarea[^>]*maxlength.*|{{ area\(.*maxlength.*", "\n".join(texts))
    assert (cut, len(texts) > 40) == ([], True)


def test_minutes_are_saved_though_the_visit_cannot_end_without_its_outcome(
    browser: Make, scene: Scene
) -> None:
    path, form = f"/desk/visit/{scene.receive().code}/close", {"body": "Ông Lành trình bày.", "base": "0"}
    answer = browser(scene.officer).post(path, form | {"key": people.key()})
    assert answer.status_code == 422
    assert Page(answer.text).holds("base") == ["1"]
    kept = visits.by_code(scene.code).minutes
    assert kept is not None and kept.body == "Ông Lành trình bày."


def test_minutes_that_a_newer_version_stands_in_the_way_of_are_told_that_version(
    browser: Make, scene: Scene
) -> None:
    path, desk = f"/desk/visit/{scene.receive().code}/minutes", browser(scene.officer)
    about = {"headers": {"Accept": "application/json"}}
    desk.post(path, {"body": "Bản cửa sổ kia.", "base": "0"}, **about)
    answer = desk.post(path, {"body": "Bản của tôi.", "base": "0"}, **about)
    assert answer.status_code == 409
    told = answer.get_json()
    assert (told["version"], told["body"]) == (1, "Bản cửa sổ kia.")
    kept = visits.by_code(scene.code).minutes
    assert kept is not None and kept.body == "Bản cửa sổ kia."


@BOTH
def test_marks_emoji_and_zeros_are_kept_or_dropped_but_never_break(browser: Make, scene: Scene) -> None:
    typed = "\x00Nguye\u0302\u0303n Thi\u0323 Hương 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 1\u20e3\x1b[2J\u202e " + people.STORY
    citizen = browser(scene.citizen)
    name = "\x00Nguye\u0302\u0303n Thi\u0323 Hương"
    given = people.ANSWERS | {"narrative": typed, "old_address": typed, "full_name": name}
    for step in petition_steps.steps_for(given):
        form = {field: given.get(field, "") for field in step.fields}
        assert citizen.post(f"{people.WRITING}/{step.name}", form).status_code == 303
    assert citizen.post(f"{people.WRITING}/review").status_code == 303
    petition = db.session.query(Petition).order_by(Petition.id.desc()).first()
    assert petition is not None
    assert petition.narrative == "Nguyễn Thị Hương 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 1\u20e3[2J " + people.STORY
    assert petition.petitioner.full_name == "Nguyễn Thị Hương"
    path = f"/visits/{scene.receive().code}/room/messages"
    assert citizen.post(path, {"body": typed, "key": people.key()}).status_code == 303
    assert conversation.messages(scene.visit.id)[0].body == petition.narrative
    admin = browser(people.staff(Role.ADMIN))
    assert admin.get("/admin/accounts?q=%00&role=%00&state=%00").status_code == 200
    assert browser(None).post("/staff/login", {"username": "a\x00b", "password": "\x00"}).status_code == 422


ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
"""This machine itself is known to be shared, as in every demo."""


def test_asking_for_codes_too_often_says_how_long_to_wait(browser: Make, scene: Scene) -> None:
    for number in range(5):
        sent = browser(None).post("/login", {"phone": f"0987 654 32{number}"}, environ_base=ELSEWHERE)
        assert sent.status_code == 303
    again = browser(None).post("/login", {"phone": "0912 345 678"}, environ_base=ELSEWHERE)
    assert (again.status_code, 3500 < int(again.headers["Retry-After"]) <= 3600) == (429, True)
    assert "Hãy chờ một giờ" in Page(again.text).beside("phone")
    assert Page(again.text).holds("phone") == ["0912 345 678"]


def test_pressing_without_end_is_slowed_down(settings: Settings) -> None:
    app = create_app(replace(settings, rate_limits=True))
    with app.app_context():
        answers = [Browser(app).get("/staff/password/x") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert int(answers[20].headers["Retry-After"]) > 0
    assert "Ông/Bà thử nhiều lần quá." in Page(answers[20].text).text
