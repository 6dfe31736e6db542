"""What a guest by link can rely on, and what everyone else can: one room, one browser, nothing else."""

from collections.abc import Callable

import pytest
from flask import Flask, url_for

from tests import people
from tests.views.conftest import Browser, Page, Scene, a_denouncer_waits, a_guest_inside, an_invitation
from webapp.clock import utc_now
from webapp.domain.outcomes import OutcomeKind
from webapp.extensions import db
from webapp.guest_identity import Guest
from webapp.models import Participant, Petition
from webapp.policy import STATIC_ENDPOINTS
from webapp.services import conversation, participants, reception
from webapp.services.actor import citizen, officer

Make = Callable[..., Browser]


def inside(app: Flask, scene: Scene, role: str = "interpreter") -> tuple[Browser, Participant]:
    place = a_guest_inside(scene, role)
    return Browser(app, Guest(place)), place


def opens(browser: Browser, token: str, **sent: object) -> int:
    return browser.post(f"/guest/{token}", {"key": people.key(), **sent}).status_code


def test_the_first_browser_that_confirms_a_link_takes_it_and_later_ones_are_told(
    browser: Make, scene: Scene, page: Callable[..., Page]
) -> None:
    scene.receive()
    _invited, token = an_invitation(scene)
    first, second = browser(), browser()
    for _ in range(3):
        told = page(first.get(f"/guest/{token}")).text
        assert "Lê Thu Hà" in told and "Trần Thị Mỵ" in told and "ghi âm" in told, "looking takes nothing"
    assert opens(first, token) == 303
    for answer in (second.get(f"/guest/{token}"), second.post(f"/guest/{token}", {"key": people.key()})):
        assert (answer.status_code, "đã có người dùng" in answer.text) == (409, True)
    assert second.get("/guest").status_code == 404
    assert "Chờ cán bộ cho vào" in first.get("/guest").text
    assert first.get(f"/guest/{token}").location == "/guest", "its own link leads back"


def test_a_confirmation_whose_answer_was_lost_may_be_sent_again(browser: Make, scene: Scene) -> None:
    scene.receive()
    _invited, token = an_invitation(scene)
    lost, again, form = browser(), browser(), {"key": people.key()}
    assert lost.post(f"/guest/{token}", form).status_code == 303
    assert again.post(f"/guest/{token}", form).status_code == 303
    assert "Chờ cán bộ cho vào" in again.get("/guest").text


def test_a_late_or_unknown_link_is_refused_in_words(browser: Make, scene: Scene) -> None:
    scene.receive()
    invited, token = an_invitation(scene)
    stranger = browser()
    assert stranger.get(f"/guest/{'0' * 40}").status_code == 404
    participants.remove(
        invited.id, reason="Thôi", by=officer(scene.officer.id), now=utc_now(), key=people.key()
    )
    answer = stranger.get(f"/guest/{token}")
    assert (answer.status_code, "không còn" in answer.text) == (409, True)


def test_a_signed_in_browser_keeps_its_account_and_the_link_stays_whole(browser: Make, scene: Scene) -> None:
    scene.receive()
    _invited, token = an_invitation(scene)
    desk = browser(scene.officer)
    assert (desk.get(f"/guest/{token}").status_code, opens(desk, token)) == (409, 409)
    assert desk.get("/desk").status_code == 200
    assert opens(browser(), token) == 303


def test_the_door_opens_by_the_officer_and_shuts_behind_who_is_put_out(
    browser: Make, scene: Scene, page: Callable[..., Page]
) -> None:
    scene.receive()
    invited, token = an_invitation(scene)
    guest, desk = browser(), browser(scene.officer)
    opens(guest, token)
    assert guest.get(f"/visits/{scene.code}/room/messages").status_code == 403, "who waits reads nothing"
    assert "Chờ ở cửa" in page(desk.get("/desk")).text
    acts = f"/visits/{scene.code}/people/{invited.code}"
    assert desk.post(f"{acts}/admit", {"key": people.key()}).status_code == 303
    led = guest.part("/guest/status")
    assert led.headers["HX-Redirect"] == "/guest"
    assert "Trần Thị Mỵ" in page(guest.get("/guest")).text
    refused = desk.post(f"{acts}/remove", {"key": people.key(), "reason": " "})
    assert (refused.status_code, "Hãy ghi lý do" in refused.text) == (422, True)
    assert desk.post(f"{acts}/remove", {"key": people.key(), "reason": "Gây ồn"}).status_code == 303
    assert guest.get(f"/visits/{scene.code}/room/messages").status_code == 403
    assert "Gây ồn" in guest.get("/guest").text
    assert (
        guest.post(f"/visits/{scene.code}/room/messages", {"body": "Alô", "key": people.key()}).status_code
        == 403
    )


def test_names_and_roles_are_seen_by_everyone_in_the_room(app: Flask, browser: Make, scene: Scene) -> None:
    scene.receive()
    guest, _place = inside(app, scene)
    for who, path in ((guest, "/guest"), (browser(scene.citizen), f"/visits/{scene.code}/room")):
        text = Page(who.get(path).text).text
        for words in ("Cán bộ tiếp công dân", "Nguyễn Văn Lành", "Phiên dịch"):
            assert words in text, words
        assert text.count("Lê Thu Hà") == 1
        assert "Trần Thị Mỵ" in text
    assert "Trung tâm phiên dịch" in Page(browser(scene.officer).get("/desk").text).text


def test_between_the_two_the_citizen_reads_who_receives_them(browser: Make, scene: Scene) -> None:
    scene.receive()
    citizen_ = browser(scene.citizen)
    for path in (f"/visits/{scene.code}/room", f"/visits/{scene.code}/people"):
        text = Page(citizen_.get(path).text).text
        assert text.count("Lê Thu Hà") == text.count("cán bộ tiếp công dân") == 1, path


def test_a_denouncers_name_is_shown_to_no_guest(app: Flask, scene: Scene) -> None:
    visit = a_denouncer_waits(scene.sitting, scene.now)
    by, about = officer(scene.officer.id), {"now": utc_now()}
    reception.decide_gate(visit.id, online=True, reason="Phức tạp", by=by, key=people.key(), **about)
    reception.call(visit.id, scene.desk.id, by=by, key=people.key(), **about)
    account = db.session.get_one(Petition, visit.petition_id).account_id
    scene.visit = reception.enter_room(visit.id, by=citizen(account), now=utc_now())
    guest, _place = inside(app, scene)
    for path in ("/guest", f"/visits/{visit.code}/people", "/guest/frame"):
        assert "Nguyễn Văn Lành" not in guest.get(path).text


def test_a_guest_reads_from_their_admission_on_and_writes(app: Flask, browser: Make, scene: Scene) -> None:
    scene.receive()
    conversation.say(
        scene.visit.id, "Chỉ hai người", by=citizen(scene.citizen.id), now=scene.now, key=people.key()
    )
    guest, _place = inside(app, scene)
    path = f"/visits/{scene.code}/room/messages"
    assert guest.post(path, {"body": "Tôi dịch <b>đây</b>", "key": people.key()}).location == "/guest#say"
    assert "Chỉ hai người" not in guest.get(path).text + guest.get("/guest").text
    for reader in (guest, browser(scene.citizen), browser(scene.officer)):
        text = reader.get(path).text
        assert "Trần Thị Mỵ" in text and 'data-role="interpreter"' in text and "<b>đây" not in text
    empty = guest.post(path, {"body": " ", "key": people.key()})
    assert empty.status_code == 422


def test_raising_a_hand_and_getting_the_word_work_without_scripts(
    app: Flask, browser: Make, scene: Scene
) -> None:
    scene.receive()
    guest, place = inside(app, scene)
    desk, base = browser(scene.officer), f"/visits/{scene.code}/people"

    def press(who: Browser, path: str, **sent: str) -> int:
        return who.post(base + path, {"key": people.key(), **sent}).status_code

    assert press(desk, "/room/moderate") == 303
    assert "Micro mở khi cán bộ mời nói" in guest.get("/guest").text
    assert press(guest, "/hand", up="yes") == 303
    assert "Giơ tay" in Page(desk.get("/desk").text).text
    assert press(desk, f"/{place.code}/give") == 303
    assert "Mời Ông/Bà nói" in guest.get("/guest").text
    for path in ("/room/mute", f"/{place.code}/give", f"/{place.code}/remove", "/invite"):
        assert press(guest, path, reason="x") == 403
    assert press(desk, "/room/dance") == press(desk, f"/{place.code}/dance") == 404
    assert press(desk, f"/{'2' * 14}/give") == 404


def test_a_bad_invitation_is_answered_beside_the_field(browser: Make, scene: Scene) -> None:
    scene.receive()
    desk, path = browser(scene.officer), f"/visits/{scene.code}/people/invite"
    for sent, field in (
        ({"role": "leader", "name": "", "holds": "60"}, "name"),
        ({"role": "citizen", "name": "Trần Thị Mỵ", "holds": "60"}, "role"),
        ({"role": "leader", "name": "Trần Thị Mỵ", "holds": "nhiều"}, "holds"),
        ({"role": "leader", "name": "Trần Thị Mỵ", "holds": "99999999999"}, "holds"),
    ):
        answer = desk.post(path, {"key": people.key(), **sent})
        assert answer.status_code == 422 and Page(answer.text).beside(field), field
    good = {"role": "leader", "name": "Trần Thị Mỵ", "holds": "60", "key": people.key()}
    links = [Page(desk.post(path, good).text).all("input") for _ in range(2)]
    shown = [[one["value"] for one in found if "/guest/" in one.get("value", "")] for found in links]
    assert shown[0] == shown[1] != []
    assert "/guest/" not in desk.get("/desk").text, "the link is shown once"


def test_the_end_of_the_visit_ends_the_guests_stay(app: Flask, scene: Scene) -> None:
    scene.receive()
    guest, _place = inside(app, scene)
    reception.close(
        scene.visit.id,
        OutcomeKind.ANSWERED,
        None,
        "Đã trả lời.",
        by=officer(scene.officer.id),
        now=utc_now(),
        key=people.key(),
    )
    assert "Buổi tiếp đã kết thúc" in guest.get("/guest").text
    assert guest.get(f"/visits/{scene.code}/people").status_code == 403


ROOM = {"people.part", "room.messages", "guest.page", "guest.status", "guest.frame"}
PUBLIC = ("public.", "board.", "early_check.", "operations.", "demo.", "sign_in.", "tracking.")


def test_a_guest_is_let_in_nowhere_else(app: Flask, scene: Scene) -> None:
    scene.receive()
    guest, _place = inside(app, scene)
    other, _ = people.a_waiting_visit(scene.sitting, scene.now)
    values: dict[str, dict[str, object]] = {
        "visit": {"code": scene.code},
        "another": {"code": other.code},
        "petition": {"code": scene.petition.code},
    }
    usual = {"account_id": 1, "name": "kind", "token": "0" * 40, "size": "big", "action": "call"}
    let_in = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint in STATIC_ENDPOINTS:
            continue
        if rule.endpoint.startswith(PUBLIC):
            continue
        for which, more in values.items():
            with app.test_request_context():
                given = usual | more
                wanted = {name: given.get(name, "1") for name in rule.arguments}
                path = url_for(rule.endpoint, **wanted)  # type: ignore[arg-type]
            status = guest.get(path).status_code
            if status < 400:
                let_in.add((rule.endpoint, which if "code" in rule.arguments else ""))
            assert status in (200, 403, 404), (path, status)
    assert {endpoint for endpoint, _ in let_in} == ROOM
    assert {which for _, which in let_in} == {"visit", ""}


@pytest.mark.parametrize("endpoint", ["say", "hand"])
def test_a_guest_acts_in_no_other_room(app: Flask, scene: Scene, endpoint: str) -> None:
    scene.receive()
    guest, _place = inside(app, scene)
    desk, by = people.an_open_desk(scene.now)
    other, person = people.a_waiting_visit(scene.sitting, scene.now)
    reception.call(other.id, desk.id, by=by, now=utc_now(), key=people.key())
    reception.enter_room(other.id, by=person, now=utc_now())
    path = {"say": "room/messages", "hand": "people/hand"}[endpoint]
    sent = {"key": people.key(), "body": "Alô", "up": "yes"}
    assert guest.post(f"/visits/{other.code}/{path}", sent).status_code == 404
    assert conversation.messages(other.id) == []
    assert not any(one.hand_raised_at for one in participants.in_order(other.id))
