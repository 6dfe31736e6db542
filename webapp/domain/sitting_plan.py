"""The plan of sittings: what a weekly or monthly template becomes on a day, the slots that it offers, and what
speaks against it.

All days and clock times are those of Hanoi. A sitting (buổi tiếp) has frames (khung giờ): stretches with so
many open desks and so many minutes for each visit. A frame offers, at each of its slots, as many places as
it has desks; some of them are kept for people who come without an appointment.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import combinations, pairwise

from .working_days import WorkingDay, after_working_days

ANNOUNCED = 5
"""Working days before a periodic sitting by which it stands in the public schedule (law art. 24.4), and by
which those who take part are told of an online one (decree 154/2026 art. 23.1)."""


@dataclass(frozen=True)
class Frame:
    """A stretch of a day with `desks` open desks and `minutes` for each visit.

    Raises:
        ValueError: it ends before one visit could.
    """

    starts: time
    ends: time
    desks: int
    minutes: int

    def __post_init__(self) -> None:
        if self.desks < 0 or self.minutes < 1 or self.length < self.minutes:
            raise ValueError("a frame without a slot")

    @property
    def length(self) -> int:
        """In minutes."""
        return _minutes(self.ends) - _minutes(self.starts)

    def slots(self) -> Iterator[time]:
        """When visits begin; what is left at the end and too short for one is nobody's.

        >>> [slot.strftime("%H:%M") for slot in Frame(time(8), time(9, 30), 4, 40).slots()]
        ['08:00', '08:40']
        """
        for past in range(0, self.length - self.minutes + 1, self.minutes):
            at = _minutes(self.starts) + past
            yield time(at // 60, at % 60)

    @property
    def places(self) -> int:
        """How many visits fit in."""
        return self.desks * sum(1 for _ in self.slots())


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def for_appointments(desks: int, kept: int) -> int:
    """Of so many desks at one slot, how many can be booked when `kept` percent are for those without an appointment.

    At least one, wherever a desk is open: rounding must not shut a frame.

    >>> for_appointments(4, 25), for_appointments(1, 25), for_appointments(3, 100), for_appointments(0, 25)
    (3, 1, 1, 0)
    """
    return max(min(desks, 1), desks - desks * kept // 100)


@dataclass(frozen=True)
class Rhythm:
    """On which days: each such weekday (0 is Monday), or the `nth` of its month alone (0: each)."""

    weekday: int
    nth: int = 0

    def falls_on(self, day: date) -> bool:
        """
        >>> Rhythm(1, 3).falls_on(date(2026, 12, 15)), Rhythm(1, 3).falls_on(date(2026, 12, 22))
        (True, False)
        """
        return day.weekday() == self.weekday and self.nth in (0, (day.day + 6) // 7)


@dataclass(frozen=True)
class Planned:
    """A sitting as it would stand: from the first frame's start to the last one's end, with a break or not."""

    key: Hashable
    day: date
    frames: tuple[Frame, ...]
    hosts: frozenset[Hashable] = frozenset()
    desks: frozenset[Hashable] = frozenset()

    @property
    def starts(self) -> time:
        return min(frame.starts for frame in self.frames)

    @property
    def ends(self) -> time:
        return max(frame.ends for frame in self.frames)

    def meets(self, other: "Planned") -> bool:
        """Whether both are held at one time; a break of the one leaves room for the other."""
        return self.day == other.day and any(
            one.starts < another.ends and another.starts < one.ends
            for one in self.frames
            for another in other.frames
        )


class Objection(StrEnum):
    """What speaks against a sitting as it is planned."""

    DAY_OFF = "day_off"
    PAST = "past"
    LATE = "late"
    """A periodic one that would be announced too late."""
    FRAMES = "frames"
    """Two of its frames are held at one time."""
    HOST = "host"
    DESK = "desk"
    PLACE = "place"
    """People are to come to a place that would be taken away."""


@dataclass(frozen=True)
class Finding:
    """One objection; `other` is the sitting that has the same host or desk, `who` which."""

    objection: Objection
    against: Planned
    other: Planned | None = None
    who: Hashable = None


def findings(
    wanted: Planned,
    others: Iterable[Planned],
    works: WorkingDay,
    *,
    now: datetime,
    periodic: bool = False,
) -> list[Finding]:
    """What is to be shown before `wanted` is saved; `now` on Hanoi's clock. Only LATE and DAY_OFF may be overruled,
    with a reason: an extraordinary sitting has to be held when it must.
    """
    found = []
    if not works(wanted.day):
        found.append(Finding(Objection.DAY_OFF, wanted))
    if datetime.combine(wanted.day, wanted.starts, now.tzinfo) <= now:
        found.append(Finding(Objection.PAST, wanted))
    elif periodic and wanted.day < after_working_days(now.date(), ANNOUNCED, works):
        found.append(Finding(Objection.LATE, wanted))
    frames = sorted(wanted.frames, key=lambda frame: frame.starts)
    if any(one.ends > following.starts for one, following in pairwise(frames)):
        found.append(Finding(Objection.FRAMES, wanted))
    for other in others:
        if other.key != wanted.key and wanted.meets(other):
            found += _shared(wanted, other)
    return found


def _shared(wanted: Planned, other: Planned) -> Iterator[Finding]:
    for objection, ours, theirs in (
        (Objection.HOST, wanted.hosts, other.hosts),
        (Objection.DESK, wanted.desks, other.desks),
    ):
        for who in sorted(ours & theirs, key=str):
            yield Finding(objection, wanted, other, who)


def all_findings(planned: Iterable[Planned]) -> list[Finding]:
    """Every host and desk that several of these need at one time."""
    return [
        one
        for wanted, other in combinations(planned, 2)
        if wanted.meets(other)
        for one in _shared(wanted, other)
    ]
