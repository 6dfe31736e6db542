"""What a citizen can rely on when choosing when and where to be received, and of the ticket that says so."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pikepdf
import pytest
import segno
from sqlalchemy import select

from tests import people, queries
from tests.views.conftest import Browser, Page, Scene
from tests.views.test_petition_receipt import lines_missing
from webapp.clock import local
from webapp.domain.notices import place_for_sms
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import Account, Petition, Sitting, Visit, VisitEvent
from webapp.services import notifications, queue, reception
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
pytestmark = on_sqlite


@pytest.fixture
def coming(scene: Scene) -> Sitting:
    return people.a_sitting_to_book(scene.now, slots=4)


@pytest.fixture
def petition(scene: Scene) -> Petition:
    return people.a_petition(scene.citizen, scene.now)


def values(sitting: Sitting) -> list[str]:
    """The sitting's slots, as forms name them."""
    return [f"{sitting.id}-{int(at.timestamp() // 60)}" for at in people.slots_of(sitting)]


def slot_form(sitting: Sitting, slot: int = 0, **more: object) -> dict[str, object]:
    return {"slot": values(sitting)[slot], "place": "home", "key": people.key()} | more


def last(model: type = Visit) -> Any:
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def test_the_page_offers_a_number_for_now_the_days_and_what_is_free_and_makes_a_ticket(
    browser: Make, scene: Scene, petition: Petition, coming: Sitting
) -> None:
    people.a_booked_visit(coming, 1, now=scene.now)
    person, path = browser(scene.citizen), f"/petitions/{petition.code}/book"
    first = Page(person.get(path).text)
    assert "Gặp ngay hôm nay" in first.text
    assert f"{path}?sitting={coming.id}#slot" in first.links()
    offered = [one["value"] for one in first.all("input") if one.get("name") == "slot"]
    assert offered == [f"now-{scene.sitting.id}", *(one for n, one in enumerate(values(coming)) if n != 1)], (
        "the full one is no choice"
    )

    form = slot_form(coming, priority="y")
    answers = [person.post(path, dict(form)) for _ in range(2)]
    visit = last()
    assert {answer.location for answer in answers} == {f"/visits/{visit.code}"}
    assert (visit.state, visit.slot_start, visit.priority) == (State.BOOKED, people.slots_of(coming)[0], True)
    ticket = Page(person.get(f"/visits/{visit.code}").text)
    at = local(people.slots_of(coming)[0])
    for words in (visit.ticket, "9:00", f"{at:%d/%m/%Y}", "Cần chuẩn bị", "Đổi giờ", "Hủy hẹn"):
        assert words in ticket.text
    assert "Nguyễn Văn Lành" not in ticket.text and "Khiếu nại" not in ticket.text
    assert person.get(path).location == f"/visits/{visit.code}"
    assert person.get(f"/visits/{visit.code}/wait").location == f"/visits/{visit.code}"
    sms = notifications.newest(1)[0].body
    assert f"luc 9:00 ngay {at:%d/%m/%Y}, so {visit.ticket}, tai nha, qua dien thoai" in sms


def test_every_day_with_room_is_a_link_away_not_the_first_six_alone(
    browser: Make, scene: Scene, petition: Petition
) -> None:
    for days in range(8):
        people.a_sitting_to_book(scene.now + timedelta(days=days))
    person, path = browser(scene.citizen), f"/petitions/{petition.code}/book"
    first, every = (Page(person.get(f"{path}{query}").text).links() for query in ("", "?days=all"))
    assert (len(of_days(first)), len(of_days(every))) == (6, 8)
    assert f"{path}?days=all#slot" in first and f"{path}?days=all#slot" not in every


def of_days(links: list[str]) -> list[str]:
    return [link for link in links if "?sitting=" in link]


def test_a_number_for_now_has_a_ticket_too_with_its_place_code_and_paper(
    browser: Make, scene: Scene, petition: Petition
) -> None:
    person, point = browser(scene.citizen), people.point_of(scene.sitting)
    about: dict[str, Any] = {"by": citizen(scene.citizen.id), "now": scene.now, "key": people.key()}
    visit = reception.take_number(petition.id, scene.sitting.id, bridge_point_id=point.id, **about)
    db.session.rollback()
    page = Page(person.get(f"/visits/{visit.code}").text)
    for words in (visit.ticket, point.name, "Cần chuẩn bị", "Muốn gặp lúc khác", "Hủy số này"):
        assert words in page.text
    assert {f"/visits/{visit.code}/ticket.pdf", f"/visits/{visit.code}/wait"} <= set(page.links())
    assert person.get(f"/visits/{visit.code}/ticket.pdf").mimetype == "application/pdf"
    assert person.get(f"/visits/{visit.code}/ticket.ics").status_code == 404, "it is for now"
    assert f"/visits/{visit.code}" in Page(person.get(f"/visits/{visit.code}/wait").text).links()
    [sms] = [one.body for one in notifications.newest() if visit.code in one.key]
    assert f"So cua Ong/Ba la {visit.ticket}, tai {place_for_sms(point.name)}." in sms


def test_a_slot_that_filled_up_meanwhile_is_refused_with_the_nearest_and_nothing_typed_is_lost(
    browser: Make, scene: Scene, petition: Petition, coming: Sitting
) -> None:
    people.a_booked_visit(coming, 1, now=scene.now)
    person, path = browser(scene.citizen), f"/petitions/{petition.code}/book"
    answer = person.post(path, slot_form(coming, 1, priority="y"))
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "Giờ 9:30 vừa hết chỗ. Gần nhất còn: 9:00, 10:00, 10:30." in page.text
    ticked = [one for one in page.all("input") if "checked" in one]
    assert {(one["name"], one["value"]) for one in ticked} == {("place", "home"), ("priority", "y")}
    assert person.post(path, slot_form(coming, 2)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said", "status"),
    [
        ({"slot": ""}, "Hãy chọn một giờ.", 422),
        ({"slot": "x-9"}, "Hãy chọn một giờ.", 422),
        ({"slot": "9" * 40 + "-" + "9" * 40}, "Hãy chọn một giờ.", 422),
        ({"slot": "999999-29000000"}, "không giữ chỗ được nữa", 409),
        ({"place": ""}, "Hãy chọn một nơi trong danh sách.", 422),
        ({"place": "999999"}, "Hãy chọn một nơi trong danh sách.", 422),
    ],
    ids=["no slot", "no number", "too long", "no such sitting", "no place", "no such place"],
)
def test_what_cannot_be_chosen_is_said_beside_its_field(
    browser: Make,
    scene: Scene,
    petition: Petition,
    coming: Sitting,
    wrong: dict[str, object],
    said: str,
    status: int,
) -> None:
    answer = browser(scene.citizen).post(f"/petitions/{petition.code}/book", slot_form(coming) | wrong)
    assert answer.status_code == status
    assert said in Page(answer.text).text
    assert last().state is State.WAITING, "that of before"


def test_the_code_on_the_ticket_is_its_own_address_and_nothing_else(
    browser: Make, scene: Scene, coming: Sitting
) -> None:
    visit, _ = people.a_booked_visit(coming, now=scene.now, account=scene.citizen)
    shown = browser(scene.citizen).get(f"/visits/{visit.code}").text
    [drawn] = re.findall(r'<svg[^>]*class="qr".*?</svg>', shown, re.S)
    address = f"http://localhost/visits/{visit.code}"
    assert drawn == segno.make(address, error="m").svg_inline(
        light="#fff", border=2, omitsize=True, svgclass="qr"
    )


def test_the_calendar_entry_says_when_and_where_and_a_change_replaces_it(
    browser: Make, scene: Scene, coming: Sitting
) -> None:
    visit, by = people.a_booked_visit(coming, now=scene.now, account=scene.citizen)
    person, path = browser(scene.citizen), f"/visits/{visit.code}/ticket.ics"

    def entry() -> icalendar.Event:
        answer = person.get(path)
        assert answer.mimetype == "text/calendar"
        [event] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
        return event

    before = entry()
    times = people.slots_of(coming)
    assert before.start == times[0]
    assert str(before["dtstart"].params["TZID"]) == "Asia/Ho_Chi_Minh"
    assert [alarm["trigger"].dt for alarm in before.walk("VALARM")] == [
        timedelta(days=-1),
        timedelta(hours=-1),
    ]
    assert "Khiếu nại" not in str(before) and "Lành" not in str(before)
    point = people.point_of(coming)
    reception.change(
        visit.id, coming.id, times[2], bridge_point_id=point.id, by=by, now=scene.now, key=people.key()
    )
    after = entry()
    assert (after["uid"], after.start) == (before["uid"], times[2])
    assert after["sequence"] > before["sequence"]
    assert point.name in str(after["location"])


def test_the_paper_is_a_pdf_on_half_a_sheet_without_colour_or_name(
    browser: Make, scene: Scene, coming: Sitting
) -> None:
    visit, _ = people.a_booked_visit(coming, now=scene.now, account=scene.citizen)
    answer = browser(scene.citizen).get(f"/visits/{visit.code}/ticket.pdf")
    assert answer.mimetype == "application/pdf"
    said = ("GIẤY HẸN TIẾP CÔNG DÂN", visit.ticket, "9:00", "Cần chuẩn bị", "Đổi giờ hoặc hủy")
    assert not lines_missing(answer.data, *said)
    assert lines_missing(answer.data, "Lành") == ["Lành"]
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        [page] = opened.pages
        assert [round(float(side)) for side in page.mediabox[2:]] == [420, 595], "A5"
        drawn = pikepdf.parse_content_stream(page)
        colours = {tuple(map(float, one.operands)) for one in drawn if str(one.operator) in ("rg", "RG")}
    assert {colour for colour in colours if len(set(colour)) > 1} == set()


def test_a_change_shows_what_is_held_and_moves_the_ticket(
    browser: Make, scene: Scene, coming: Sitting
) -> None:
    visit, _ = people.a_booked_visit(coming, now=scene.now, account=scene.citizen)
    person, path = browser(scene.citizen), f"/visits/{visit.code}/change"
    page = Page(person.get(path).text)
    assert "Đang giữ: 9:00" in page.text and "Gặp ngay" not in page.text
    now = {"slot": "now", "sitting": scene.sitting.id, "place": "home", "key": people.key()}
    assert person.post(path, now).status_code == 422
    for form in [slot_form(coming, 3)] * 2:
        assert person.post(path, dict(form)).location == f"/visits/{visit.code}"
    db.session.rollback()
    assert db.session.get_one(Visit, visit.id).slot_start == people.slots_of(coming)[3]
    assert "10:30" in Page(person.get(f"/visits/{visit.code}").text).text


@pytest.fixture
def soon(scene: Scene, coming: Sitting) -> Visit:
    """A place that begins in an hour."""
    visit, _ = people.a_booked_visit(coming, now=scene.now, account=scene.citizen)
    with unit_of_work() as work:
        work.session.get_one(Visit, visit.id).slot_start = scene.now + timedelta(hours=1)
    return visit


def test_a_late_change_or_cancel_is_asked_why(
    browser: Make, scene: Scene, coming: Sitting, soon: Visit
) -> None:
    person = browser(scene.citizen)
    for what, form in (("change", slot_form(coming, 1)), ("cancel", {"key": people.key()})):
        path = f"/visits/{soon.code}/{what}"
        assert "reason" in [one.get("name") for one in Page(person.get(path).text).all("textarea")]
        refused = person.post(path, dict(form))
        assert refused.status_code == 422
        assert "Xin Ông/Bà ghi vài chữ vì sao" in Page(refused.text).text
    assert (
        person.post(f"/visits/{soon.code}/cancel", {"key": people.key(), "reason": "Con ốm"}).status_code
        == 303
    )
    db.session.rollback()
    assert db.session.get_one(Visit, soon.id).state is State.CANCELLED
    assert db.session.scalar(select(VisitEvent.reason).order_by(VisitEvent.id.desc()).limit(1)) == "Con ốm"


def test_on_the_day_the_ticket_lets_its_person_into_the_line(
    browser: Make, scene: Scene, soon: Visit
) -> None:
    person, path = browser(scene.citizen), f"/visits/{soon.code}"
    assert "/check-in" not in person.get(path).text
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, soon.id)
        visit.slot_start, visit.sitting_id = scene.now + timedelta(minutes=20), scene.sitting.id
        visit.number = 77
    assert f"{path}/check-in" in person.get(path).text
    assert person.post(f"{path}/check-in", {"key": people.key()}).location == f"{path}/wait"
    assert queue.waiting_count(scene.sitting.id) == 2


def test_the_page_of_the_desk_corrects_priority_with_a_reason_and_shows_it(
    browser: Make, scene: Scene
) -> None:
    at_desk, path = browser(scene.officer), f"/desk/visit/{scene.code}/priority"
    assert path in Page(at_desk.get("/desk").text).links()
    refused = at_desk.post(path, {"priority": "y", "reason": " ", "key": people.key()})
    assert refused.status_code == 422 and "Hãy ghi lý do." in Page(refused.text).text
    assert (
        at_desk.post(path, {"priority": "y", "reason": "Sinh năm 1945", "key": people.key()}).status_code
        == 303
    )
    assert "Sinh năm 1945" in Page(at_desk.get(path).text).text
    assert "ưu tiên" in Page(at_desk.get("/desk/queue").text).text
    by = officer(scene.officer.id)
    reception.call(scene.visit.id, scene.desk.id, by=by, now=scene.now, key=people.key())
    assert "Sinh năm 1945" in Page(at_desk.get("/desk").text).text
    assert at_desk.get(path).status_code == 404


def test_choosing_is_light_and_asks_the_database_no_more_for_more_days_and_slots(
    browser: Make, scene: Scene, petition: Petition
) -> None:
    person, path = browser(scene.citizen), f"/petitions/{petition.code}/book"
    people.a_sitting_to_book(scene.now, slots=2)
    person.get(path)
    with queries.asked() as few:
        person.get(path)
    for _ in range(5):
        people.a_sitting_to_book(scene.now, slots=14)
    newest = last(Sitting).id
    db.session.rollback()
    with queries.asked() as many:
        body = person.get(f"{path}?sitting={newest}").text
    assert body.count('name="slot"') == 1 + 14
    assert len(re.sub(r"<style>.*?</style>", "", body, flags=re.S)) < 16_000
    assert len(many) == len(few)
