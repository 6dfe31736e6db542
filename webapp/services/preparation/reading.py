"""How the tasks of bridge points stand: for the staff of a point, for the office, and for reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ...domain.errors import NotFound
from ...domain.preparation import (
    TASK_DUTIES,
    TASK_LABELS,
    TASK_RULES,
    Stage,
    Task,
    due_of,
    stage_of,
)
from ...domain.working_days import WorkingDay, day_in_hanoi, working_days_until
from ...extensions import db
from ...models import BridgePoint, PointEntry, Sitting, SittingMode
from ..actor import Actor
from ..calendar import working_days
from .record import beside_the_offered, holding, last_signed, may_sign, overruling

_SHOWN_AHEAD = timedelta(days=14)
_LOOKED_AHEAD = timedelta(days=45)
"""A notice may be due long before its sitting: around Tết five working days are three weeks."""


@dataclass(frozen=True)
class Standing:
    """One task of one point in one sitting; `trail` is all that was said about it, the first first.

    `days` are the working days before the reception of a notice that was signed, or is now, too late.
    """

    sitting: Sitting
    point: BridgePoint
    task: Task
    due: datetime
    stage: Stage
    signed: PointEntry | None
    overruled: PointEntry | None
    trail: Sequence[PointEntry]
    days: int | None

    @property
    def label(self) -> str:
        return TASK_LABELS[self.task]

    @property
    def rule(self) -> str:
        """By when, in the decree's words."""
        return TASK_RULES[self.task]

    @property
    def duty(self) -> str:
        """Whose it is, in the decree's words."""
        return TASK_DUTIES[self.task]

    @property
    def starts(self) -> datetime:
        """When people are received first."""
        return self.sitting.receives_from

    @property
    def last_day(self) -> datetime:
        """A moment of the last day on which what is due by the end of a day is in time."""
        return self.due - timedelta(minutes=1)

    @property
    def is_open(self) -> bool:
        return self.signed is None and self.overruled is None


def tasks_of(sitting: Sitting, now: datetime) -> list[list[Standing]]:
    """The three tasks of each bridge point that an online sitting offers, the central points first."""
    return _standings([sitting], now)


def _ahead(now: datetime) -> list[Sitting]:
    """Online sittings of the coming time that are held and not over, in the order of their times."""
    query = (
        select(Sitting)
        .options(selectinload(Sitting.frames), selectinload(Sitting.places))
        .where(
            Sitting.mode == SittingMode.ONLINE,
            Sitting.held(),
            Sitting.ends_at > now,
            Sitting.starts_at < now + _LOOKED_AHEAD,
        )
        .order_by(Sitting.starts_at, Sitting.id)
    )
    return list(db.session.scalars(query))


def coming(now: datetime) -> list[Standing]:
    """Every task of the coming time, by sittings and points."""
    return [one for tasks in _standings(_ahead(now), now) for one in tasks]


def coming_at(point: BridgePoint, now: datetime) -> list[list[Standing]]:
    """The tasks of today and of the coming two weeks at one point, its three for each sitting.

    A later sitting is there too when one of its tasks is due by then.
    """
    until = now + _SHOWN_AHEAD
    return [
        tasks
        for tasks in _standings(_ahead(now), now, point)
        if (tasks[0].sitting.receives_from <= until or any(one.is_open and one.due <= until for one in tasks))
    ]


def next_at(point: BridgePoint, now: datetime, most: int = 3) -> list[Standing]:
    """What is to be signed next at one point, the most urgent first."""
    open_ones = [one for tasks in coming_at(point, now) for one in tasks if one.is_open]
    return sorted(open_ones, key=lambda one: one.due)[:most]


def one_task(sitting_id: int, point_id: int, task: Task, now: datetime, *, by: Actor) -> Standing:
    """One task, for whoever may sign it. Raises NotFound: none such, or not theirs."""
    sitting = db.session.get(Sitting, sitting_id)
    point = db.session.get(BridgePoint, point_id)
    if sitting is None or point is None or sitting.draft or not may_sign(db.session, point, by):
        raise NotFound
    tasks = [one for tasks in _standings([sitting], now, point) for one in tasks]
    found = next((one for one in tasks if one.task is task), None)
    if found is None:
        raise NotFound
    return found


def _standings(
    sittings: Sequence[Sitting], now: datetime, at: BridgePoint | None = None
) -> list[list[Standing]]:
    """The three tasks of each point, or of one, in each sitting."""
    works, ids = working_days(), [one.id for one in sittings]
    query = select(PointEntry).where(PointEntry.sitting_id.in_(ids)).options(joinedload(PointEntry.by))
    if at is not None:
        query = query.where(PointEntry.bridge_point_id == at.id)
    trails: dict[tuple[int, int, Task], list[PointEntry]] = {}
    for entry in db.session.scalars(query.order_by(PointEntry.id)):
        trails.setdefault((entry.sitting_id, entry.bridge_point_id, entry.task), []).append(entry)
    by_decision = beside_the_offered(db.session, ids)
    return [
        [_standing(one, point, task, trails.get((one.id, point.id, task), []), works, now) for task in Task]
        for one in sittings
        if one.mode is SittingMode.ONLINE
        for point in sorted(
            {*one.places, *by_decision.get(one.id, ())}, key=lambda place: (not place.central, place.name)
        )
        if at is None or point.id == at.id
    ]


def _standing(
    sitting: Sitting,
    point: BridgePoint,
    task: Task,
    trail: Sequence[PointEntry],
    works: WorkingDay,
    now: datetime,
) -> Standing:
    starts = sitting.receives_from
    due, said = due_of(task, starts, works), holding(trail, sitting)
    signed = last_signed(said)
    stage = stage_of(task, due, now, signed.at > due if signed else None)
    days = None
    if task is Task.NOTICE and stage in (Stage.SIGNED_LATE, Stage.OVERDUE):
        days = working_days_until(day_in_hanoi(signed.at if signed else now), day_in_hanoi(starts), works)
    return Standing(sitting, point, task, due, stage, signed, overruling(said), trail, days)
