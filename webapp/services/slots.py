"""Reading the slots of coming sittings: which there are, and how many places of each are still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from ..domain.sitting_plan import Frame, for_appointments
from ..domain.visit_flow import OPEN_STATES
from ..domain.working_days import HANOI, WorkingDay
from ..extensions import db
from ..models import Sitting, SittingFrame, SittingMode, SittingPlace, Visit
from . import calendar

AHEAD = timedelta(days=31)
_NEAREST, _NOON = 3, 12


@dataclass(frozen=True)
class Slot:
    """When a visit begins, and how many more can be booked then."""

    sitting_id: int
    at: datetime
    free: int


@dataclass(frozen=True)
class Offer:
    """A sitting with its slots that are still ahead, full ones too."""

    sitting: Sitting
    slots: tuple[Slot, ...]

    @property
    def day(self) -> date:
        """On Hanoi's calendar."""
        return self.slots[0].at.astimezone(HANOI).date()

    @property
    def morning(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.at.astimezone(HANOI).hour < _NOON]

    @property
    def afternoon(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.at.astimezone(HANOI).hour >= _NOON]

    @property
    def has_room(self) -> bool:
        return any(slot.free for slot in self.slots)


def offered(now: datetime) -> list[Offer]:
    """Sittings online of the next month that can be booked, in the order of time. Days off offer nothing.

    Three reads, however many slots there are.
    """
    coming = select(Sitting).where(
        Sitting.held(),
        Sitting.mode == SittingMode.ONLINE,
        Sitting.ends_at > now,
        Sitting.starts_at < now + AHEAD,
        Sitting.frames.any(SittingFrame.shut.is_(False)),
    )
    sittings = list(
        db.session.scalars(
            coming.options(selectinload(Sitting.frames)).order_by(Sitting.starts_at, Sitting.id)
        )
    )
    if not sittings:
        return []
    works, taken = calendar.working_days(), _taken([sitting.id for sitting in sittings])
    offers = [_offer(sitting, taken, works, now) for sitting in sittings]
    return [offer for offer in offers if offer.slots]


def sittings_at(point_id: int) -> set[int]:
    """The sittings that offer this bridge point."""
    offered_there = select(SittingPlace.sitting_id).where(SittingPlace.bridge_point_id == point_id)
    return set(db.session.scalars(offered_there))


def _offer(
    sitting: Sitting, taken: dict[tuple[int, datetime], int], works: WorkingDay, now: datetime
) -> Offer:
    places = places_of(sitting, works, now)
    return Offer(
        sitting,
        tuple(
            Slot(sitting.id, at, max(0, many - taken.get((sitting.id, at), 0)))
            for at, many in sorted(places.items())
        ),
    )


def _taken(sitting_ids: list[int]) -> dict[tuple[int, datetime], int]:
    rows = db.session.execute(
        select(Visit.sitting_id, Visit.slot_start, func.count(Visit.id))
        .where(Visit.sitting_id.in_(sitting_ids), Visit.slot_place.is_not(None), Visit.state.in_(OPEN_STATES))
        .group_by(Visit.sitting_id, Visit.slot_start)
    )
    return {(sitting, at): count for sitting, at, count in rows if at is not None}


def places_of(sitting: Sitting, works: WorkingDay, now: datetime) -> dict[datetime, int]:
    """How many can be booked at each slot of the sitting, taken or not; none of what is past, shut or on a day off."""
    found: dict[datetime, int] = {}
    for frame in sitting.frames:
        starts, ends = frame.starts_at.astimezone(HANOI), frame.ends_at.astimezone(HANOI)
        places = for_appointments(frame.desks, sitting.kept_percent)
        if frame.shut or not places or not works(starts.date()):
            continue
        planned = Frame(starts.time(), ends.time(), frame.desks, frame.minutes)
        for clock in planned.slots():
            at = datetime.combine(starts.date(), clock, HANOI)
            if at > now:
                found[at] = found.get(at, 0) + places
    return found


def nearest(slots: Iterable[Slot], wanted: datetime) -> list[Slot]:
    """The free ones closest to what was wanted, in the order of time."""
    free = sorted((slot for slot in slots if slot.free), key=lambda slot: abs(slot.at - wanted))
    return sorted(free[:_NEAREST], key=lambda slot: slot.at)
