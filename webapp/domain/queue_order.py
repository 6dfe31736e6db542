"""The order in which people are called, the same for officers, citizens and boards.

Sort by (head, effective time, number). The effective time is the slot's start when the person
checked in by then, otherwise the moment they began to wait; priority takes 45 minutes off, but
never reaches before the sitting's start.
"""

from datetime import datetime, timedelta

PRIORITY_HEAD_START = timedelta(minutes=45)


def effective_time(
    *,
    waiting_since: datetime,
    slot_start: datetime | None,
    priority: bool,
    sitting_start: datetime,
) -> datetime:
    """When this person counts as having come.

    >>> from datetime import datetime as d
    >>> effective_time(waiting_since=d(2026, 1, 5, 9, 30), slot_start=None, priority=True,
    ...                sitting_start=d(2026, 1, 5, 8, 0)).strftime("%H:%M")
    '08:45'
    """
    in_time = slot_start is not None and waiting_since <= slot_start
    came = slot_start if in_time and slot_start is not None else waiting_since
    if priority:
        came = max(came - PRIORITY_HEAD_START, min(sitting_start, came))
    return came


def expected_wait(people_ahead: int, open_desks: int, minutes_a_visit: float) -> tuple[int, int]:
    """An honest range in minutes, rounded to five: (at the best, at the worst).

    With no desk open the range is that of one desk.
    """
    rounds = people_ahead / max(open_desks, 1)
    likely = rounds * minutes_a_visit
    low, high = likely * 0.7, (rounds + 1) * minutes_a_visit * 1.2
    return int(low // 5 * 5), max(5, int(-(-high // 5) * 5))
