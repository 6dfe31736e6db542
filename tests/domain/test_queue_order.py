"""The order of the queue as it is told to people, with the examples that they are told."""

from datetime import datetime, timedelta

import pytest

from webapp.domain.queue_order import Lengths, effective_time, expected_wait, lengths_of


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-25T{clock}:00+07:00")


def counted(came: str, slot: str | None = None, priority: bool = False, opens: str = "08:00") -> str:
    """The time on the clock that counts for the place in the queue."""
    moment = effective_time(
        waiting_since=at(came),
        slot_start=at(slot) if slot else None,
        priority=priority,
        sitting_start=at(opens),
    )
    return moment.strftime("%H:%M")


@pytest.mark.parametrize(
    ("came", "slot", "priority", "counts"),
    [
        ("08:50", "09:00", False, "09:00"),
        ("09:00", "09:00", False, "09:00"),
        ("09:20", "09:00", False, "09:20"),
        ("09:30", None, False, "09:30"),
        ("09:30", None, True, "08:45"),
        ("08:50", "09:00", True, "08:15"),
        ("09:20", "09:00", True, "08:35"),
    ],
)
def test_a_slot_counts_for_who_is_in_time_and_priority_is_45_minutes(
    came: str, slot: str | None, priority: bool, counts: str
) -> None:
    assert counted(came, slot, priority) == counts


@pytest.mark.parametrize("came", ["08:00", "08:01", "08:44", "08:45"])
def test_priority_never_reaches_before_the_sittings_start(came: str) -> None:
    assert counted(came, priority=True) == "08:00"


def test_who_checked_in_before_the_sitting_keeps_their_slot() -> None:
    assert counted("07:40", "08:00") == "08:00"
    assert counted("07:40", "08:00", priority=True) == "08:00"


def test_an_80_year_old_goes_before_the_nine_oclock_slot() -> None:
    queue = [
        (False, counted("08:50", "09:00"), 1),
        (False, counted("09:30", priority=True), 2),
        (False, counted("08:40"), 3),
        (False, counted("09:20", "09:00"), 4),
        (True, counted("10:00"), 5),
    ]
    order = [number for _, _, number in sorted(queue, key=lambda place: (not place[0], *place[1:]))]
    assert order == [5, 3, 2, 1, 4], "next in line, 8:40, the 80-year-old, the 9:00 slot, who came late"


def test_priority_never_makes_anyone_later() -> None:
    for minutes in range(-60, 600, 7):
        came = at("08:00") + timedelta(minutes=minutes)
        for slot in (None, at("09:00"), at("12:30")):
            usual, first = (
                effective_time(
                    waiting_since=came, slot_start=slot, priority=priority, sitting_start=at("08:00")
                )
                for priority in (False, True)
            )
            assert usual - timedelta(minutes=45) <= first <= usual
            assert first >= min(at("08:00"), usual)


USUAL = Lengths(8, 15, 26)


def test_the_expected_wait_is_a_range_in_fives_that_holds_the_likely_wait() -> None:
    for ahead in range(40):
        low, high = expected_wait(ahead, 2, USUAL)
        assert 0 <= low <= ahead / 2 * 15 <= high
        assert low % 5 == high % 5 == 0
        assert high > 0, "nobody is promised no wait at all"


def test_more_people_ahead_mean_no_shorter_wait_and_more_desks_no_longer_one() -> None:
    by_people = [expected_wait(ahead, 3, USUAL) for ahead in range(30)]
    by_desks = [expected_wait(20, desks, USUAL) for desks in range(1, 12)]
    assert by_people == sorted(by_people)
    assert by_people[0] < by_people[-1]
    assert by_desks == sorted(by_desks, reverse=True)
    assert by_desks[0] > by_desks[-1]


def test_days_whose_visits_differ_more_give_wider_ranges() -> None:
    even, uneven = (expected_wait(6, 2, lengths) for lengths in (Lengths(14, 15, 16), USUAL))
    assert uneven[0] < even[0] and uneven[1] > even[1]


def test_a_few_visits_tell_nothing_of_the_next_ones() -> None:
    assert lengths_of([10.0] * 4) is None
    assert lengths_of([10.0] * 5) == Lengths(10, 10, 10)
    assert lengths_of([0.1] * 9) == Lengths(1, 1, 1), "nobody is told of visits that take no time"
