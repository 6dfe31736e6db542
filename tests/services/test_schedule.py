"""What people can rely on about the schedule: templates become sittings, conflicts are said before, changes are told."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import people
from tests.marks import postgresql_is_long
from tests.people import NINE, in_minutes, key
from webapp.demo import ensure_sittings
from webapp.demo.places_and_people import add_bridge_points, add_desks, add_staff
from webapp.demo.sittings import DAYS_PAST, add_sittings
from webapp.domain.errors import Conflict, InvalidInput, SlotFull
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.sitting_changes import Change
from webapp.domain.sitting_plan import Objection
from webapp.domain.visit_flow import Action, By, State
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.models import (
    AuditEntry,
    BridgePoint,
    Notification,
    Role,
    Sitting,
    SittingChange,
    SittingKind,
    SittingMode,
    Visit,
    VisitEvent,
)
from webapp.services import audit, calendar, place_requests, preparation, queue, reception, schedule, visits
from webapp.services.actor import Actor, citizen
from webapp.services.localities import load_localities
from webapp.services.reception.moves import load, log_move, new_visit
from webapp.services.schedule import (
    FrameEdit,
    FrameFields,
    OnDuty,
    PlacesEdit,
    SittingFields,
    SpokenAgainst,
    TemplateFields,
)
from webapp.services.schedule.fields import at
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

TUESDAY, FRIDAY = date(2026, 12, 15), date(2026, 12, 18)
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def admin() -> Actor:
    return Actor(people.staff(Role.ADMIN).id, By.ADMIN)


@pytest.fixture
def host() -> int:
    return people.an_officer(full_name="Phạm Quốc Việt").id


def a_point() -> int:
    with unit_of_work() as work:
        point = BridgePoint(name=f"Điểm cầu số {key()}")
        work.session.add(point)
        work.session.flush()
        return point.id


def fields(*duties: OnDuty, **changed: object) -> SittingFields:
    morning = FrameFields(time(8), time(11, 30), 2, 30, duties)
    usual = SittingFields(
        kind=SittingKind.REGULAR,
        mode=SittingMode.ONLINE,
        host="Ban Tiếp công dân",
        frames=(morning,),
        ground="2",
        decision="01/QĐ",
        home_offered=True,
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def leaders(**changed: object) -> SittingFields:
    about: dict[str, object] = {"kind": SittingKind.PERIODIC, "content": "Đất đai ở xã Yên Bài"}
    return fields(**(about | changed))


def weekly(sitting: SittingFields, weekday: int = 1, nth: int = 0) -> TemplateFields:
    return TemplateFields(sitting, weekday, nth, date(2026, 11, 1))


def sittings() -> list[Sitting]:
    db.session.rollback()
    return list(db.session.scalars(select(Sitting).order_by(Sitting.starts_at)))


def booked(sitting: Sitting, clock: time = time(8), place: int = 1, **about: object) -> Visit:
    petition = people.a_petition(**about)  # type: ignore[arg-type]
    with unit_of_work() as work:
        visit = new_visit(work, petition.id, sitting.id, None, priority=False)
        visit.state, visit.slot_place = State.BOOKED, place
        visit.slot_start = at(TUESDAY, clock)
        work.session.add(visit)
        work.session.flush()
        log_move(work, visit, Action.BOOK, None, Actor(petition.account_id, By.CITIZEN), NINE)
        return visit


def told() -> list[str]:
    """What was sent about sittings."""
    db.session.rollback()
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [row.body for row in rows if row.key.startswith("sitting-change")]


def objections(problem: pytest.ExceptionInfo[SpokenAgainst]) -> list[tuple[Objection, date]]:
    return [(one.objection, one.day) for one in problem.value.found]


def test_a_template_becomes_the_sittings_of_the_coming_weeks_once_and_skips_days_off(admin: Actor) -> None:
    one = key()
    for _ in range(2):
        schedule.create(weekly(fields(), weekday=4), by=admin, now=NINE, key=one)
    rounds.each_minute(NINE)
    days = [one.template_day for one in sittings()]
    assert days == [date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 11), FRIDAY, date(2026, 12, 25)]
    rounds.each_minute(NINE + timedelta(days=7))
    rounds.each_minute(NINE + timedelta(days=14))
    assert [one.template_day for one in sittings()][5:] == [
        date(2027, 1, 8),
        date(2027, 1, 15),
    ], "New Year's Day is a day off"
    [frame] = sittings()[0].frames
    assert (frame.starts_at, frame.desks, frame.minutes) == (at(date(2026, 11, 27), time(8)), 2, 30)


def test_the_leaders_third_tuesday_is_announced_five_working_days_ahead_or_with_a_reason(
    admin: Actor,
) -> None:
    monthly = weekly(leaders(), nth=3)
    schedule.create(monthly, by=admin, now=NINE, key=key())
    assert [one.template_day for one in sittings()] == [TUESDAY]
    soon = at(date(2026, 12, 14), time(9))
    another = weekly(replace(leaders(), host="Phó Chủ tịch UBND Thành phố"), nth=3)
    with pytest.raises(SpokenAgainst) as problem:
        schedule.create(another, by=admin, now=soon, key=key())
    assert objections(problem) == [(Objection.LATE, TUESDAY)]
    assert problem.value.overrulable
    schedule.create(another, overrule=True, reason="Lịch đột xuất", by=admin, now=soon, key=key())
    assert [one.template_day for one in sittings()].count(TUESDAY) == 2
    in_time, late = (schedule.announced(one.id) for one in sittings() if one.template_day == TUESDAY)
    assert (in_time.marks, late.marks, late.reason) == ([], [Change.ADDED], "Lịch đột xuất")


def test_who_is_announced_to_receive_is_not_in_two_places_though_nobody_is_put_on_duty(admin: Actor) -> None:
    schedule.create(weekly(leaders(), nth=3), by=admin, now=NINE, key=key())
    asked = replace(leaders(), host=leaders().host.upper(), kind=SittingKind.EXTRAORDINARY)
    with pytest.raises(SpokenAgainst) as problem:
        schedule.add(TUESDAY, asked, by=admin, now=NINE, key=key())
    [found] = problem.value.found
    told = found.objection, found.who.casefold(), found.other
    assert told == (Objection.HOST, asked.host.casefold(), leaders().host)
    schedule.add(FRIDAY, asked, by=admin, now=NINE, key=key())
    schedule.add(TUESDAY, replace(asked, host="Chánh Thanh tra Thành phố"), by=admin, now=NINE, key=key())


def test_a_day_that_is_worked_after_all_brings_its_leaders_sitting_late_and_marked(admin: Actor) -> None:
    calendar.correct(TUESDAY, False, "Nghỉ bù", by=admin, now=NINE)
    schedule.create(weekly(leaders(), nth=3), by=admin, now=NINE, key=key())
    assert not sittings()
    calendar.restore(TUESDAY, by=admin, now=NINE)
    schedule.lay_out(at(date(2026, 12, 10), time(9)))
    marks = {one.template_day: schedule.announced(one.id).marks for one in sittings()}
    assert marks == {TUESDAY: [Change.ADDED], date(2027, 1, 19): []}


def test_a_host_in_two_places_and_a_desk_twice_are_said_before_anything_is_saved(
    admin: Actor, host: int
) -> None:
    desk, other = people.a_desk(), people.an_officer().id
    schedule.create(weekly(fields(OnDuty(host, desk.id)), nth=3), by=admin, now=NINE, key=key())
    before = len(sittings())
    for duty, objection in ((OnDuty(host), Objection.HOST), (OnDuty(other, desk.id), Objection.DESK)):
        with pytest.raises(SpokenAgainst) as problem:
            schedule.add(TUESDAY, fields(duty), overrule=True, reason="Cần", by=admin, now=NINE, key=key())
        assert objections(problem) == [(objection, TUESDAY)], "a reason does not overrule it"
        with pytest.raises(SpokenAgainst) as far:
            schedule.add(date(2027, 3, 16), fields(duty), by=admin, now=NINE, key=key())
        assert objections(far) == [(objection, date(2027, 3, 16))], "not laid out yet, but planned"
        with pytest.raises(SpokenAgainst):
            schedule.create(weekly(fields(duty)), by=admin, now=NINE, key=key())
    assert len(sittings()) == before
    afternoon = fields(frames=(FrameFields(time(13, 30), time(16), 1, 30, (OnDuty(host, desk.id),)),))
    schedule.add(TUESDAY, afternoon, by=admin, now=NINE, key=key())


def test_a_day_off_needs_a_reason_and_what_is_past_has_none(admin: Actor) -> None:
    urgent = fields(kind=SittingKind.EXTRAORDINARY, content="Vụ việc đông người")
    with pytest.raises(SpokenAgainst) as problem:
        schedule.add(NEW_YEAR, urgent, by=admin, now=NINE, key=key())
    assert objections(problem) == [(Objection.DAY_OFF, NEW_YEAR)]
    with pytest.raises(InvalidInput) as missing:
        schedule.add(NEW_YEAR, urgent, overrule=True, by=admin, now=NINE, key=key())
    assert missing.value.field == "reason"
    with pytest.raises(SpokenAgainst) as past:
        schedule.add(NINE.date(), urgent, overrule=True, reason="Vội", by=admin, now=NINE, key=key())
    assert not past.value.overrulable
    one = key()
    for _ in range(2):
        schedule.add(NEW_YEAR, urgent, overrule=True, reason="Đông người", by=admin, now=NINE, key=one)
    [sitting] = sittings()
    [change] = schedule.announced(sitting.id).changes
    assert (change.what, change.reason, change.by_id) == (Change.ADDED, "Đông người", admin.account_id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"host": " "}, "host"),
        ({"ground": "6"}, "ground"),
        ({"decision": ""}, "decision"),
        ({"kind": SittingKind.PERIODIC}, "content"),
        ({"home_offered": False}, "places"),
        ({"places": (999,)}, "places"),
        ({"frames": ()}, "frames"),
        ({"frames": (FrameFields(time(9), time(9, 10), 1, 30),)}, "frames"),
        ({"kept_percent": 101}, "kept_percent"),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_what_the_law_asks_of_a_sitting_is_asked_for(
    admin: Actor, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as problem:
        schedule.add(TUESDAY, fields(**changed), by=admin, now=NINE, key=key())
    assert problem.value.field == field
    assert not sittings()


def test_who_may_not_receive_is_not_put_on_duty_and_home_is_never_offered_in_person(admin: Actor) -> None:
    nobody = people.staff(Role.BRIDGE).id
    with pytest.raises(InvalidInput):
        schedule.add(TUESDAY, fields(OnDuty(nobody)), by=admin, now=NINE, key=key())
    face = fields(mode=SittingMode.IN_PERSON, ground="", decision="", places=(a_point(),))
    assert not schedule.add(TUESDAY, face, by=admin, now=NINE, key=key()).home_offered


def test_a_sitting_that_moves_takes_its_people_along_and_tells_each_once(admin: Actor, host: int) -> None:
    sitting = schedule.add(TUESDAY, fields(OnDuty(host)), by=admin, now=NINE, key=key())
    first = booked(sitting, time(8))
    second = booked(sitting, time(8, 30), kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    one = key()
    for _ in range(2):
        schedule.move(sitting.id, TUESDAY, time(8, 30), reason="Đổi phòng", by=admin, now=NINE, key=one)
    db.session.rollback()
    assert [visits.by_code(each.code).slot_start for each in (first, second)] == [
        at(TUESDAY, time(8, 30)),
        at(TUESDAY, time(9)),
    ]
    [kept] = sittings()
    assert (kept.starts_at, kept.ends_at) == (at(TUESDAY, time(8, 30)), at(TUESDAY, time(12)))
    assert kept.frames[0].starts_at == kept.starts_at
    assert len(told()) == 2
    first_told, second_told = sorted(told(), key=lambda body: "9:00 15/12/2026" in body)
    assert "8:30 15/12/2026" in first_told
    assert second_told == first_told.replace("8:30", "9:00"), "nothing of the kind of petition"
    [change] = schedule.announced(sitting.id).changes[1:]
    assert change.was["starts_at"] == "2026-12-15T01:00:00+00:00"
    moved = select(func.count(VisitEvent.id)).where(VisitEvent.action == Action.RESCHEDULE)
    assert db.session.scalar(moved) == 2
    schedule.move(sitting.id, FRIDAY, time(8), reason="Hoãn", by=admin, now=in_minutes(1), key=key())
    assert len(told()) == 4, "a second change is told too"


def test_a_moved_sitting_is_not_made_again_by_its_template(admin: Actor) -> None:
    schedule.create(weekly(leaders(), nth=3), by=admin, now=NINE, key=key())
    [sitting] = sittings()
    schedule.move(sitting.id, FRIDAY, time(8), reason="Họp", by=admin, now=NINE, key=key())
    assert schedule.lay_out(NINE) == 0
    assert len(sittings()) == 1


def test_who_came_already_is_not_left_waiting_for_another_day(admin: Actor) -> None:
    sitting = schedule.add(TUESDAY, fields(), by=admin, now=NINE, key=key())
    visit = booked(sitting)
    early = at(TUESDAY, time(7, 40))
    reception.check_in(visit.id, by=Actor(None, By.CITIZEN), now=early, key=key())
    with pytest.raises(Conflict):
        schedule.move(sitting.id, FRIDAY, time(8), reason="Hoãn", by=admin, now=early, key=key())
    assert sittings()[0].starts_at == at(TUESDAY, time(8)), "nothing of it moved"


def test_a_sitting_called_off_releases_its_people_and_tells_each_once(admin: Actor) -> None:
    sitting = schedule.add(TUESDAY, fields(), by=admin, now=NINE, key=key())
    codes = [booked(sitting, time(8)).code, booked(sitting, time(8), place=2).code]
    with pytest.raises(InvalidInput):
        schedule.cancel(sitting.id, reason=" ", by=admin, now=NINE, key=key())
    one = key()
    for _ in range(2):
        schedule.cancel(sitting.id, reason="Mất điện", by=admin, now=NINE, key=one)
    db.session.rollback()
    assert {visits.by_code(code).state for code in codes} == {State.CANCELLED}
    assert len(told()) == 2
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "sitting")).all()
    assert list(actions) == ["sitting_added", "sitting_cancelled"]
    with pytest.raises(Conflict):
        schedule.cancel(sitting.id, reason="Lại", by=admin, now=NINE, key=key())
    with pytest.raises(Conflict):
        booked(sitting)


def test_a_template_that_ends_calls_its_later_sittings_off(admin: Actor) -> None:
    template = schedule.create(weekly(fields()), by=admin, now=NINE, key=key())
    last, one = date(2026, 12, 8), key()
    assert schedule.end(template.id, last, reason="Thôi", by=admin, now=NINE, key=one) == 4
    assert schedule.end(template.id, last, reason="Thôi", by=admin, now=NINE, key=one) == 0
    held = [each.template_day for each in sittings() if each.is_held]
    assert held == [date(2026, 12, 1), last]
    assert schedule.lay_out(NINE + timedelta(days=30)) == 0


def test_a_changed_template_leaves_what_is_published(admin: Actor) -> None:
    template = schedule.create(weekly(fields()), by=admin, now=NINE, key=key())
    wanted = weekly(fields(host="Phòng Tiếp công dân số 2"))
    schedule.change(template.id, wanted, 1, by=admin, now=NINE)
    schedule.change(template.id, wanted, 1, by=admin, now=NINE)
    with pytest.raises(Conflict):
        schedule.change(template.id, weekly(fields(host="Khác")), 1, by=admin, now=NINE)
    schedule.lay_out(NINE + timedelta(days=7))
    assert [one.host for one in sittings()] == ["Ban Tiếp công dân"] * 6 + ["Phòng Tiếp công dân số 2"]


def test_a_frame_is_shut_or_has_fewer_desks_without_taking_a_place(admin: Actor, host: int) -> None:
    sitting = schedule.add(TUESDAY, fields(), by=admin, now=NINE, key=key())
    visit, [frame] = booked(sitting), sitting.frames
    shut = FrameEdit(1, 30, True, (OnDuty(host),))
    for _ in range(2):
        schedule.change_frame(frame.id, shut, 1, by=admin, now=NINE)
    db.session.rollback()
    kept = schedule.frame_of(frame.id)
    assert kept is not None
    assert (kept.desks, kept.shut, kept.version) == (1, True, 2)
    assert visits.by_code(visit.code).state is State.BOOKED
    with pytest.raises(Conflict):
        schedule.change_frame(frame.id, FrameEdit(3, 30, False), 1, by=admin, now=NINE)
    with pytest.raises(InvalidInput) as problem:
        schedule.change_frame(frame.id, FrameEdit(1, 20, False), 2, by=admin, now=NINE)
    assert problem.value.field == "minutes"


def test_the_public_schedule_marks_what_changed_and_the_week_says_what_speaks_against_it(
    admin: Actor, host: int
) -> None:
    schedule.create(weekly(leaders(), nth=3), by=admin, now=NINE, key=key())
    [sitting] = sittings()
    schedule.revise(sitting.id, "Phó Chủ tịch", "Đất đai", reason="Đổi", by=admin, now=NINE, key=key())
    schedule.move(sitting.id, FRIDAY, time(14), reason="Họp", by=admin, now=NINE, key=key())
    db.session.rollback()
    [shown] = schedule.coming(NINE)
    assert (shown.marks, shown.was_at) == ([Change.MOVED, Change.CHANGED], at(TUESDAY, time(8)))
    calendar.correct(FRIDAY, False, "Nghỉ bù", by=admin, now=NINE, seen=True)
    booked_one = booked(sitting, time(14))
    db.session.rollback()
    week = schedule.week_of(FRIDAY)
    assert [(one.objection, one.day) for one in week.against] == [(Objection.DAY_OFF, FRIDAY)]
    assert (week.places, week.kept) == (14, 0), "of two desks a quarter is less than one"
    assert booked_one.state is State.BOOKED
    schedule.cancel(sitting.id, reason="Nghỉ bù", by=admin, now=NINE, key=key())
    db.session.rollback()
    [shown] = schedule.coming(NINE)
    assert shown.marks == [Change.CANCELLED]
    kept = db.session.scalar(select(func.count(SittingChange.id)))
    assert kept == 3


@postgresql_is_long
def test_the_demo_has_its_leaders_its_chairs_and_a_reception_that_is_always_open() -> None:
    load_localities()
    with unit_of_work() as work:
        add_bridge_points(work)
        add_staff(work, "", NINE)
        add_desks(work)
        add_sittings(work, NINE.date() - timedelta(days=DAYS_PAST), NINE)
    assert ensure_sittings(NINE) == 0
    planned = [one for one in sittings() if one.kind is SittingKind.PERIODIC]
    leaders_days = [one.template_day for one in planned if one.host == "Lãnh đạo Thành phố"]
    assert leaders_days == [TUESDAY]
    chairs = Counter(one.host for one in planned if one.host != "Lãnh đạo Thành phố")
    assert len(chairs) == 6
    assert min(chairs.values()) >= 2
    for hours in range(0, 29 * 24, 7):
        assert len(queue.open_sittings(NINE + timedelta(hours=hours))) == 1
    office_hours = [one for one in sittings() if one.template_day == date(2026, 12, 1)]
    assert [len(one.frames) for one in office_hours] == [4]
    for days in range(3):  # people can be received at every point whenever it is started
        ensure_sittings(NINE + timedelta(days=days))
        db.session.rollback()
        [now_open] = queue.open_sittings(NINE + timedelta(days=days))
        assert preparation.ready_points(now_open.id) == {point.id for point in now_open.places}


@pytest.mark.parametrize("edit", [FrameEdit(2, 30, True), FrameEdit(0, 30, False)], ids=["shut", "no desks"])
def test_nobody_slips_into_a_frame_that_is_being_shut(
    app: Flask, admin: Actor, edit: FrameEdit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever books meanwhile waits until it is saved, and then finds what was saved."""
    sitting = schedule.add(TUESDAY, fields(), by=admin, now=NINE, key=key())
    [frame], account = sitting.frames, people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    nearly_saved, told = threading.Event(), list[str]()

    def books() -> None:
        with app.app_context():
            nearly_saved.wait(30)
            about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": NINE, "key": key()}
            try:
                reception.book(petition.id, sitting.id, at(TUESDAY, time(8)), **about)
            except SlotFull:
                told.append("refused")
            else:
                told.append("booked")

    booking = threading.Thread(target=books)
    keeps = audit.record

    def lingers(*args: Any, **about: Any) -> None:
        keeps(*args, **about)
        if args[1] == "frame_changed":
            nearly_saved.set()
            booking.join(0.5)  # all the time in the world for whoever need not wait

    monkeypatch.setattr(audit, "record", lingers)
    booking.start()
    schedule.change_frame(frame.id, edit, 1, by=admin, now=NINE)
    booking.join(30)
    assert told == ["refused"]


def at_point(sitting: Sitting, point: int | None, place: int = 1) -> Visit:
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    about: dict[str, Any] = {"by": by, "now": NINE, "key": key()}
    return reception.book(
        petition.id, sitting.id, at(TUESDAY, time(8 + place)), bridge_point_id=point, **about
    )


@pytest.mark.parametrize("stays", [True, False], ids=["moved", "released"])
def test_a_place_that_is_taken_away_is_asked_about_and_its_people_are_told_once(
    admin: Actor, stays: bool
) -> None:
    first, second, other = a_point(), a_point(), a_point()
    sitting = schedule.add(TUESDAY, fields(places=(first, second)), by=admin, now=NINE, key=key())
    gone, kept, home = at_point(sitting, first), at_point(sitting, second, 2), at_point(sitting, None, 0)
    edit = PlacesEdit((second, other), True, (other,) if stays else ())
    about: dict[str, Any] = {"reason": "Sửa nhà", "by": admin, "now": in_minutes(1)}
    with pytest.raises(SpokenAgainst) as problem:
        schedule.change_places(sitting.id, edit, **about, key=key())
    assert [(one.objection, one.many) for one in problem.value.found] == [(Objection.PLACE, 1)]
    assert problem.value.overrulable and not told()
    one = key()
    for _ in range(2):
        schedule.change_places(sitting.id, edit, overrule=True, **about, key=one)
    db.session.rollback()
    assert [point.id for point in sittings()[0].places] == [second, other]
    found = {visit.id: visits.by_code(visit.code) for visit in (gone, kept, home)}
    assert found[gone.id].state is (State.BOOKED if stays else State.CANCELLED)
    assert found[gone.id].bridge_point_id == (other if stays else first)
    assert found[gone.id].slot_start == gone.slot_start
    assert {found[one.id].version for one in (kept, home)} == {1}, "nobody else is touched"
    assert len(told()) == 1 and "9:00 15/12/2026" in told()[0]
    assert ("da doi" in told()[0]) is stays
    whole = schedule.announced(sitting.id)
    assert whole.marks == [Change.CHANGED, Change.ADDED] and whole.reason == "Sửa nhà"
    assert len(whole.changes[-1].was["places"]) == 2
    schedule.change_places(sitting.id, edit, **about, key=key())
    assert len(schedule.announced(sitting.id).changes) == 2, "the same again changes nothing"


def test_a_place_stays_where_somebody_has_come_and_a_sitting_has_one(admin: Actor) -> None:
    point = a_point()
    sitting = schedule.add(TUESDAY, fields(places=(point,)), by=admin, now=NINE, key=key())
    visit, early = at_point(sitting, point, 0), at(TUESDAY, time(7, 40))
    about: dict[str, Any] = {"overrule": True, "reason": "Sửa nhà", "by": admin, "now": early}
    for wrong in (PlacesEdit((), False), PlacesEdit((999,), True), PlacesEdit((), True, (point,))):
        with pytest.raises(InvalidInput):
            schedule.change_places(sitting.id, wrong, **about, key=key())
    reception.check_in(visit.id, by=citizen(visit.petition.account_id), now=early, key=key())
    with pytest.raises(Conflict):
        schedule.change_places(sitting.id, PlacesEdit((), True, (None,)), **about, key=key())
    assert visits.by_code(visit.code).bridge_point_id == point
    assert [one.id for one in sittings()[0].places] == [point]


on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgresql
def test_whoever_changes_their_hour_while_the_sitting_is_called_off_gets_an_answer(
    app: Flask, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = schedule.add(TUESDAY, fields(), by=admin, now=NINE, key=key())
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": NINE}
    visit = reception.book(petition.id, sitting.id, at(TUESDAY, time(8)), **about, key=key())
    reached, goes_on, told = threading.Event(), threading.Event(), list[object]()
    release = reception.release_all

    def slow(*given: Any) -> Visit:
        visit = load(*given)
        reached.set()
        goes_on.wait(0.5)
        return visit

    def change() -> None:
        with app.app_context():
            try:
                reception.change(visit.id, sitting.id, at(TUESDAY, time(9)), **about, key=key())
                told.append("changed")
            except Exception as problem:
                told.append(problem)
            finally:
                db.session.remove()

    def released(*given: Any) -> Any:
        goes_on.set()
        return release(*given)

    monkeypatch.setattr("webapp.services.reception.booking.load", slow)
    monkeypatch.setattr(reception, "release_all", released)
    changes = threading.Thread(target=change)
    changes.start()
    assert reached.wait(10)
    schedule.cancel(sitting.id, reason="Mất điện", by=admin, now=NINE, key=key())
    changes.join(30)
    db.session.rollback()
    assert told == ["changed"] and db.session.get_one(Visit, visit.id).state is State.CANCELLED


def test_a_decision_that_expires_before_the_new_day_speaks_against_moving_and_the_place_is_given_up(
    app: Flask, admin: Actor
) -> None:
    sitting = schedule.add(
        TUESDAY, fields(home_offered=False, places=(a_point(),)), by=admin, now=NINE, key=key()
    )
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    wish = place_requests.Wish("2", None, "Tôi 78 tuổi, đi lại khó.")
    asked = place_requests.ask(petition.id, wish, by=by, now=NINE, key=key())
    verdict = place_requests.Verdict(True, "", "12/QĐ-TCD ngày 20/11/2026", None, TUESDAY.isoformat())
    place_requests.decide(asked.code, verdict, by=Actor(people.staff(Role.LEADER).id, By.OFFICER), now=NINE)
    about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": NINE, "key": key()}
    visit = reception.book(petition.id, sitting.id, at(TUESDAY, time(8)), **about)
    later = FRIDAY, time(8)
    how: dict[str, Any] = {"reason": "Mất điện", "by": admin, "now": NINE}
    with pytest.raises(SpokenAgainst) as refused:
        schedule.move(sitting.id, *later, **how, key=key())
    assert objections(refused) == [(Objection.PLACE, FRIDAY)]
    schedule.move(sitting.id, *later, overrule=True, **how, key=key())
    [message] = told()
    assert "khong con tiep o noi" in message and "8:00 15/12/2026" in message
    assert db.session.get_one(Visit, visit.id).state is State.CANCELLED


def test_two_rhythms_that_meet_on_a_fifth_weekday_alone_are_seen_to_meet(admin: Actor, host: int) -> None:
    """From December on Tuesdays are the fifth of their month on 29 December, 30 March and 29 June."""
    schedule.create(weekly(fields(OnDuty(host)), nth=5), by=admin, now=NINE, key=key())
    with unit_of_work() as work:
        for one in work.session.scalars(select(Sitting)):
            work.session.delete(one)
    after = at(date(2026, 12, 30), time(9))
    with pytest.raises(SpokenAgainst) as problem:
        schedule.create(weekly(fields(OnDuty(host)), nth=5), by=admin, now=after, key=key())
    assert (Objection.HOST, date(2027, 3, 30)) in objections(problem)
