"""What people can rely on before a sitting with bridge points: who signs what, who is reminded, who is received."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.codes import new_code
from webapp.domain.errors import Conflict, InvalidInput, NotFound, PointNotReady, QueueEmpty
from webapp.domain.preparation import Said, Stage, Task, items_of
from webapp.domain.visit_flow import By, State
from webapp.domain.working_days import HANOI
from webapp.extensions import db
from webapp.models import (
    AuditEntry,
    BridgePoint,
    ContactDetails,
    Notification,
    PointEntry,
    Role,
    Sitting,
    Visit,
)
from webapp.services import calendar, contact_details, preparation, queue, reception, schedule
from webapp.services.actor import Actor, bridge, citizen, officer
from webapp.services.contact_details import Contact
from webapp.services.preparation import Standing
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

MONDAY = datetime(2026, 12, 14, 8, tzinfo=HANOI)


@dataclass
class Point:
    """A bridge point of one sitting on Monday the 14th at eight, and somebody who works there."""

    sitting_id: int
    id: int
    by: Actor

    def sign(self, task: Task, at: datetime, by: Actor | None = None, **changed: Any) -> PointEntry:
        about: dict[str, Any] = {"ticked": items_of(task, central=True), "note": "", "key": key()} | changed
        found = preparation.sign(self.sitting_id, self.id, task, by=by or self.by, now=at, **about)
        db.session.rollback()
        return found

    def stands(self, task: Task, at: datetime) -> Standing:
        return preparation.one_task(self.sitting_id, self.id, task, at, by=self.by)


@pytest.fixture
def point() -> Point:
    sitting = people.a_sitting(MONDAY + timedelta(hours=1), connected=False)
    here = people.point_of(sitting).id
    return Point(sitting.id, here, bridge(people.staff(Role.BRIDGE, point=here).id))


def day(number: int, hour: int = 9) -> datetime:
    return datetime(2026, 12, number, hour, tzinfo=HANOI)


def test_each_task_is_signed_by_name_and_time_and_late_is_marked_not_refused(point: Point) -> None:
    assert [point.stands(task, day(8)).stage for task in Task] == [Stage.OVERDUE, Stage.OPEN, Stage.OPEN]
    assert point.stands(Task.NOTICE, day(8)).days == 4
    late, good = point.sign(Task.NOTICE, day(9)), point.sign(Task.TEST, day(11), note="Đã thử hai lần.")
    assert (late.late, good.late, good.by_id, good.note) == (
        True,
        False,
        point.by.account_id,
        "Đã thử hai lần.",
    )
    assert good.items == list(items_of(Task.TEST, central=False))
    notice = point.stands(Task.NOTICE, day(11))
    assert (notice.stage, notice.days) == (Stage.SIGNED_LATE, 3)
    assert point.stands(Task.TEST, day(11)).stage is Stage.SIGNED
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "sitting")).all()
    assert actions == ["point_signed", "point_signed"]


def test_nothing_is_signed_with_an_item_left_or_a_connection_a_day_ahead(point: Point) -> None:
    with pytest.raises(InvalidInput) as refusal:
        point.sign(Task.TEST, day(11), ticked=["line", "camera"])
    assert refusal.value.field == "items"
    with pytest.raises(InvalidInput):
        point.sign(Task.TEST, day(11), note="x" * 501)
    with pytest.raises(Conflict):
        point.sign(Task.CONNECTED, day(11))
    assert db.session.scalar(select(func.count(PointEntry.id))) == 0


def test_the_same_form_twice_and_a_second_persons_are_one_signature(point: Point) -> None:
    colleague, same = bridge(people.staff(Role.BRIDGE, point=point.id).id), key()
    first = point.sign(Task.TEST, day(11), key=same)
    assert point.sign(Task.TEST, day(11, 10), key=same).id == first.id
    assert point.sign(Task.TEST, day(11, 10), colleague).id == first.id


def test_only_the_points_own_staff_and_the_central_points_sign(point: Point) -> None:
    other = people.point_of(people.a_sitting(MONDAY)).id
    strangers = [
        bridge(people.staff(Role.BRIDGE, point=other).id),
        bridge(people.staff(Role.OFFICER, desk_rights=True, point=point.id).id),
        citizen(people.a_citizen().id),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            point.sign(Task.TEST, day(11), stranger)
        with pytest.raises(NotFound):
            preparation.one_task(point.sitting_id, point.id, Task.TEST, day(11), by=stranger)
    with unit_of_work() as work:
        work.session.get_one(BridgePoint, other).central = True
    central = bridge(people.staff(Role.BRIDGE, point=other).id)
    assert point.sign(Task.TEST, day(11), central).by_id == central.account_id
    with pytest.raises(NotFound):  # the sitting does not offer it
        preparation.sign(point.sitting_id, other, Task.TEST, (), "", by=central, now=day(11), key=key())


def test_a_signature_is_taken_back_with_a_reason_and_both_stay(point: Point) -> None:
    about: dict[str, Any] = {"by": point.by, "now": day(11, 15)}
    with pytest.raises(Conflict):
        preparation.withdraw(point.sitting_id, point.id, Task.TEST, "Hỏng loa.", key=key(), **about)
    point.sign(Task.TEST, day(11))
    with pytest.raises(InvalidInput):
        preparation.withdraw(point.sitting_id, point.id, Task.TEST, " ", key=key(), **about)
    same = key()
    for _time in range(2):
        preparation.withdraw(point.sitting_id, point.id, Task.TEST, "Hỏng loa.", key=same, **about)
    assert point.stands(Task.TEST, day(11, 15)).signed is None
    point.sign(Task.TEST, day(11, 16))
    stands = point.stands(Task.TEST, day(11, 16))
    assert [one.said for one in stands.trail] == [Said.SIGNED, Said.WITHDRAWN, Said.SIGNED]
    assert stands.stage is Stage.SIGNED
    for change in ("UPDATE point_entry SET said = 'signed'", "DELETE FROM point_entry"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(change))
        db.session.rollback()


def test_dates_follow_the_sitting_and_the_calendar_and_what_was_signed_for_another_day_does_not_count(
    point: Point,
) -> None:
    admin = Actor(people.staff(Role.ADMIN).id, By.ADMIN)
    point.sign(Task.NOTICE, day(1))
    moved = {"reason": "Trùng lịch họp", "by": admin, "now": day(2), "key": key()}
    schedule.move(point.sitting_id, date(2026, 12, 22), time(8), **moved)
    db.session.rollback()
    stands = point.stands(Task.NOTICE, day(2))
    assert (stands.signed, stands.last_day.date()) == (None, date(2026, 12, 15))
    calendar.correct(date(2026, 12, 19), True, "Làm bù", by=admin, now=day(2))
    db.session.rollback()
    assert point.stands(Task.NOTICE, day(2)).last_day.date() == date(2026, 12, 16)
    schedule.cancel(point.sitting_id, reason="Bão", by=admin, now=day(3), key=key())
    db.session.rollback()
    with pytest.raises(Conflict):
        point.sign(Task.NOTICE, day(3))


def letters() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notification.body).order_by(Notification.id)))


def gets_letters(by: Actor) -> None:
    contact_details.correct(Contact("", "canbo@xa.vn", ""), by=by, now=NINE)
    with unit_of_work() as work:
        work.session.get_one(ContactDetails, by.account_id).email_confirmed_at = NINE


def test_the_staff_of_a_point_is_reminded_once_before_and_once_after_and_not_of_what_is_signed(
    point: Point,
) -> None:
    gets_letters(point.by)
    gets_letters(bridge(people.staff(Role.BRIDGE, point=people.point_of(people.a_sitting(MONDAY)).id).id))
    told = [
        preparation.remind(at) for at in (day(7, 7), day(7, 8), day(7, 9), day(8, 0), day(8, 1), day(8, 2))
    ]
    mine = [body for body in letters() if "Thông báo và thiết lập điểm cầu" in body]
    assert told[1:] == [2, 0, 0, 2, 0] and told[0] == 0
    assert len(mine) == 4 and all("14/12/2026" in body for body in mine)
    assert sum("đã quá hạn" in body for body in mine) == 2
    point.sign(Task.TEST, day(10))
    waiting = letters()
    assert preparation.remind(day(11, 8)) == 1  # the other point's
    assert len(letters()) == len(waiting) + 1


def test_a_worker_that_was_away_tells_of_the_late_alone_and_a_letter_that_waits_is_taken_back(
    point: Point,
) -> None:
    gets_letters(point.by)
    preparation.remind(day(14, 7) + timedelta(minutes=1))
    found = letters()
    assert len(found) == 3 and all("đã quá hạn" in body for body in found)
    assert preparation.remind(day(14, 9)) == 0
    point.sign(Task.CONNECTED, day(14, 9))
    assert len(letters()) == 2
    assert preparation.remind(day(14, 10)) == 0


def test_the_central_point_is_reminded_of_what_is_due_at_any_point_in_the_words_of_the_page(
    point: Point,
) -> None:
    elsewhere = people.point_of(people.a_sitting(MONDAY + timedelta(days=30), connected=False)).id
    with unit_of_work() as work:
        work.session.get_one(BridgePoint, elsewhere).central = True
        name = work.session.get_one(BridgePoint, point.id).name
    central = bridge(people.staff(Role.BRIDGE, point=elsewhere).id)
    assert preparation.remind(day(7, 8)) == 0 and not preparation.reached(point.id)
    gets_letters(central)  # whom nobody could tell before hears of it now
    db.session.rollback()
    assert preparation.reached(point.id)
    assert (preparation.remind(day(7, 9)), preparation.remind(day(7, 10))) == (1, 0)
    [body] = letters()
    assert f"điểm cầu {name}" in body and "chậm nhất hết ngày 07/12/2026" in body
    point.sign(Task.NOTICE, day(7, 11))
    assert letters() == []


def sits_at(sitting_id: int, point_id: int | None, minute: float) -> tuple[Visit, Actor]:
    account = people.a_citizen()
    by, petition = citizen(account.id), people.a_petition(account)
    about: dict[str, Any] = {"by": by, "now": in_minutes(minute), "key": key()}
    return reception.take_number(petition.id, sitting_id, bridge_point_id=point_id, **about), by


@dataclass
class Open:
    """A sitting that is open, a desk, and a point that nobody signed as connected."""

    sitting_id: int
    point_id: int
    desk_id: int
    by: Actor

    def call_next(self) -> Visit:
        return reception.call_next(self.desk_id, self.sitting_id, by=self.by, now=in_minutes(30), key=key())

    def overrule(
        self, by: Actor | None = None, reason: str = "Đã gọi điện, hai đầu thấy nhau."
    ) -> PointEntry:
        about: dict[str, Any] = {"by": by or self.by, "now": in_minutes(31), "key": key()}
        return preparation.overrule(self.sitting_id, self.point_id, reason, **about)


@pytest.fixture
def opened() -> Open:
    sitting = people.a_sitting(connected=False)
    desk, by = people.an_open_desk()
    return Open(sitting.id, people.point_of(sitting).id, desk.id, by)


def test_whoever_sits_at_a_point_that_is_not_connected_is_passed_over_and_keeps_their_turn(
    opened: Open,
) -> None:
    there, _by = sits_at(opened.sitting_id, opened.point_id, 1)
    home, person = sits_at(opened.sitting_id, None, 2)
    ready = preparation.ready_points(opened.sitting_id)
    assert [one.id for one in queue.held_up(opened.sitting_id, in_minutes(30), ready)] == [there.id]
    assert queue.next_number(opened.sitting_id, in_minutes(30), ready) == home.number
    with pytest.raises(PointNotReady):
        reception.call(there.id, opened.desk_id, by=opened.by, now=in_minutes(30), key=key())
    called = opened.call_next()
    assert called.id == home.id
    reception.send_back(called.id, by=opened.by, now=in_minutes(34), key=key())
    reception.leave(home.id, by=person, now=in_minutes(35), key=key())
    with pytest.raises(PointNotReady):
        opened.call_next()
    staff = bridge(people.staff(Role.BRIDGE, point=opened.point_id).id)
    ticked = items_of(Task.CONNECTED, central=False)
    about: dict[str, Any] = {"by": staff, "now": in_minutes(36), "key": key()}
    preparation.sign(opened.sitting_id, opened.point_id, Task.CONNECTED, ticked, "", **about)
    assert opened.call_next().id == there.id


def test_an_officer_puts_on_record_once_why_people_there_are_received_all_the_same(opened: Open) -> None:
    there, _by = sits_at(opened.sitting_id, opened.point_id, 1)
    with pytest.raises(InvalidInput):
        opened.overrule(reason=" ")
    first, other = opened.overrule(), officer(people.an_officer().id)
    assert opened.overrule(other, "Tôi cũng thấy.").id == first.id
    entry = db.session.scalars(select(AuditEntry).filter_by(action="point_overruled")).one()
    assert (entry.actor_id, entry.reason) == (opened.by.account_id, "Đã gọi điện, hai đầu thấy nhau.")
    assert opened.call_next().id == there.id
    desk, by = people.an_open_desk()
    with pytest.raises(QueueEmpty):
        reception.call_next(desk.id, opened.sitting_id, by=by, now=in_minutes(31), key=key())


def test_what_was_signed_where_somebody_had_a_place_stays_to_be_seen_after_them(point: Point) -> None:
    other = people.point_of(people.a_sitting(MONDAY + timedelta(days=30), connected=False)).id
    about = {"sitting_id": point.sitting_id, "petition_id": people.a_petition().id, "number": 9}
    with unit_of_work() as work:
        visit = Visit(code=new_code(), bridge_point_id=other, state=State.WAITING, **about)
        work.session.add(visit)
    there = Point(point.sitting_id, other, bridge(people.staff(Role.BRIDGE, point=other).id))
    there.sign(Task.NOTICE, day(4))
    with unit_of_work() as work:
        work.session.get_one(Visit, visit.id).state = State.FINISHED
    db.session.rollback()
    assert there.stands(Task.NOTICE, day(5)).signed is not None
    sitting = db.session.get_one(Sitting, point.sitting_id)
    assert {tasks[0].point.id for tasks in preparation.tasks_of(sitting, day(5))} == {point.id, other}


def test_two_officers_at_one_instant_overrule_once(app: Flask, opened: Open) -> None:
    pair, start, made = [officer(people.an_officer().id) for _ in range(2)], threading.Barrier(2), []

    def press(by: Actor) -> Callable[[], None]:
        def run() -> None:
            with app.app_context():
                start.wait(20)
                made.append(opened.overrule(by).id)
                db.session.remove()

        return run

    presses = [threading.Thread(target=press(by)) for by in pair]
    for one in presses:
        one.start()
    for one in presses:
        one.join(50)
    assert len(made) == 2 and len(set(made)) == 1


def test_a_connection_that_is_taken_back_or_was_of_another_hour_makes_nobody_ready(point: Point) -> None:
    point.sign(Task.CONNECTED, day(14, 6))
    assert preparation.ready_points(point.sitting_id) == {point.id}
    about: dict[str, Any] = {"by": point.by, "now": day(14, 6), "key": key()}
    preparation.withdraw(point.sitting_id, point.id, Task.CONNECTED, "Mất điện.", **about)
    db.session.rollback()
    assert preparation.ready_points(point.sitting_id) == frozenset()
    receiver, said = officer(people.an_officer().id), []
    for _time in range(2):
        about = {"by": receiver, "now": day(14, 6), "key": key()}
        said.append(preparation.overrule(point.sitting_id, point.id, "Chạy máy phát.", **about).id)
    db.session.rollback()
    assert said[0] == said[1] and preparation.ready_points(point.sitting_id) == {point.id}
    point.sign(Task.CONNECTED, day(14, 6))
    about = {"by": point.by, "now": day(14, 6), "key": key()}
    preparation.withdraw(point.sitting_id, point.id, Task.CONNECTED, "Mất điện lần nữa.", **about)
    db.session.rollback()
    assert preparation.ready_points(point.sitting_id) == frozenset(), "an older word does not stand for it"
    about = {"by": receiver, "now": day(14, 6), "key": key()}
    assert preparation.overrule(point.sitting_id, point.id, "Đã có điện.", **about).id != said[0]
    point.sign(Task.CONNECTED, day(14, 7))
    admin = Actor(people.staff(Role.ADMIN).id, By.ADMIN)
    later = {"reason": "Mất điện", "by": admin, "now": day(14, 7), "key": key()}
    schedule.move(point.sitting_id, MONDAY.date(), time(10), **later)
    db.session.rollback()
    assert preparation.ready_points(point.sitting_id) == frozenset()
