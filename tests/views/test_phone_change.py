"""What people can rely on who change their number on the pages: each step without a script, nothing told, nothing lost."""

import re
from collections.abc import Callable

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.extensions import db
from webapp.models import Account
from webapp.services import notifications

NEW, SHOWN = "0987 654 321", "0987\u00a0•••\u00a0321"


def code_to(phone: str) -> str:
    [code] = re.findall(
        r"\b\d{6}\b", next(row.body for row in notifications.newest() if row.recipient == phone)
    )
    return str(code)


def test_step_by_step_to_another_number(browser: Callable[..., Browser]) -> None:
    account = people.a_citizen("+84912345678")
    person, other = browser(account), browser(account)
    assert "Đổi số điện thoại" in person.get("/account/data").text
    begun = person.post("/account/phone", {"phone": NEW, "key": people.key()})
    assert (begun.status_code, begun.location) == (303, "/account/phone")
    page = Page(person.get("/account/phone").text)
    assert "Bước 1 trong 2" in page.text and SHOWN in page.text.replace("0987 •••", "0987\u00a0•••").replace(
        "••• 321", "•••\u00a0321"
    )
    assert person.post("/account/phone/new", {"code": code_to("+84987654321")}).status_code == 303
    page = Page(person.get("/account/phone").text)
    assert "Mất số cũ" in page.text, "who has no old phone any more is told where to go"
    assert person.post("/account/phone/again").status_code == 303
    assert person.post("/account/phone/old", {"code": code_to("+84912345678")}).status_code == 303
    assert db.session.get_one(Account, account.id).phone == "+84987654321"
    assert person.get("/account/data").status_code == 200
    assert other.get("/account/data").status_code == 302, "other devices are signed out"


def test_a_wrong_number_and_a_wrong_code_stand_beside_their_fields(browser: Callable[..., Browser]) -> None:
    person = browser(people.a_citizen("+84912345678"))
    answer = person.post("/account/phone", {"phone": "0912", "key": people.key()})
    page = Page(answer.text)
    assert (answer.status_code, page.holds("phone")) == (422, ["0912"])
    assert "thiếu chữ số" in page.beside("phone")
    person.post("/account/phone", {"phone": NEW, "key": people.key()})
    answer = person.post("/account/phone/new", {"code": "12"})
    assert (answer.status_code, Page(answer.text).holds("code")) == (422, ["12"])
    assert "đủ 6 chữ số" in Page(answer.text).beside("code")
    assert person.post("/account/phone/again").status_code == 429


def test_a_step_that_is_not_due_is_refused_and_the_page_shows_the_one_that_is(
    browser: Callable[..., Browser],
) -> None:
    person = browser(people.a_citizen())
    answer = person.post("/account/phone/old", {"code": "123456"})
    assert answer.status_code == 409
    assert Page(answer.text).holds("phone") == [""]
    assert person.post("/account/phone/give-up").status_code == 303


def test_the_page_is_the_same_for_a_number_that_has_an_account(browser: Callable[..., Browser]) -> None:
    people.a_citizen("+84987654321")
    pages = []
    for phone in (NEW, "0987 654 322"):
        person = browser(people.a_citizen())
        assert person.post("/account/phone", {"phone": phone, "key": people.key()}).status_code == 303
        pages.append(Page(person.get("/account/phone").text).text.replace("322", "321"))
    assert pages[0] == pages[1]


def test_an_officer_moves_the_number_and_keeps_what_was_typed(
    browser: Callable[..., Browser], scene: Scene
) -> None:
    scene.receive()
    desk, old = browser(scene.officer), scene.citizen.phone
    form = {"old_phone": old, "paper_kind": "citizen_card", "paper_number": "001062012399", "new_phone": NEW}
    form |= {"reason": "Mất điện thoại, xem căn cước.", "key": people.key()}
    page = f"/desk/visit/{scene.code}/phone"
    assert page not in desk.get("/desk").text, "it is offered once the paper is seen"
    early = desk.get(page)
    assert early.status_code == 409 and "chưa ghi là đã thấy giấy tờ" in early.text
    refused = desk.post(page, form)
    assert refused.status_code == 409 and "chưa ghi là đã thấy giấy tờ" in refused.text
    assert Page(refused.text).holds("reason") == ["Mất điện thoại, xem căn cước."]
    desk.post(f"/desk/visit/{scene.code}/seen", {"key": people.key()})
    assert page in Page(desk.get("/desk").text).links()
    assert desk.get(page).status_code == 200
    refused = desk.post(page, form)
    assert refused.status_code == 422
    assert Page(refused.text).holds("reason") == ["Mất điện thoại, xem căn cước."]
    sent = desk.post(page, form | {"paper_number": "001062012345"})
    assert sent.status_code == 303 and NEW not in sent.location
    assert desk.post(sent.location, {"code": "12"}).status_code == 422
    assert desk.post(sent.location, {"code": code_to("+84987654321")}).status_code == 303
    assert "Đã đổi số" in desk.get(sent.location).text
    assert db.session.get_one(Account, scene.citizen.id).phone == "+84987654321"


def test_a_change_at_the_desk_is_offered_nowhere_else(browser: Callable[..., Browser], scene: Scene) -> None:
    desk = browser(scene.officer)
    for page in ("/desk", "/desk/papers"):
        assert not [link for link in Page(desk.get(page).text).links() if link.endswith("/phone")]
    assert desk.get("/desk/phone").status_code == 404
    other = browser(people.an_officer())
    assert other.get(f"/desk/visit/{scene.code}/phone").status_code == 404
