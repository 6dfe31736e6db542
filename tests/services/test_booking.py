"""What people can rely on about a place in a sitting: never overbooked, never two, never in the past or on a day off."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests import people, queries
from tests.people import NINE, in_minutes, key, slots_of
from webapp import create_app
from webapp.clock import local
from webapp.config import Settings
from webapp.domain.errors import Conflict, IllegalMove, InvalidInput, SlotFull
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.visit_flow import OPEN_STATES, By, State
from webapp.extensions import db
from webapp.models import AuditEntry, CalendarDay, Notification, Role, Sitting, SittingFrame, Visit
from webapp.services import calendar, notifications, petition_changes, queue, reception, reminders, slots
from webapp.services.actor import Actor, citizen, officer
from webapp.services.unit_of_work import unit_of_work

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HOME: dict[str, Any] = {"bridge_point_id": None}


def free(sitting: Sitting, now: datetime = NINE) -> list[int]:
    db.session.rollback()
    found = next((offer.slots for offer in slots.offered(now) if offer.sitting.id == sitting.id), ())
    return [slot.free for slot in found]


def put(sitting: Sitting, **changed: Any) -> None:
    """Change the one frame of a sitting, as an admin does."""
    with unit_of_work() as work:
        frame = work.session.scalars(select(SittingFrame).where(SittingFrame.sitting_id == sitting.id)).one()
        for name, value in changed.items():
            setattr(frame, name, value)


def test_a_place_is_booked_kept_and_given_back(app: Flask) -> None:
    sitting = people.a_sitting_to_book(desks=4, slots=2, kept=25)
    assert free(sitting) == [3, 3], "one of four is for who comes without an appointment"
    visit, by = people.a_booked_visit(sitting)
    assert (visit.state, visit.slot_start, visit.ticket) == (State.BOOKED, slots_of(sitting)[0], "001")
    assert free(sitting) == [2, 3]
    assert reception.give_up(visit.id, by=by, now=in_minutes(5), key=key()).state is State.CANCELLED
    assert free(sitting) == [3, 3]


def test_a_full_slot_is_refused_and_the_nearest_free_ones_are_known(app: Flask) -> None:
    sitting = people.a_sitting_to_book(slots=5)
    for slot in (1, 2):
        people.a_booked_visit(sitting, slot)
    with pytest.raises(SlotFull):
        people.a_booked_visit(sitting, 2)
    db.session.rollback()
    [offer] = slots.offered(NINE)
    times = slots_of(sitting)
    assert [slot.at for slot in slots.nearest(offer.slots, times[2])] == [times[0], times[3], times[4]]


@on_sqlite
def test_a_petition_has_one_place_however_often_and_wherever_it_is_asked_for(app: Flask) -> None:
    sitting, account = people.a_sitting_to_book(), people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    first, second, *_ = slots_of(sitting)
    same = key()
    about: dict[str, Any] = HOME | {"by": by, "now": NINE}
    once = reception.book(petition.id, sitting.id, first, **about, key=same)
    assert reception.book(petition.id, sitting.id, first, **about, key=same).id == once.id
    assert reception.book(petition.id, sitting.id, second, **about, key=key()).id == once.id
    today = people.a_sitting()
    assert reception.take_number(petition.id, today.id, **about, key=key()).id == once.id
    assert free(sitting) == [0, 1, 1, 1]
    assert len(notifications.newest()) == 2, "one of the petition, one of its place"


@on_sqlite
def test_no_place_in_the_past_on_a_day_off_where_it_is_shut_or_between_the_slots(app: Flask) -> None:
    sitting = people.a_sitting_to_book()
    first, second, *_ = slots_of(sitting)

    def books(at: datetime, now: datetime = NINE, where: Sitting = sitting) -> None:
        account = people.a_citizen()
        petition, by = people.a_petition(account), citizen(account.id)
        reception.book(petition.id, where.id, at, **HOME, by=by, now=now, key=key())

    with pytest.raises(Conflict, match="đã qua"):
        books(first, now=first)
    with pytest.raises(SlotFull):
        books(first + timedelta(minutes=10))
    assert free(sitting, first) == [1, 1, 1], "what has begun is offered no more"
    put(sitting, shut=True)
    assert free(sitting) == []
    with pytest.raises(SlotFull):
        books(second)
    put(sitting, shut=False)
    with unit_of_work() as work:
        work.session.add(CalendarDay(day=local(first).date(), works=False, name="Nghỉ", changed_at=NINE))
    assert free(sitting) == []
    with pytest.raises(SlotFull):
        books(second)


@on_sqlite
@pytest.mark.parametrize(
    "said", [{"cancelled_at": NINE}, {"closed_at": NINE}, {"draft": True}, {"mode": "in_person"}], ids=str
)
def test_a_sitting_that_is_not_held_online_is_not_booked(app: Flask, said: dict[str, Any]) -> None:
    sitting = people.a_sitting_to_book()
    with unit_of_work() as work:
        for name, value in said.items():
            setattr(work.session.get_one(Sitting, sitting.id), name, value)
    assert free(sitting) == []
    with pytest.raises(Conflict, match="không giữ chỗ được"):
        people.a_booked_visit(sitting)


@on_sqlite
def test_who_is_received_in_person_or_has_withdrawn_books_no_place_online(app: Flask) -> None:
    sitting, account = people.a_sitting_to_book(), people.a_citizen()
    told: dict[str, Any] = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": True}
    sealed, by = people.a_petition(account, **told), citizen(account.id)
    back = people.a_petition(account)
    petition_changes.withdraw(back.id, "Đã xong.", by=by, now=NINE, key=key())
    for petition in (sealed, back):
        with pytest.raises(Conflict):
            reception.book(petition.id, sitting.id, slots_of(sitting)[0], **HOME, by=by, now=NINE, key=key())


def test_a_change_keeps_the_ticket_frees_the_old_place_and_is_told(app: Flask) -> None:
    sitting, other = people.a_sitting_to_book(), people.a_sitting_to_book()
    visit, by = people.a_booked_visit(sitting)
    point = people.point_of(other).id
    people.a_booked_visit(other, 1)
    where, at = other.id, slots_of(other)[0]
    same, about = key(), {"bridge_point_id": point, "by": by, "now": in_minutes(5)}
    changed = reception.change(visit.id, where, at, **about, key=same)
    assert reception.change(visit.id, where, at, **about, key=same).version == changed.version
    assert (changed.code, changed.sitting_id, changed.ticket) == (visit.code, other.id, "002")
    assert (free(sitting), free(other)) == ([1, 1, 1, 1], [0, 0, 1, 1])
    with pytest.raises(SlotFull):
        reception.change(visit.id, where, slots_of(other)[1], **about, key=key())
    assert "so 002" in notifications.newest(1)[0].body


@on_sqlite
def test_shortly_before_the_slot_a_change_wants_a_reason_and_from_its_start_there_is_none(app: Flask) -> None:
    sitting = people.a_sitting_to_book()
    visit, by = people.a_booked_visit(sitting, 2)
    at, earlier = slots_of(sitting)[2], slots_of(sitting)[1]
    late, over = at - timedelta(minutes=119), at
    with pytest.raises(InvalidInput, match="500"):
        reception.give_up(visit.id, reason="x" * 501, by=by, now=late, key=key())
    with pytest.raises(InvalidInput, match="vì sao"):
        reception.give_up(visit.id, by=by, now=late, key=key())
    with pytest.raises(InvalidInput, match="vì sao"):
        reception.change(visit.id, sitting.id, earlier, **HOME, by=by, now=late, key=key())
    with pytest.raises(Conflict, match="Đã đến giờ hẹn"):
        reception.give_up(visit.id, reason="Bận", by=by, now=over, key=key())
    moved = reception.change(visit.id, sitting.id, earlier, **HOME, reason="Bận", by=by, now=late, key=key())
    db.session.rollback()
    assert [event.reason for event in db.session.get_one(Visit, moved.id).events] == ["", "Bận"]
    assert reception.give_up(visit.id, reason="Ốm", by=by, now=late, key=key()).state is State.CANCELLED
    with pytest.raises(IllegalMove):
        reception.give_up(visit.id, reason="Ốm", by=by, now=late, key=key())


@on_sqlite
def test_withdrawing_the_petition_gives_the_place_back_at_any_time(app: Flask) -> None:
    sitting = people.a_sitting_to_book()
    visit, by = people.a_booked_visit(sitting)
    at = slots_of(sitting)[0]
    petition_changes.withdraw(visit.petition_id, "Đã xong.", by=by, now=at - timedelta(minutes=5), key=key())
    assert free(sitting, at - timedelta(minutes=4)) == [1, 1, 1, 1]


@on_sqlite
def test_on_the_day_who_checks_in_by_the_slot_counts_from_it_and_who_never_comes_is_a_no_show(
    app: Flask,
) -> None:
    sitting = people.a_sitting_to_book()
    early, by = people.a_booked_visit(sitting, 2)
    absent, _ = people.a_booked_visit(sitting, 3)
    at = slots_of(sitting)[2]
    with pytest.raises(Conflict, match="Chưa đến giờ"):
        reception.check_in(early.id, by=by, now=at - timedelta(minutes=31), key=key())
    came = reception.check_in(early.id, by=by, now=at - timedelta(minutes=30), key=key())
    assert (came.state, came.effective_at) == (State.WAITING, at)
    assert free(sitting, at - timedelta(minutes=20)) == [0, 0], "who waits still has the place"
    reception.close_day(sitting.ends_at)
    assert db.session.get_one(Visit, absent.id).state is State.NO_SHOW


@on_sqlite
def test_looking_asks_the_database_as_often_for_many_slots_as_for_few(app: Flask) -> None:
    people.a_booked_visit(people.a_sitting_to_book(slots=2))
    with queries.asked() as few:
        assert len(slots.offered(NINE)[0].slots) == 2
    db.session.rollback()
    people.a_sitting_to_book(slots=16, minutes=15)
    with queries.asked() as many:
        assert sum(len(offer.slots) for offer in slots.offered(NINE)) == 18
    assert len(many) == len(few)


# Reminders


def told(visit: Visit) -> list[str]:
    rows = db.session.scalars(
        select(Notification.body).where(Notification.key.contains(visit.code)).order_by(Notification.id)
    )
    return [next(word for word in ("giu cho", "Nhac", "hom nay") if word in body) for body in rows]


def test_reminders_go_the_day_before_and_an_hour_before_once_each(app: Flask) -> None:
    sitting = people.a_sitting_to_book(in_minutes(24 * 60))
    visit, _ = people.a_booked_visit(sitting)
    at = slots_of(sitting)[0]
    sent = []
    for hours in (25, 24, 23.9, 2, 1, 0.9, 0):
        now = at - timedelta(hours=hours)
        sent.append(reminders.remind(now))
        reminders.remind(now)
    assert sent == [0, 1, 0, 0, 1, 0, 0]
    assert told(visit) == ["giu cho", "Nhac", "hom nay"]


@on_sqlite
def test_whoever_comes_to_a_point_is_reminded_to_tell_its_staff(app: Flask) -> None:
    sitting = people.a_sitting_to_book(in_minutes(24 * 60))
    visit, _ = people.a_booked_visit(sitting)
    with unit_of_work() as work:
        work.session.get_one(Visit, visit.id).bridge_point_id = people.point_of(sitting).id
    reminders.remind(slots_of(sitting)[0] - timedelta(minutes=50))
    body = db.session.scalars(select(Notification.body).order_by(Notification.id.desc())).first()
    assert body is not None and "bao voi nguoi o diem cau" in body and "bam Toi da co mat" not in body


@on_sqlite
def test_who_books_shortly_before_is_told_once_and_a_missed_round_sends_the_latest_alone(app: Flask) -> None:
    sitting = people.a_sitting_to_book(in_minutes(24 * 60))
    at = slots_of(sitting)[3]
    soon, _ = people.a_booked_visit(sitting, 3, now=at - timedelta(minutes=50))
    far, _ = people.a_booked_visit(sitting, 2)
    reminders.remind(at - timedelta(minutes=49))
    assert (told(soon), told(far)) == (["giu cho"], ["giu cho", "hom nay"])


@on_sqlite
def test_after_a_cancel_or_a_check_in_nothing_is_sent_any_more_and_a_change_reminds_of_the_new_time(
    app: Flask,
) -> None:
    sitting = people.a_sitting_to_book(in_minutes(24 * 60))
    visits = [people.a_booked_visit(sitting, slot) for slot in range(3)]
    (gone, by), (moved, mover), (called_off, _) = visits
    reminders.remind(slots_of(sitting)[0] - timedelta(hours=23))
    assert told(gone) == ["giu cho", "Nhac"]
    now = slots_of(sitting)[0] - timedelta(hours=22)
    reception.give_up(gone.id, by=by, now=now, key=key())
    assert told(gone) == ["giu cho"], "it had not left yet"
    reception.change(moved.id, sitting.id, slots_of(sitting)[3], **HOME, by=mover, now=now, key=key())
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).cancelled_at = now
    assert reminders.remind(slots_of(sitting)[3] - timedelta(minutes=60)) == 0
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).cancelled_at = None
    assert reminders.remind(slots_of(sitting)[3] - timedelta(minutes=60)) == 2
    assert told(moved) == ["giu cho", "giu cho", "hom nay"]
    assert told(called_off) == ["giu cho", "Nhac", "hom nay"]


@pytest.mark.parametrize("ends", ["by the officer", "with the day"])
def test_who_was_put_off_to_another_day_is_told_and_reminded_once_each(app: Flask, ends: str) -> None:
    today, later = people.a_sitting(), people.a_sitting_to_book(in_minutes(4 * 24 * 60))
    with unit_of_work() as work:
        frame = work.session.scalars(select(SittingFrame).where(SittingFrame.sitting_id == later.id)).one()
        work.session.get_one(Sitting, later.id).starts_at = frame.starts_at - timedelta(hours=2)
    visit, _ = people.a_waiting_visit(today)
    at = slots_of(later)[0]
    if ends == "by the officer":
        _desk, by = people.an_open_desk()
        one = key()
        for _ in range(2):
            reception.defer(visit.id, later.id, reason="Chờ hồ sơ", by=by, now=in_minutes(1), key=one)
    else:
        reception.close_day(today.ends_at)
    db.session.rollback()
    new = db.session.scalars(select(Visit).where(Visit.follows_id == visit.id)).one()
    sent = []
    for hours in (25, 24, 23, 1, 0.5):
        sent += [reminders.remind(at - timedelta(hours=hours)) for _ in range(2)]
    assert sent == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert told(new) == ["giu cho", "Nhac", "hom nay"]


@on_sqlite
def test_a_day_off_that_is_entered_later_takes_nobody_in_and_nobody_is_reminded_of_it(app: Flask) -> None:
    """Thursday becomes a holiday: its sitting stands until it is called off, and nobody is there."""
    today, holiday, after = (
        people.a_sitting(),
        people.a_sitting_to_book(),
        people.a_sitting(in_minutes(2 * 24 * 60)),
    )
    at, admin = slots_of(holiday)[0], Actor(people.staff(Role.ADMIN).id, By.ADMIN)
    booked, _ = people.a_booked_visit(holiday)
    waits, _ = people.a_waiting_visit(today)
    calendar.correct(local(at).date(), False, "Nghỉ bù", by=admin, now=in_minutes(1), seen=True)
    assert reminders.remind(at - timedelta(hours=1)) == 0
    assert told(booked) == ["giu cho"]
    reception.close_day(today.ends_at)
    db.session.rollback()
    new = db.session.scalars(select(Visit).where(Visit.follows_id == waits.id)).one()
    assert new.sitting_id == after.id


def test_nobody_is_put_off_to_a_sitting_that_is_not_held(app: Flask) -> None:
    today, later = people.a_sitting(), people.a_sitting_to_book()
    visit, _ = people.a_waiting_visit(today)
    _desk, by = people.an_open_desk()
    for said in ({"draft": True}, {"draft": False, "closed_at": NINE}):
        with unit_of_work() as work:
            for name, value in said.items():
                setattr(work.session.get_one(Sitting, later.id), name, value)
        with pytest.raises(Conflict):
            reception.defer(visit.id, later.id, reason="Chờ", by=by, now=in_minutes(1), key=key())


# Priority


def test_an_officer_corrects_priority_with_a_reason_and_the_line_follows(app: Flask) -> None:
    sitting = people.a_sitting()
    first, by = people.a_waiting_visit(sitting, in_minutes(10))
    second, _ = people.a_waiting_visit(sitting, in_minutes(20))
    corrects = officer(people.an_officer().id)
    with pytest.raises(InvalidInput):
        reception.correct_priority(second.id, True, reason=" ", by=corrects, now=NINE, key=key())
    with pytest.raises(IllegalMove):
        reception.correct_priority(second.id, True, reason="Tôi già", by=by, now=NINE, key=key())
    about: dict[str, Any] = {"reason": "Xem giấy: sinh năm 1945", "by": corrects, "now": in_minutes(30)}
    for _ in range(2):
        reception.correct_priority(second.id, True, **about, key=key())
    db.session.rollback()
    line = list(db.session.scalars(queue.line(sitting.id, in_minutes(31))))
    assert [visit.id for visit in line] == [second.id, first.id]
    assert line[0].events[-1].reason == "Xem giấy: sinh năm 1945"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "priority_corrected")).all()
    assert [(entry.object_id, entry.actor_id) for entry in entries] == [(str(second.id), corrects.account_id)]
    taken = reception.correct_priority(second.id, False, **about, key=key())
    assert taken.effective_at == in_minutes(20)


# All at once


def at_once(
    app: Flask, wanted: list[tuple[int, int]], sitting_id: int, times: list[datetime]
) -> Counter[str]:
    """Each of these people (petition, account) tries slot after slot until one is theirs; all begin together."""
    told, ready = Counter[str](), threading.Barrier(len(wanted))

    def tries(n: int, petition_id: int, account_id: int) -> None:
        with app.app_context():
            ready.wait()
            about: dict[str, Any] = HOME | {"by": citizen(account_id), "now": NINE}
            for at in times[n % len(times) :] + times[: n % len(times)]:
                try:
                    reception.book(petition_id, sitting_id, at, **about, key=f"race-{account_id}-{at:%H%M}")
                except SlotFull:
                    continue
                except Exception as problem:
                    told[repr(problem)] += 1
                else:
                    told["booked"] += 1
                return
            told["refused"] += 1

    threads = [threading.Thread(target=tries, args=(n, *who)) for n, who in enumerate(wanted)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def waiting_people(many: int) -> list[tuple[int, int]]:
    accounts = [people.a_citizen() for _ in range(many)]
    return [(people.a_petition(account).id, account.id) for account in accounts]


def in_each_slot(sitting: Sitting) -> list[int]:
    db.session.rollback()
    open_ones = Visit.sitting_id == sitting.id, Visit.state.in_(OPEN_STATES)
    counted = select(func.count(Visit.id)).where(*open_ones).group_by(Visit.slot_start)
    return list(db.session.scalars(counted))


def test_of_many_who_book_the_last_places_at_once_as_many_get_one_as_there_are(app: Flask) -> None:
    sitting = people.a_sitting_to_book(slots=4)
    told = at_once(app, waiting_people(16), sitting.id, slots_of(sitting))
    assert told == {"booked": 4, "refused": 12}
    assert in_each_slot(sitting) == [1, 1, 1, 1]


def _in_a_process(
    config: Settings, wanted: list[tuple[int, int]], sitting_id: int, times: list[datetime], said: Any
) -> None:
    app = create_app(config)
    told = at_once(app, wanted, sitting_id, times)
    said.put(dict(told))


@pytest.mark.long
def test_200_people_of_several_processes_book_the_last_20_slots_at_once(
    app: Flask, settings: Settings
) -> None:
    sitting = people.a_sitting_to_book(slots=20, minutes=15)
    wanted, times = waiting_people(200), slots_of(sitting)
    db.session.remove()
    db.engine.dispose()
    spawn = multiprocessing.get_context("spawn")
    said = spawn.Queue()
    workers = [
        spawn.Process(target=_in_a_process, args=(settings, wanted[n::4], sitting.id, times, said))
        for n in range(4)
    ]
    for worker in workers:
        worker.start()
    told = sum((Counter(said.get(timeout=120)) for _ in workers), Counter[str]())
    for worker in workers:
        worker.join()
    assert told == {"booked": 20, "refused": 180}
    assert in_each_slot(sitting) == [1] * 20


# In any order


class Booking(RuleBasedStateMachine):
    """Four people and two sittings of two slots each: booking, changing, giving up, shutting."""

    happened: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begins(self) -> None:
        db.session.rollback()
        self.sittings = [people.a_sitting_to_book(slots=2) for _ in range(2)]
        self.places = {(sitting.id, at): 1 for sitting in self.sittings for at in slots_of(sitting)}
        self.people = waiting_people(4)
        self.now = NINE

    def _tries(self, what: str, act: Callable[[], Visit]) -> None:
        self.now += timedelta(minutes=1)
        try:
            act()
            self.happened[what] += 1
        except SlotFull:
            self.happened["full"] += 1
        except IllegalMove:
            self.happened["not now"] += 1

    def _visit(self, who: int) -> int | None:
        last = select(Visit.id).where(Visit.petition_id == self.people[who][0]).order_by(Visit.id.desc())
        db.session.rollback()
        return db.session.scalar(last.limit(1))

    def _about(self, who: int) -> dict[str, Any]:
        return HOME | {"by": Actor(self.people[who][1], citizen(1).by), "now": self.now, "key": key()}

    @rule(who=st.integers(0, 3), where=st.integers(0, 3))
    def books(self, who: int, where: int) -> None:
        sitting, at = list(self.places)[where]
        self._tries("booked", lambda: reception.book(self.people[who][0], sitting, at, **self._about(who)))

    @rule(who=st.integers(0, 3), where=st.integers(0, 3))
    def changes(self, who: int, where: int) -> None:
        sitting, at = list(self.places)[where]
        if visit := self._visit(who):
            self._tries("changed", lambda: reception.change(visit, sitting, at, **self._about(who)))

    @rule(who=st.integers(0, 3))
    def gives_up(self, who: int) -> None:
        if visit := self._visit(who):
            about = self._about(who)
            del about["bridge_point_id"]
            self._tries("given up", lambda: reception.give_up(visit, **about))

    @rule(which=st.integers(0, 1), shut=st.booleans())
    def shuts(self, which: int, shut: bool) -> None:
        put(self.sittings[which], shut=shut)

    @invariant()
    def no_slot_has_more_visits_than_places(self) -> None:
        db.session.rollback()
        open_ones = select(Visit.sitting_id, Visit.slot_start).where(Visit.state.in_(OPEN_STATES))
        held = Counter((sitting, at) for sitting, at in db.session.execute(open_ones))
        assert [at for at, places in self.places.items() if held[at] > places] == []
        shown = {(slot.sitting_id, slot.at): slot.free for o in slots.offered(self.now) for slot in o.slots}
        assert {at: free for at, free in shown.items() if at in self.places} == {
            at: places - held[at] for at, places in self.places.items() if at in shown
        }


@on_sqlite
def test_no_slot_ever_has_more_visits_than_places(app: Flask) -> None:
    run_state_machine_as_test(
        Booking,
        settings=settings(
            max_examples=5,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    usual = ("booked", "changed", "given up", "full", "not now")
    assert [what for what in usual if not Booking.happened[what]] == [], Booking.happened
