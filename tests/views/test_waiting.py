"""The waiting page and the board: what people read there, in each state and at each time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests import people
from tests.views.conftest import Browser, Page, Scene
from tests.views.conftest import scene as scene  # a sitting, an officer at a desk, a citizen who waits
from webapp.clock import utc_now
from webapp.domain.visit_flow import State
from webapp.models import Account, Visit
from webapp.rendering import clock
from webapp.services import reception
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]


def read(mine: Browser, scene: Scene) -> str:
    """The page's words; the fragment that would be swapped in says the same."""
    whole = mine.get(f"/visits/{scene.code}/wait").text
    part = mine.part(f"/visits/{scene.code}/wait").text
    unkeyed = [re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", text) for text in (whole, part)]
    assert unkeyed[1].strip() in unkeyed[0]
    return Page(part).text


def changed(scene: Scene, **values: object) -> None:
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, scene.visit.id)
        for name, value in values.items():
            setattr(visit, name, value)


def test_each_state_says_until_when_and_what_then(browser: Make, scene: Scene) -> None:
    mine, by = browser(scene.citizen), officer(scene.officer.id)
    assert "Không còn ai" in read(mine, scene) and "Nếu rớt mạng thì sao?" in read(mine, scene)

    scene.call()
    until = scene.visit.answer_by
    assert until
    told = read(mine, scene)
    assert f"Hãy vào trước {clock(until)}." in told and "cán bộ gọi lại một lần nữa" in told
    assert mine.post(f"/visits/{scene.code}/wait-a-little", {"key": people.key()}).status_code == 303
    told = read(mine, scene)
    assert f"Hãy vào trước {clock(until + timedelta(minutes=3))}." in told and "Xin chờ thêm" not in told

    reception.send_back(scene.visit.id, by=by, now=utc_now(), key=people.key())
    assert "Số được giữ ở đầu hàng" in read(mine, scene)
    scene.call()
    assert "Đây là lần gọi thứ hai" in read(mine, scene)
    reception.enter_room(scene.visit.id, by=citizen(scene.citizen.id), now=utc_now())
    kept = utc_now() + timedelta(minutes=15)
    changed(scene, state=State.INTERRUPTED, kept_until=kept)
    assert f"Chỗ của Ông/Bà được giữ đến {clock(kept)}." in read(mine, scene)
    assert f"được giữ đến {clock(kept)}." in mine.get(f"/visits/{scene.code}").text
    changed(scene, kept_until=utc_now() - timedelta(minutes=1))
    assert "vẫn vào lại được và được gọi theo lượt" in read(mine, scene)

    missed = utc_now() - timedelta(minutes=20)
    changed(scene, state=State.NO_SHOW, ended_at=missed)
    assert f"Đến {clock(missed + timedelta(minutes=60))}, Ông/Bà vẫn trở lại được" in read(mine, scene)
    changed(scene, ended_at=utc_now() - timedelta(minutes=61))
    told = read(mine, scene)
    assert "Đã quá giờ trở lại" in told and "lấy số khác" in told

    slot = utc_now() + timedelta(minutes=50)
    changed(scene, state=State.BOOKED, slot_start=slot, ended_at=None)
    button = f'action="/visits/{scene.code}/check-in"'
    told = mine.get(f"/visits/{scene.code}").text
    assert f"Từ {clock(slot - timedelta(minutes=30))} ngày" in told and button not in told
    changed(scene, slot_start=utc_now() + timedelta(minutes=10))
    assert button in mine.get(f"/visits/{scene.code}").text


def test_a_visit_that_was_put_off_leads_to_its_new_number(browser: Make, scene: Scene) -> None:
    later = people.a_sitting(start=utc_now() + timedelta(days=1))
    by = officer(scene.officer.id)
    new = reception.defer(scene.visit.id, later.id, reason="Hết giờ", by=by, now=utc_now(), key=people.key())
    told = browser(scene.citizen).part(f"/visits/{scene.code}/wait")
    assert f"Số mới của Ông/Bà là {new.ticket}" in told.text and f"/visits/{new.code}" in told.text


def test_a_button_of_an_overtaken_page_leads_to_what_is_now(browser: Make, scene: Scene) -> None:
    """A second tab, another device, a lid that was closed for an hour."""
    mine = browser(scene.citizen)
    scene.call()
    for action in ("step-out", "come-back", "check-in"):
        answer = mine.post(f"/visits/{scene.code}/{action}", {"key": people.key()})
        assert (answer.status_code, answer.location) == (303, f"/visits/{scene.code}/wait")
    answer = mine.post(f"/visits/{scene.code}/cancel", {"key": people.key()})
    assert (answer.status_code, answer.location) == (303, f"/visits/{scene.code}")
    assert "Hãy vào trước" in read(mine, scene)
    reception.enter_room(scene.visit.id, by=citizen(scene.citizen.id), now=utc_now())
    answer = mine.post(f"/visits/{scene.code}/leave", {"key": people.key()})
    assert answer.location == f"/visits/{scene.code}"
    assert "Vào lại phòng tiếp" in read(mine, scene)


@pytest.fixture
def at_point(scene: Scene) -> Visit:
    point, person = people.point_of(scene.sitting), people.a_citizen()
    petition = people.a_petition(person, scene.now)
    by = citizen(person.id)
    about: dict[str, object] = {"by": by, "now": scene.now, "key": people.key()}
    return reception.take_number(petition.id, scene.sitting.id, bridge_point_id=point.id, **about)  # type: ignore[arg-type]


def test_the_board_shows_numbers_and_desks_and_nobodys_name(
    app: Flask, browser: Make, scene: Scene, at_point: Visit
) -> None:
    anyone, point = browser(None), at_point.bridge_point_id
    paths = ("/board", f"/board/{point}", f"/board/sitting/{scene.sitting.id}")
    waiting = [Page(anyone.part(path).text).text for path in paths]
    both = f"Mời chuẩn bị {scene.visit.ticket} {at_point.ticket} "
    assert [both in told for told in waiting] == [True, False, True]
    assert f"Mời chuẩn bị {at_point.ticket} " in waiting[1], "at a bridge point the numbers of its own people"
    scene.call()
    said = f"Bàn {scene.desk.number} {scene.visit.ticket} Mời vào"
    assert [said in Page(anyone.part(path).text).text for path in paths] == [True, False, True]
    whole = anyone.get("/board").text
    assert f'data-say="Mời số {scene.visit.number}, vào bàn {scene.desk.number}"' in whole
    assert 'http-equiv="refresh"' in whole, "and goes on without scripts"
    for name in ("Lành", scene.officer.full_name or "", "Khiếu nại", scene.code):
        assert name not in whole
    reception.enter_room(scene.visit.id, by=citizen(scene.citizen.id), now=utc_now())
    told = anyone.part("/board").text
    assert "Đang tiếp" in told and "data-say" not in told


def test_over_night_the_board_is_empty_and_the_next_day_it_goes_on(browser: Make, scene: Scene) -> None:
    anyone = browser(None)
    with unit_of_work() as work:
        sitting = work.session.get_one(type(scene.sitting), scene.sitting.id)
        sitting.ends_at = utc_now() - timedelta(minutes=1)
    for path in ("/board", f"/board/sitting/{scene.sitting.id}"):
        assert "Hiện không có buổi tiếp nào." in anyone.part(path).text
    following = people.a_sitting(start=utc_now())
    people.a_waiting_visit(following, utc_now())
    assert "Mời chuẩn bị" in anyone.part("/board").text
    assert anyone.get("/board/999999").status_code == anyone.get("/board/sitting/999999").status_code == 404


def test_who_cannot_be_called_now_reads_why_and_who_stepped_out_can_say_that_they_are_back(
    browser: Make, scene: Scene
) -> None:
    mine = browser(scene.citizen)
    mine.post(f"/visits/{scene.code}/step-out", {"key": people.key()})
    assert "Tôi đã quay lại" in read(mine, scene)
    account = people.a_citizen()
    behind, _ = people.a_waiting_visit(scene.sitting, utc_now(), account)
    ahead = "1 người lúc này chưa gọi được"
    assert ahead in browser(account).get(f"/visits/{behind.code}/wait").text
    desk = browser(scene.officer)
    changed(scene, stepped_out_until=utc_now() + timedelta(minutes=5))
    reception.leave(behind.id, by=citizen(account.id), now=utc_now(), key=people.key())
    assert "Chưa gọi được ai" in desk.get("/desk").text
    mine.post(f"/visits/{scene.code}/step-back", {"key": people.key()})
    assert "Tôi đã quay lại" not in read(mine, scene) and "Chưa gọi được ai" not in desk.get("/desk").text

    point = people.point_of(people.a_sitting(connected=False)).id
    changed(scene, bridge_point_id=point)
    assert "Điểm cầu chưa nối xong, số vẫn được giữ." in read(mine, scene)
