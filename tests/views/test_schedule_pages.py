"""What an admin and everyone else can rely on in the pages of the schedule."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests import people
from tests.views.conftest import Browser, Page
from webapp.clock import local, utc_now
from webapp.domain.working_days import after_working_days
from webapp.extensions import db
from webapp.models import Account, BridgePoint, Role, Sitting, SittingMode, SittingTemplate
from webapp.services import reception, schedule
from webapp.services.actor import SYSTEM, citizen
from webapp.services.calendar import working_days
from webapp.services.schedule import FrameFields, SittingFields
from webapp.services.schedule.fields import at
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]


@pytest.fixture
def admin(browser: Make) -> Browser:
    return browser(people.staff(Role.ADMIN))


@pytest.fixture
def day() -> date:
    """A working day far enough ahead for everything."""
    return after_working_days(local(utc_now()).date(), 8, working_days())


@pytest.fixture
def point() -> BridgePoint:
    with unit_of_work() as work:
        found = BridgePoint(name="Trụ sở Tiếp công dân", address="34 Lý Thái Tổ", central=True)
        work.session.add(found)
        work.session.flush()
        return found


def form(point: BridgePoint, **changed: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "key": people.key(),
        "kind": "periodic",
        "mode": "in_person",
        "host": "Lãnh đạo Thành phố",
        "content": "Đất đai, môi trường",
        "starts": ["08:00", ""],
        "ends": ["11:30", ""],
        "desks": ["1", ""],
        "minutes": ["30", ""],
        "places": str(point.id),
        "kept_percent": "25",
    }
    return usual | changed


def a_sitting(point: BridgePoint, day: date, **changed: object) -> Sitting:
    about: dict[str, object] = {
        "kind": "periodic",
        "mode": "in_person",
        "host": "Lãnh đạo Thành phố",
        "content": "Đất đai, môi trường",
        "frames": (FrameFields(time(8), time(11, 30), 1, 30),),
        "places": (point.id,),
    }
    fields = SittingFields(**(about | changed))  # type: ignore[arg-type]
    return schedule.add(day, fields, by=SYSTEM, now=utc_now(), key=people.key())


def test_a_one_off_sitting_is_added_once_and_stands_in_the_week_and_in_public(
    admin: Browser, browser: Make, point: BridgePoint, day: date
) -> None:
    sent = form(point, day=day.isoformat(), reason="Theo yêu cầu")
    answers = [admin.post("/admin/schedule/sittings/new", sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.location for one in answers}) == 1
    assert "Lãnh đạo Thành phố" in admin.get(answers[0].location).text
    assert "0/7" in admin.get(f"/admin/schedule?day={day.isoformat()}").text
    shown = Page(browser(None).get("/schedule").text).text
    assert "Thêm mới" in shown
    assert "Nội dung: Đất đai, môi trường" in shown


def test_what_speaks_against_a_sitting_stands_above_the_form_and_a_reason_overrules_a_day_off(
    admin: Browser, point: BridgePoint
) -> None:
    off = date(local(utc_now()).year + 1, 1, 1).isoformat()
    sent = form(point, day=off, kind="extraordinary")
    answer = admin.post("/admin/schedule/sittings/new", sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert "Hôm đó là ngày nghỉ." in page.text
    assert page.text.index("Hôm đó là ngày nghỉ.") < page.text.index("Ai tiếp")
    assert (page.holds("host"), page.holds("day")) == (["Lãnh đạo Thành phố"], [off])
    assert page.holds("starts")[0] == "08:00"
    assert page.holds("key") == [sent["key"]]
    assert page.problems() == []
    unsaid = admin.post("/admin/schedule/sittings/new", sent | {"overrule": "y"})
    assert "Hãy ghi lý do." in Page(unsaid.text).beside("reason")
    told = admin.post("/admin/schedule/sittings/new", sent | {"overrule": "y", "reason": "Đông người"})
    assert told.status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "at", "sentence"),
    [
        ("day", "31/12", "day", "Hãy ghi một ngày có trong lịch."),
        ("starts", ["8 giờ", ""], "frames", "Hãy ghi giờ theo 24 giờ"),
        ("desks", ["hai", ""], "frames", "Hãy ghi một số."),
        ("host", "", "host", "Hãy ghi ai tiếp."),
        ("places", "", "places", "Hãy chọn ít nhất một nơi"),
        ("kind", "weekly", "kind", "Hãy chọn một mục trong danh sách."),
    ],
    ids=["day", "starts", "desks", "host", "places", "kind"],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(
    admin: Browser, point: BridgePoint, day: date, field: str, typed: object, at: str, sentence: str
) -> None:
    answer = admin.post("/admin/schedule/sittings/new", form(point, day=day.isoformat()) | {field: typed})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert sentence in page.beside(at)
    assert page.holds("content") == ["Đất đai, môi trường"]
    if isinstance(typed, list):
        assert page.holds(field)[0] == typed[0]


def test_a_template_is_made_changed_and_ended_by_its_forms(
    admin: Browser, point: BridgePoint, day: date
) -> None:
    sent = form(point, weekday=str(day.weekday()), nth="0", first_day=day.isoformat(), last_day="")
    for _ in range(2):
        assert admin.post("/admin/schedule/templates/new", sent).status_code == 303
    [template] = db.session.query(SittingTemplate).all()
    where = f"/admin/schedule/templates/{template.id}"
    page = Page(admin.get(where).text)
    assert page.problems() == []
    assert (page.holds("host"), page.holds("starts")[0]) == (["Lãnh đạo Thành phố"], "08:00")
    changed = sent | {"host": "Phó Chủ tịch Thành phố", "version": "1"}
    assert admin.post(where, changed).status_code == 303
    assert admin.post(where, changed | {"host": "Ai khác"}).status_code == 409
    assert "Phó Chủ tịch Thành phố" in admin.get("/admin/schedule/templates").text
    ending = {"end-last_day": day.isoformat(), "end-reason": "", "key": people.key()}
    assert "Hãy ghi lý do." in Page(admin.post(f"{where}/end", ending).text).beside("end-reason")
    assert admin.post(f"{where}/end", ending | {"end-reason": "Sáp nhập"}).status_code == 303
    db.session.rollback()
    held = [one for one in db.session.query(Sitting).all() if one.is_held]
    assert [local(one.starts_at).date() for one in held] == [day]


def test_a_sitting_is_moved_and_called_off_with_a_reason_and_the_schedule_marks_it(
    admin: Browser, browser: Make, point: BridgePoint, day: date
) -> None:
    sitting = a_sitting(point, day)
    where = f"/admin/schedule/sittings/{sitting.id}"
    later = {"move-day": day.isoformat(), "move-starts": "14:00", "move-reason": "", "key": people.key()}
    page = Page(admin.post(f"{where}/move", later).text)
    assert "Hãy ghi lý do." in page.beside("move-reason")
    assert page.holds("move-starts") == ["14:00"]
    assert page.problems() == []
    assert admin.post(f"{where}/move", later | {"move-reason": "Họp"}).status_code == 303
    revised = {"revise-host": "Phó Chủ tịch", "revise-content": "Đất đai", "revise-reason": "Ốm"}
    assert admin.post(f"{where}/revise", revised | {"key": people.key()}).status_code == 303
    shown = Page(browser(None).get("/schedule").text).text
    assert f"Trước đây: 8:00 {day:%d/%m/%Y}." in shown
    assert "Đổi giờ" in shown
    called_off = {"cancel-reason": "Mất điện", "key": people.key()}
    for _ in range(2):
        assert admin.post(f"{where}/cancel", called_off).status_code == 303
    assert "Không tổ chức" in Page(browser(None).get("/schedule").text).text
    again = admin.post(f"{where}/cancel", {"cancel-reason": "Lại", "key": people.key()})
    assert again.status_code == 409


def test_other_places_are_saved_once_it_is_said_what_becomes_of_those_who_are_to_come(
    admin: Browser, browser: Make, point: BridgePoint, day: date
) -> None:
    online = {"mode": SittingMode.ONLINE, "ground": "2", "decision": "01/QĐ", "home_offered": True}
    sitting, account = a_sitting(point, day, **online, kept_percent=0), people.a_citizen()
    slot, by = at(day, time(8)), citizen(account.id)
    petition = people.a_petition(account).id
    about: dict[str, Any] = {"by": by, "now": utc_now(), "key": people.key()}
    visit = reception.book(petition, sitting.id, slot, bridge_point_id=point.id, **about)
    where = f"/admin/schedule/sittings/{sitting.id}"
    typed = {"places-home_offered": "y", "places-reason": "Sửa nhà", "key": people.key()}
    asked = admin.post(f"{where}/places", typed)
    page = Page(asked.text)
    assert asked.status_code == 422 and page.problems() == []
    assert f"1 người đã hẹn ở {point.name}." in page.text
    assert page.holds("places-reason") == ["Sửa nhà"] and page.holds("places-places") == []
    assert page.holds("places-instead") == ["released"]
    offered = [one["value"] for one in page.all("input") if one.get("name") == "places-instead"]
    assert offered == ["released", "home"], "nobody is sent to a place that is taken away"
    agreed = typed | {"places-overrule": "y", "places-instead": str(point.id)}
    assert "mà buổi tiếp vẫn có" in Page(admin.post(f"{where}/places", agreed).text).beside("places-instead")
    for _ in range(2):
        assert admin.post(f"{where}/places", agreed | {"places-instead": "home"}).status_code == 303
    mine = browser(account).get(f"/visits/{visit.code}").text
    assert "Buổi tiếp đổi giờ hoặc nơi" in mine and point.name not in mine
    shown = Page(browser(None).get("/schedule").text).text
    assert "Có thay đổi" in shown and "Lý do: Sửa nhà" in shown and point.name not in shown


def test_a_frame_is_changed_beside_the_week(admin: Browser, point: BridgePoint, day: date) -> None:
    officer = people.an_officer(full_name="Phạm Quốc Việt")
    [frame] = a_sitting(point, day).frames
    page = Page(admin.get(f"/admin/schedule?frame={frame.id}").text)
    assert page.problems() == []
    assert page.holds("version") == ["1"]
    sent = {"desks": "3", "minutes": "30", "version": "1", "duties": str(officer.id), "shut": "y"}
    where = f"/admin/schedule/frames/{frame.id}"
    bad = Page(admin.post(where, sent | {"desks": "nhiều"}).text)
    assert "Hãy ghi một số." in bad.beside("desks")
    assert bad.holds("desks") == ["nhiều"]
    for _ in range(2):
        assert admin.post(where, sent).status_code == 303
    shown = admin.get(f"/admin/schedule?frame={frame.id}").text
    assert "Đã đóng" in shown
    assert "0/21" in shown


def test_the_feeds_have_every_sitting_its_changes_and_no_other_name(
    browser: Make, point: BridgePoint, day: date
) -> None:
    kept, moved, off = (a_sitting(point, day, host=f"Lãnh đạo {name}") for name in "ABC")
    about = {"by": SYSTEM, "now": utc_now()}
    schedule.move(moved.id, day, time(14, 30), reason="Họp, rồi đi", key=people.key(), **about)
    schedule.cancel(off.id, reason="Mất điện", key=people.key(), **about)
    answer = browser(None).get("/schedule.ics")
    assert answer.mimetype == "text/calendar"
    events = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert list(events) == [f"Tiếp công dân: Lãnh đạo {name}" for name in "ACB"]
    there = events["Tiếp công dân: Lãnh đạo B"]
    assert local(there.decoded("DTSTART")) == local(
        datetime.combine(day, time(14, 30), local(utc_now()).tzinfo)
    )
    assert (there["SEQUENCE"], str(there["LOCATION"])) == (2, "Trụ sở Tiếp công dân")
    changed = str(there["DESCRIPTION"])
    assert "Đổi giờ" in changed and f"Trước đây: 8:00 {day:%d/%m/%Y}." in changed and "Họp, rồi đi" in changed
    assert events["Tiếp công dân: Lãnh đạo C"]["STATUS"] == "CANCELLED"
    assert str(events["Tiếp công dân: Lãnh đạo A"]["UID"]).startswith(f"sitting-{kept.id}@")
    told = json.loads(browser(None).get("/schedule.json").data)["sittings"]
    assert [one["cancelled"] for one in told] == [False, True, False]
    assert told[2]["starts"] == f"{day.isoformat()}T14:30:00+07:00"
    assert [one["what"] for one in told[2]["changes"]] == ["added", "moved"]
    again = browser(None).get("/schedule.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_only_the_sittings_of_one_place_are_shown_where_it_is_chosen(
    browser: Make, point: BridgePoint, day: date
) -> None:
    with unit_of_work() as work:
        other = BridgePoint(name="Điểm cầu xã Yên Bài")
        work.session.add(other)
        work.session.flush()
    a_sitting(point, day, host="Lãnh đạo Thành phố")
    a_sitting(other, day, host="Chủ tịch xã Yên Bài")
    shown = Page(browser(None).get(f"/schedule?place={other.id}").text).text
    assert "Chủ tịch xã Yên Bài" in shown
    assert "Lãnh đạo Thành phố" not in shown
    [only] = json.loads(browser(None).get(f"/schedule.json?place={other.id}").data)["sittings"]
    assert only["host"] == "Chủ tịch xã Yên Bài"
    later = (day + timedelta(days=1)).isoformat()
    assert "Chủ tịch xã Yên Bài" not in browser(None).get(f"/schedule?from={later}").text
    for odd in ("place=x", "from=x", "from=9999-12-31"):
        assert browser(None).get(f"/schedule?{odd}").status_code == 200


def test_more_sittings_than_a_page_holds_are_reached_from_it(
    browser: Make, point: BridgePoint, day: date
) -> None:
    with unit_of_work() as work:
        starts = datetime.combine(day, time(9), local(utc_now()).tzinfo)
        for n in range(63):
            at = starts + timedelta(minutes=n // 40)
            sitting = Sitting(starts_at=at, ends_at=at + timedelta(hours=1), host=f"Chủ tịch xã số {n:02d}")
            work.session.add(sitting)
    first = browser(None).get("/schedule")
    [further] = [link for link in Page(first.text).links() if "after=" in link]
    second = browser(None).get(further)
    on_pages = [[n for n in range(63) if f"Chủ tịch xã số {n:02d}" in one.text] for one in (first, second)]
    assert on_pages == [list(range(60)), list(range(60, 63))], "of one day, however many it has"
    assert "after=" not in second.text
