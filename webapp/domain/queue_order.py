"""The order in which people are called, the same for officers, citizens and boards.

Sort by (head, effective time, number). The effective time is the slot's start when the person
checked in by then, otherwise the moment they began to wait; priority takes 45 minutes off, but
never reaches before the sitting's start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, sqrt
from statistics import quantiles

PRIORITY_HEAD_START = timedelta(minutes=45)


def effective_time(
    *,
    waiting_since: datetime,
    slot_start: datetime | None,
    priority: bool,
    sitting_start: datetime,
) -> datetime:
    """When this person counts as having come, to the second; within one the number tells.

    >>> from datetime import datetime as d
    >>> effective_time(waiting_since=d(2026, 1, 5, 9, 30), slot_start=None, priority=True,
    ...                sitting_start=d(2026, 1, 5, 8, 0)).strftime("%H:%M")
    '08:45'
    """
    in_time = slot_start is not None and waiting_since <= slot_start
    came = slot_start if in_time and slot_start is not None else waiting_since
    if priority:
        came = max(came - PRIORITY_HEAD_START, min(sitting_start, came))
    return came.replace(microsecond=0)


@dataclass(frozen=True)
class Lengths:
    """How many minutes a desk needs for a visit: four in five take longer than `quick`, one in five than `slow`."""

    quick: int
    usual: int
    slow: int


ENOUGH = 5
"""With fewer visits nothing is said of how long the next ones take."""


def lengths_of(minutes: Sequence[float]) -> Lengths | None:
    """From the lengths of visits that are over; nothing when they are too few.

    >>> lengths_of([9, 10, 12, 15, 20, 30]), lengths_of([10, 20])
    (Lengths(quick=9, usual=14, slow=26), None)
    """
    if len(minutes) < ENOUGH:
        return None
    fifths = quantiles(minutes, n=10)
    quick, usual, slow = (max(1, round(fifths[place])) for place in (1, 4, 7))
    return Lengths(quick, usual, slow)


def expected_wait(people_ahead: int, open_desks: int, lengths: Lengths) -> tuple[int, int]:
    """An honest range in minutes, rounded to five: (at the best, at the worst).

    Of many visits some are long and some short, so the range grows with the root of the rounds. With no
    desk open it is that of one desk. `static/js/line.js` computes the same.
    """
    rounds = people_ahead / max(open_desks, 1)
    low = rounds * lengths.usual - sqrt(rounds) * (lengths.usual - lengths.quick)
    high = (rounds + 1) * lengths.usual + sqrt(rounds + 1) * (lengths.slow - lengths.usual)
    return max(0, floor(low / 5) * 5), max(5, ceil(high / 5) * 5)
