"""A year of the office in any order: templates, holidays, moves, frames that are shut, people who book and give up."""

import inspect
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update

from tests import people
from tests.people import NINE, key
from webapp.domain.errors import DomainError
from webapp.domain.notices import Notice
from webapp.domain.sitting_changes import Change
from webapp.domain.sitting_plan import ANNOUNCED
from webapp.domain.visit_flow import OPEN_STATES, By, State
from webapp.domain.working_days import HANOI, after_working_days, day_in_hanoi
from webapp.extensions import db
from webapp.models import (
    BridgePoint,
    CalendarDay,
    Notification,
    Role,
    Sitting,
    SittingChange,
    SittingFrame,
    SittingKind,
    SittingMode,
    SittingTemplate,
    Visit,
)
from webapp.services import calendar, reception, reminders, schedule, slots
from webapp.services.actor import Actor, citizen
from webapp.services.schedule import (
    FrameEdit,
    FrameFields,
    OnDuty,
    PlacesEdit,
    SittingFields,
    TemplateFields,
)
from webapp.services.unit_of_work import unit_of_work
from webapp.views import public

KINDS = st.sampled_from([SittingKind.REGULAR, SittingKind.PERIODIC])
WHICH, DESKS, DAYS = st.integers(0, 60), st.integers(0, 3), st.integers(0, 20)
HOURS = st.sampled_from([time(8), time(9, 30), time(13)])
OFTEN = (
    *("books", "time_goes_by", "books", "makes_a_template", "books", "adds_a_sitting", "changes_the_time"),
    *(
        "moves_a_sitting",
        "books",
        "calls_a_sitting_off",
        "changes_a_frame",
        "corrects_the_calendar",
        "gives_up",
    ),
    *("comes", "ends_a_template", "changes_the_time", "books", "moves_a_sitting", "time_goes_by"),
    *("changes_the_places", "changes_the_places"),
)
"""What happens, the more often the oftener it stands here."""


class Year(RuleBasedStateMachine):
    """Five people, one admin, and what the calendar, the templates and the admin make of their year."""

    happened: ClassVar[Counter[str]] = Counter()
    clock: ClassVar[datetime] = NINE

    @initialize()
    def begins(self) -> None:
        """Nothing of the year before is held any more."""
        db.session.rollback()
        with unit_of_work() as work:
            work.session.execute(update(SittingTemplate).values(last_day=date(2026, 1, 1)))
            work.session.execute(update(Sitting).values(cancelled_at=NINE, ends_at=NINE))
            work.session.execute(delete(CalendarDay))
            draft = self._fields(SittingKind.PERIODIC, 1, time(8))
            point = BridgePoint(name=f"Điểm cầu {key()}")
            work.session.add(point)
            work.session.add(
                Sitting(starts_at=NINE, ends_at=NINE + timedelta(days=400), draft=True, host=draft.host)
            )
        self.point = point.id
        self.floor = max(db.session.scalars(select(Sitting.id)))
        self.now = Year.clock = NINE
        self.admin = Actor(people.staff(Role.ADMIN).id, By.ADMIN)
        accounts = [people.a_citizen() for _ in range(5)]
        self.people = [(people.a_petition(account).id, citizen(account.id)) for account in accounts]
        self.known: set[int] = set()
        self.most: dict[tuple[int, datetime], int] = {}
        self._laid_out(one_off=False)

    # What there is

    def _fields(
        self, kind: SittingKind, desks: int, starts: time, duties: tuple[OnDuty, ...] = ()
    ) -> SittingFields:
        ends = time(starts.hour + 1, starts.minute)
        return SittingFields(
            kind=kind,
            mode=SittingMode.ONLINE,
            host="Ban Tiếp công dân",
            frames=(FrameFields(starts, ends, desks, 30, duties),),
            content="Đất đai",
            ground="2",
            decision="01/QĐ",
            home_offered=True,
            kept_percent=0,
        )

    def _about(self) -> dict[str, Any]:
        return {"by": self.admin, "now": self.now, "key": key()}

    def _sittings(self, *, held: bool = True) -> list[Sitting]:
        db.session.rollback()
        wanted = select(Sitting).where(Sitting.id > self.floor, Sitting.ends_at > self.now)
        return list(
            db.session.scalars((wanted.where(Sitting.held()) if held else wanted).order_by(Sitting.id))
        )

    def _one(self, which: int) -> Sitting | None:
        """A sitting; one that people have a place in, if there is one, every other time."""
        found = self._sittings()
        taken = set(db.session.scalars(select(Visit.sitting_id).where(Visit.state.in_(OPEN_STATES))))
        wanted = [one for one in found if which % 2 and one.id in taken] or found
        return wanted[which % len(wanted)] if wanted else None

    def _visit(self, who: int) -> Visit | None:
        db.session.rollback()
        mine = select(Visit).where(Visit.petition_id == self.people[who][0])
        return db.session.scalar(mine.order_by(Visit.id.desc()).limit(1))

    def _there(self, sitting_id: int) -> dict[int, datetime | None]:
        """Who has a place, and when."""
        db.session.rollback()
        rows = db.session.execute(
            select(Visit.id, Visit.slot_start).where(
                Visit.sitting_id == sitting_id, Visit.state.in_(OPEN_STATES)
            )
        )
        return {row[0]: row[1] for row in rows}

    def _tries(self, what: str, act: Callable[[], object]) -> bool:
        """Whether it was done; whatever is refused changes nothing."""
        try:
            act()
        except DomainError as problem:
            self.happened[f"{what}: {type(problem).__name__}"] += 1
            return False
        self.happened[what] += 1
        return True

    # What the admin does

    @rule(
        what=st.sampled_from(OFTEN), which=WHICH, who=st.integers(0, 4), days=DAYS,
        kind=KINDS, desks=DESKS, starts=HOURS, yes=st.booleans(),
    )  # fmt: skip
    def something_happens(self, what: str, **about: Any) -> None:
        """One rule, for with many of them a short run would know a few alone."""
        act = getattr(self, what)
        act(**{name: about[name] for name in inspect.signature(act).parameters})

    def makes_a_template(self, kind: SittingKind, which: int, desks: int, starts: time) -> None:
        weekday, nth, first = which % 7, which % 4, day_in_hanoi(self.now)
        fields = TemplateFields(self._fields(kind, desks, starts), weekday, nth, first)
        about = self._about()
        self._tries("template", lambda: schedule.create(fields, overrule=True, reason="Lịch mới", **about))
        self._laid_out(one_off=False)

    def ends_a_template(self, which: int, days: int) -> None:
        db.session.rollback()
        found = schedule.templates(self.now)
        if found:
            last, one = day_in_hanoi(self.now) + timedelta(days=days), found[which % len(found)]
            about = self._about()
            before = {sitting.id: self._there(sitting.id) for sitting in self._sittings()}
            if self._tries("ended", lambda: schedule.end(one.id, last, reason="Thôi", **about)):
                after = {sitting.id for sitting in self._sittings()}
                for sitting_id in before.keys() - after:
                    self._told(sitting_id, Change.CANCELLED, set(before[sitting_id]))

    def adds_a_sitting(self, kind: SittingKind, days: int, desks: int, starts: time) -> None:
        day, fields = day_in_hanoi(self.now) + timedelta(days=days), self._fields(kind, desks, starts)
        about = self._about() | {"overrule": True, "reason": "Cần"}
        for _ in range(2):
            self._tries("added", lambda: schedule.add(day, fields, **about))
        self._laid_out(one_off=True)

    def moves_a_sitting(self, which: int, days: int, starts: time, yes: bool) -> None:
        if not (one := self._one(which)):
            return
        was, before = one.starts_at, self._there(one.id)
        on = day_in_hanoi(was) + timedelta(days=-days if yes else days)
        about = self._about() | {"overrule": True, "reason": "Họp"}
        if self._tries("moved", lambda: schedule.move(one.id, on, starts, **about)):
            schedule.move(one.id, on, starts, **about)
            by_how_much = datetime.combine(on, starts, HANOI) - was
            assert self._there(one.id) == {
                visit: at + by_how_much if at else None for visit, at in before.items()
            }
            self.most = {
                (sitting, at + by_how_much if sitting == one.id else at): many
                for (sitting, at), many in self.most.items()
            }
            self._told(one.id, Change.MOVED, set(before))

    def calls_a_sitting_off(self, which: int) -> None:
        if not (one := self._one(which)):
            return
        about = self._about()
        before = self._there(one.id)
        if self._tries("called off", lambda: schedule.cancel(one.id, reason="Mất điện", **about)):
            schedule.cancel(one.id, reason="Mất điện", **about)
            self._told(one.id, Change.CANCELLED, set(before))

    def changes_the_places(self, which: int, yes: bool) -> None:
        """From home to a bridge point, or back; who was to come goes along or gives the place up."""
        if not (one := self._one(which)):
            return
        place: int | None = None if yes else self.point
        edit = PlacesEdit(() if yes else (self.point,), yes, (place,) if which % 3 else ())
        stood = {*(point.id for point in one.places), *([None] if one.home_offered else [])}
        there = select(Visit.id).where(Visit.sitting_id == one.id, Visit.state.in_(OPEN_STATES))
        here = Visit.bridge_point_id == self.point if yes else Visit.bridge_point_id.is_(None)
        gone = set(db.session.scalars(there.where(here)))
        about = self._about() | {"overrule": True, "reason": "Sửa nhà"}
        if self._tries("other places", lambda: schedule.change_places(one.id, edit, **about)):
            if stood != {place}:
                notice = Notice.PLACE_MOVED if edit.instead else Notice.PLACE_GONE
                self._told(one.id, Change.CHANGED, gone, notice)
            assert db.session.scalars(there.where(here)).all() == []

    def changes_a_frame(self, which: int, desks: int, yes: bool) -> None:
        if not (one := self._one(which)):
            return
        [frame] = db.session.scalars(select(SittingFrame).where(SittingFrame.sitting_id == one.id))
        before, edit, version = self._there(one.id), FrameEdit(desks, frame.minutes, yes), frame.version
        by = {"by": self.admin, "now": self.now}
        if self._tries("frame", lambda: schedule.change_frame(frame.id, edit, version, **by)):  # type: ignore[arg-type]
            assert self._there(one.id) == before, "nobody's place is taken"

    def corrects_the_calendar(self, days: int, yes: bool) -> None:
        day = day_in_hanoi(self.now) + timedelta(days=days)
        calendar.correct(day, yes, "Theo thông báo", by=self.admin, now=self.now)
        self.happened["a day off" if not yes else "worked after all"] += 1

    # What people do

    def _slot(self, which: int) -> tuple[int, datetime] | None:
        """Any moment that a sitting of the next days has, offered or not; now and then of one that is not held."""
        found = [(one.id, at) for one in self._sittings(held=which % 3 > 0) for at in people.slots_of(one)]
        soon = [(one, at) for one, at in found if at < self.now + timedelta(days=10)] or found
        return soon[which % len(soon)] if soon else None

    def books(self, who: int, which: int) -> None:
        petition, by = self.people[who]
        if slot := self._slot(which):
            before = self._visit(who)
            about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": self.now, "key": key()}
            done = self._tries("booked", lambda: reception.book(petition, *slot, **about))
            if done and (before is None or before.state not in OPEN_STATES):
                self._can_be_given(slot)

    def changes_the_time(self, who: int, which: int) -> None:
        visit, slot = self._visit(who), self._slot(which)
        if visit is None or slot is None:
            return
        _petition, by = self.people[who]
        about: dict[str, Any] = {
            "bridge_point_id": None,
            "reason": "Bận",
            "by": by,
            "now": self.now,
            "key": key(),
        }
        same = (visit.sitting_id, visit.slot_start) == slot
        if self._tries("changed", lambda: reception.change(visit.id, *slot, **about)) and not same:
            self._can_be_given(slot)

    def gives_up(self, who: int) -> None:
        if visit := self._visit(who):
            about: dict[str, Any] = {
                "reason": "Bận",
                "by": self.people[who][1],
                "now": self.now,
                "key": key(),
            }
            self._tries("given up", lambda: reception.give_up(visit.id, **about))

    def comes(self, who: int) -> None:
        if visit := self._visit(who):
            about: dict[str, Any] = {"by": self.people[who][1], "now": self.now, "key": key()}
            self._tries("came", lambda: reception.check_in(visit.id, **about))

    def time_goes_by(self, days: int, which: int) -> None:
        at = self.now + timedelta(days=days, hours=which % 10)
        booked = select(Visit.slot_start).where(Visit.state == State.BOOKED, Visit.slot_start > self.now)
        if which % 2 and (coming := db.session.scalar(booked.order_by(Visit.slot_start).limit(1))):
            at = coming - timedelta(minutes=15)
            at = max(at, self.now)
        db.session.rollback()
        self.now = Year.clock = at
        reception.close_day(at)
        schedule.lay_out(at)
        self._laid_out(one_off=False)
        reminders.remind(at)
        assert reminders.remind(at) == 0

    # What holds

    def _can_be_given(self, slot: tuple[int, datetime]) -> None:
        sitting_id, at = slot
        db.session.rollback()
        sitting, works = db.session.get_one(Sitting, sitting_id), calendar.working_days()
        assert at > self.now
        assert works(day_in_hanoi(at))
        assert sitting.is_held
        places = slots.places_of(sitting, works, self.now)[at]
        here = Visit.sitting_id == sitting_id, Visit.slot_start == at, Visit.slot_place.is_not(None)
        taken = db.session.scalars(select(Visit.slot_place).where(*here, Visit.state.in_(OPEN_STATES))).all()
        assert len(taken) <= places
        self.most[slot] = max(self.most.get(slot, 0), places)

    def _told(self, sitting_id: int, what: Change, expected: set[int], notice: Notice | None = None) -> None:
        """By the last change of the sitting each of these is told once, and nobody else."""
        db.session.rollback()
        change = db.session.scalars(
            select(SittingChange)
            .where(SittingChange.sitting_id == sitting_id)
            .order_by(SittingChange.id.desc())
        ).first()
        assert change is not None
        assert change.what is what
        notice = notice or (Notice.SITTING_MOVED if what is Change.MOVED else Notice.SITTING_CANCELLED)
        about = f"sitting-change:{change.id}:"
        keys = db.session.scalars(select(Notification.key).where(Notification.key.startswith(about))).all()
        assert sorted(keys) == sorted(f"{about}visit:{visit}:{notice.value}" for visit in expected)
        self.happened["told"] += len(keys)

    def _laid_out(self, *, one_off: bool) -> None:
        """What is new in the schedule is marked where it is announced late, or stands in no template."""
        works = calendar.working_days()
        in_time = after_working_days(day_in_hanoi(self.now), ANNOUNCED, works)
        for sitting in self._sittings():
            if sitting.id in self.known:
                continue
            self.known.add(sitting.id)
            late = sitting.kind is SittingKind.PERIODIC and day_in_hanoi(sitting.starts_at) < in_time
            marks = schedule.announced(sitting.id).marks
            assert marks == ([Change.ADDED] if late or one_off else [])
            self.happened["late and marked"] += late and not one_off

    @invariant()
    def nobody_has_two_places_or_stays_in_what_is_not_held(self) -> None:
        db.session.rollback()
        rows = db.session.execute(
            select(Visit.petition_id, Visit.sitting_id, Visit.slot_start, Visit.slot_place)
            .join(Visit.sitting)
            .where(Visit.state.in_(OPEN_STATES), Sitting.id > self.floor)
        ).all()
        assert all(many == 1 for many in Counter(petition for petition, *_ in rows).values())
        held = Counter((sitting, at) for _petition, sitting, at, place in rows if place)
        assert [slot for slot, many in held.items() if many > self.most.get(slot, 0)] == []
        inside = select(Visit.id).join(Visit.sitting).where(Visit.state.in_(OPEN_STATES))
        gone = inside.where(Sitting.cancelled_at.is_not(None), Sitting.id > self.floor)
        assert db.session.scalars(gone).all() == []

    @invariant()
    def no_draft_is_announced(self) -> None:
        assert not any(one.sitting.draft for one in schedule.coming(self.now, limit=500))


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


ALWAYS = ("template", "added", "moved", "called off", "frame", "a day off", "booked", "told")
"""Of what a short run does too, so that it cannot come to nothing."""
SOONER_OR_LATER = (
    *ALWAYS,
    "ended",
    "other places",
    "worked after all",
    "changed",
    "given up",
    "booked: SlotFull",
)


def shown_to_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What anyone reads of the schedule at the end of the year."""
    monkeypatch.setattr(public, "utc_now", lambda: Year.clock)
    for path in ("/schedule", "/schedule.ics", "/schedule.json"):
        page = app.test_client().get(path).get_data(as_text=True)
        assert "Nguyễn Văn Lành" not in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_year_in_any_order_keeps_every_promise(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    Year.happened = Counter()
    run(6, 50)
    assert [what for what in ALWAYS if not Year.happened[what]] == [], Year.happened
    shown_to_all(app, monkeypatch)


@pytest.mark.long
def test_many_years_in_any_order_keep_every_promise(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    Year.happened = Counter()
    run(25, 80)
    assert [what for what in SOONER_OR_LATER if not Year.happened[what]] == [], Year.happened
    shown_to_all(app, monkeypatch)
