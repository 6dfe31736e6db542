"""Reading the schedule: what everyone may know of coming sittings, and the office's week."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from ...domain.errors import NotFound
from ...domain.sitting_changes import Change
from ...domain.sitting_plan import Objection, all_findings, for_appointments
from ...domain.working_days import HANOI, SpecialDay, WorkingDay, day_in_hanoi
from ...extensions import db
from ...models import (
    Account,
    BridgePoint,
    Desk,
    FrameDuty,
    Sitting,
    SittingChange,
    SittingFrame,
    SittingPlace,
    Visit,
)
from ..calendar import working_days
from .against import Against, NamedHost, planned_frame
from .fields import at
from .frames import PLACE_KEPT


@dataclass(frozen=True)
class Announced:
    """One sitting as the public schedule has it (law art. 24): no name but the host's."""

    sitting: Sitting
    changes: Sequence[SittingChange] = ()

    @property
    def hours(self) -> list[tuple[datetime, datetime]]:
        """When people are received: its frames, those that follow without a break as one."""
        found: list[tuple[datetime, datetime]] = []
        for frame in self.sitting.frames:
            if found and found[-1][1] == frame.starts_at:
                found[-1] = (found[-1][0], frame.ends_at)
            else:
                found.append((frame.starts_at, frame.ends_at))
        return found or [(self.sitting.starts_at, self.sitting.ends_at)]

    @property
    def starts_at(self) -> datetime:
        return self.hours[0][0]

    @property
    def ends_at(self) -> datetime:
        return self.hours[-1][1]

    @property
    def cancelled(self) -> bool:
        return self.sitting.cancelled_at is not None

    @property
    def marks(self) -> list[Change]:
        """What the schedule marks, each once, the newest first; of one that is called off that alone."""
        if self.cancelled:
            return [Change.CANCELLED]
        return list(dict.fromkeys(one.what for one in reversed(self.changes)))

    @property
    def reason(self) -> str:
        """Why it was changed last."""
        return self.changes[-1].reason if self.changes else ""

    @property
    def was_at(self) -> datetime | None:
        """When it was to be held first, if it was moved."""
        moved = [one.was["starts_at"] for one in self.changes if one.what is Change.MOVED]
        return datetime.fromisoformat(moved[0]) if moved and not self.cancelled else None

    @property
    def was_host(self) -> str:
        """Who was to receive first, if that is another one now."""
        hosts = [one.was["host"] for one in self.changes if one.was.get("host")]
        return hosts[0] if hosts and hosts[0] != self.sitting.host else ""

    @property
    def changed_at(self) -> datetime | None:
        return self.changes[-1].at if self.changes else None


def coming(
    now: datetime,
    limit: int | None = 60,
    *,
    point_id: int | None = None,
    since: date | None = None,
    after: int | None = None,
    until: datetime | None = None,
) -> list[Announced]:
    """Today's and coming sittings in the order of their times, those called off too: people look for them.

    At one place alone, from a day on, those that follow a sitting in this order, or that begin before `until`,
    where that is asked.
    """
    query = (
        select(Sitting)
        .options(selectinload(Sitting.frames), selectinload(Sitting.places))
        .where(Sitting.draft.is_(False), Sitting.ends_at > now)
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(limit)
    )
    if point_id is not None:
        query = query.where(Sitting.places.any(BridgePoint.id == point_id))
    if since is not None:
        query = query.where(Sitting.ends_at > at(since, time()))
    if until is not None:
        query = query.where(Sitting.starts_at < until)
    if after is not None and (last := db.session.get(Sitting, after)) is not None:
        later = and_(Sitting.starts_at == last.starts_at, Sitting.id > last.id)
        query = query.where(or_(Sitting.starts_at > last.starts_at, later))
    found = db.session.scalars(query).all()
    changes = _changes([one.id for one in found])
    return [Announced(one, changes.get(one.id, ())) for one in found]


def announced(sitting_id: int) -> Announced:
    """One sitting with all that happened to it. Raises NotFound."""
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None or sitting.draft:
        raise NotFound
    return Announced(sitting, _changes([sitting_id]).get(sitting_id, ()))


def places_in_schedule(now: datetime) -> list[BridgePoint]:
    """Where coming sittings are held, the central point first."""
    held = (
        select(SittingPlace.bridge_point_id)
        .join(Sitting, Sitting.id == SittingPlace.sitting_id)
        .where(Sitting.draft.is_(False), Sitting.ends_at > now)
    )
    query = select(BridgePoint).where(BridgePoint.id.in_(held))
    return list(db.session.scalars(query.order_by(BridgePoint.central.desc(), BridgePoint.name)))


def _changes(ids: Iterable[int]) -> dict[int, list[SittingChange]]:
    found: dict[int, list[SittingChange]] = defaultdict(list)
    query = select(SittingChange).where(SittingChange.sitting_id.in_(list(ids)))
    for one in db.session.scalars(query.order_by(SittingChange.id)):
        found[one.sitting_id].append(one)
    return found


@dataclass(frozen=True)
class Cell:
    """What stands in the week at one day and stretch: a frame, or a sitting that has none."""

    sitting: Sitting
    frame: SittingFrame | None
    booked: int
    places: int

    @property
    def tone(self) -> str:
        if self.frame is not None and self.frame.shut or self.booked >= self.places:
            return "bad"
        return "wait" if self.booked * 5 >= self.places * 4 else "go"


@dataclass(frozen=True)
class Day:
    on: date
    works: bool
    special: SpecialDay | None


Hours = tuple[time, time]


@dataclass
class Week:
    """A week of the office: days beside stretches of the day."""

    days: list[Day]
    rows: list[Hours]
    cells: dict[tuple[Hours, date], list[Cell]]
    whole: list[Cell] = field(default_factory=list)
    """Sittings without frames: numbers alone."""
    against: list[Against] = field(default_factory=list)
    """What speaks against sittings as they stand: a day off that was added later, somebody needed twice."""

    def at(self, row: Hours, day: Day) -> list[Cell]:
        return self.cells.get((row, day.on), [])

    @property
    def places(self) -> int:
        return sum(cell.places for found in self.cells.values() for cell in found)

    @property
    def booked(self) -> int:
        return sum(cell.booked for found in self.cells.values() for cell in found)

    @property
    def kept(self) -> int:
        """Places for people who come without an appointment."""
        return sum(
            (one.frame.desks - for_appointments(one.frame.desks, one.sitting.kept_percent)) * slots(one.frame)
            for found in self.cells.values()
            for one in found
            if one.frame is not None and not one.frame.shut
        )


def slots(frame: SittingFrame) -> int:
    """How many visits begin one after the other at one desk."""
    return int((frame.ends_at - frame.starts_at).total_seconds() // 60) // frame.minutes


def week_of(day: date, language: str = "vi") -> Week:
    """The week in which a day is."""
    monday = day - timedelta(days=day.weekday())
    begin, end = at(monday, time()), at(monday + timedelta(days=7), time())
    frames = selectinload(Sitting.frames)
    sittings = db.session.scalars(
        select(Sitting)
        .options(frames.selectinload(SittingFrame.duties), selectinload(Sitting.places))
        .where(Sitting.starts_at < end, Sitting.ends_at > begin)
        .order_by(Sitting.starts_at, Sitting.id)
    ).all()
    booked = _booked([one.id for one in sittings])
    week = Week([], [], defaultdict(list))
    for sitting in sittings:
        for frame in sitting.frames:
            if not begin <= frame.starts_at < end:
                continue
            starts, ends = frame.starts_at.astimezone(HANOI), frame.ends_at.astimezone(HANOI)
            given = sum(
                count for slot, count in booked[sitting.id] if frame.starts_at <= slot < frame.ends_at
            )
            places = 0 if sitting.cancelled_at else frame.desks * slots(frame)
            hours = (starts.time(), ends.time())
            week.cells[hours, starts.date()].append(Cell(sitting, frame, given, places))
        if not sitting.frames and begin <= sitting.starts_at < end:
            week.whole.append(Cell(sitting, None, 0, 0))
    week.rows = sorted({hours for hours, _day in week.cells})
    used = {on for _hours, on in week.cells}
    works = working_days(language)
    for n in range(7):
        on = monday + timedelta(days=n)
        if n < 5 or on in used or works(on):
            week.days.append(Day(on, works(on), works.special(on)))
    week.against = _against([one for one in sittings if one.is_held], works)
    return week


def _booked(ids: Sequence[int]) -> dict[int, list[tuple[datetime, int]]]:
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = db.session.execute(
        select(Visit.sitting_id, Visit.slot_start, func.count(Visit.id))
        .where(Visit.sitting_id.in_(ids), Visit.state.in_(PLACE_KEPT))
        .group_by(Visit.sitting_id, Visit.slot_start)
    )
    for sitting_id, slot, count in rows:
        if slot is not None:
            found[sitting_id].append((slot, count))
    return found


def _against(sittings: Sequence[Sitting], works: WorkingDay) -> list[Against]:
    hosts: dict[Hashable, Sitting] = {frame.id: one for one in sittings for frame in one.frames}
    found = [
        Against(Objection.DAY_OFF, day, other=one.host)
        for one in sittings
        if one.frames and not works(day := day_in_hanoi(one.frames[0].starts_at))
    ]
    for each in all_findings([planned_frame(frame) for one in sittings for frame in one.frames]):
        mine, theirs = hosts[each.against.key], hosts[each.other.key] if each.other else None
        if theirs is not None and mine is not theirs:
            who = _who(each.objection, each.who)
            found.append(Against(each.objection, each.against.day, who, theirs.host))
    return list(dict.fromkeys(found))


def _who(objection: Objection, who: object) -> str:
    if isinstance(who, NamedHost):
        return who.host
    if objection is Objection.DESK:
        desk = db.session.get(Desk, who)
        return str(desk.number) if desk else ""
    account = db.session.get(Account, who)
    return account.full_name if account else ""


def frame_of(frame_id: int) -> SittingFrame | None:
    query = select(SittingFrame).options(
        selectinload(SittingFrame.duties).joinedload(FrameDuty.account),
        selectinload(SittingFrame.sitting).selectinload(Sitting.places),
    )
    return db.session.scalar(query.where(SittingFrame.id == frame_id))
