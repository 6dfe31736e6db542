"""The plan of sittings over a year: days, slots, and what speaks against a sitting."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.sitting_plan import (
    Frame,
    Objection,
    Planned,
    all_findings,
    findings,
    for_appointments,
)
from webapp.domain.working_days import WorkingDays, after_working_days
from webapp.models import SittingTemplate
from webapp.services.public_holidays import special_days
from webapp.services.schedule.against import holds_on

HANOI = timezone(timedelta(hours=7))
WORKS = WorkingDays(special_days)
MORNING = Frame(time(8), time(11, 30), 4, 30)
AFTERNOON = Frame(time(13, 30), time(16, 30), 2, 45)


def planned(day: date, *frames: Frame, key: object = "new", hosts: str = "", desks: str = "") -> Planned:
    return Planned(key, day, frames or (MORNING,), frozenset(hosts), frozenset(desks))


def objections(wanted: Planned, *others: Planned, now: datetime, periodic: bool = False) -> list[Objection]:
    return [one.objection for one in findings(wanted, others, WORKS, now=now, periodic=periodic)]


def days_of(template: SittingTemplate, first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if holds_on(template, day, WORKS)]


def test_leaders_receive_on_the_third_tuesday_of_each_month_that_is_worked() -> None:
    monthly = SittingTemplate(weekday=1, nth=3, first_day=date(2026, 1, 1))
    days = days_of(monthly, date(2026, 1, 1), date(2026, 12, 31))
    assert len(days) == 11  # the third Tuesday of February is the last day of the year before: Tết
    assert days[:2] == [date(2026, 1, 20), date(2026, 3, 17)]


def test_no_sitting_falls_on_the_24th_of_november_from_2026_on() -> None:
    weekly = SittingTemplate(weekday=1, nth=0, first_day=date(2025, 1, 1))
    days = days_of(weekly, date(2025, 11, 1), date(2026, 11, 30))
    assert date(2026, 11, 24) not in days
    assert date(2025, 11, 25) in days


def test_a_day_off_is_said_and_so_is_what_is_past() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=HANOI)
    assert objections(planned(date(2027, 1, 1)), now=now) == [Objection.DAY_OFF]
    assert objections(planned(date(2026, 12, 1)), now=now) == [Objection.PAST]
    assert objections(planned(date(2026, 12, 1), AFTERNOON), now=now) == []


def test_a_periodic_sitting_is_announced_five_working_days_ahead() -> None:
    """Law art. 24.4: from Friday the 4th, the first day is Friday the 11th."""
    now = datetime(2026, 12, 4, 16, tzinfo=HANOI)
    assert objections(planned(date(2026, 12, 10)), now=now, periodic=True) == [Objection.LATE]
    assert objections(planned(date(2026, 12, 11)), now=now, periodic=True) == []


def test_a_host_or_a_desk_is_in_one_place_at_one_time() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=HANOI)
    day = date(2026, 12, 15)
    there = planned(day, key="there", hosts="a", desks="1")
    assert objections(planned(day, hosts="ab", desks="12"), there, now=now) == [
        Objection.HOST,
        Objection.DESK,
    ]
    assert objections(planned(day, AFTERNOON, hosts="a"), there, now=now) == []
    assert objections(planned(day, hosts="b"), there, now=now) == []
    assert objections(planned(day, key="there", hosts="a"), there, now=now) == []  # the same, changed


def test_a_break_at_noon_leaves_room_for_another_sitting() -> None:
    day = date(2026, 12, 15)
    both = planned(day, MORNING, AFTERNOON, hosts="a")
    noon = planned(day, Frame(time(11, 30), time(13, 30), 1, 30), key="noon", hosts="a")
    assert not both.meets(noon)


def test_frames_of_one_sitting_follow_each_other() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=HANOI)
    overlapping = planned(date(2026, 12, 15), MORNING, Frame(time(11), time(12), 1, 30))
    assert objections(overlapping, now=now) == [Objection.FRAMES]


def test_places_are_those_of_the_schedule() -> None:
    """As the office counts them: 9:30 to 11:30, four desks, half an hour each."""
    assert Frame(time(9, 30), time(11, 30), 4, 30).places == 16
    assert Frame(time(8), time(9, 30), 4, 30).places == 12


@pytest.mark.parametrize("ends", [time(8), time(8, 29), time(7)], ids=["no time", "too short", "backwards"])
def test_a_frame_without_a_slot_is_none(ends: time) -> None:
    with pytest.raises(ValueError):
        Frame(time(8), ends, 1, 30)


CLOCK = st.integers(0, 24 * 60 - 1).map(lambda at: time(at // 60, at % 60))


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    minutes = draw(st.integers(5, 90))
    starts = draw(st.integers(0, 24 * 60 - 2 - minutes))
    ends = draw(st.integers(starts + minutes, 24 * 60 - 1))
    return Frame(
        time(starts // 60, starts % 60), time(ends // 60, ends % 60), draw(st.integers(0, 9)), minutes
    )


@given(frames())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_slots_follow_each_other_within_their_frame(frame: Frame) -> None:
    at = [slot.hour * 60 + slot.minute for slot in frame.slots()]
    assert at and at[0] == frame.starts.hour * 60 + frame.starts.minute
    assert all(after - before == frame.minutes for before, after in zip(at, at[1:], strict=False))
    assert at[-1] + frame.minutes <= frame.ends.hour * 60 + frame.ends.minute
    assert frame.places == frame.desks * len(at)


@given(st.integers(0, 50), st.integers(0, 100))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_some_places_can_always_be_booked_and_never_more_than_there_are(desks: int, kept: int) -> None:
    bookable = for_appointments(desks, kept)
    assert min(desks, 1) <= bookable <= desks
    assert bookable == desks or kept > 0


TEMPLATES = st.lists(
    st.tuples(
        st.builds(
            SittingTemplate,
            weekday=st.integers(0, 6),
            nth=st.integers(0, 5),
            first_day=st.dates(date(2026, 1, 1), date(2027, 6, 1)),
            last_day=st.none() | st.dates(date(2026, 6, 1), date(2028, 1, 1)),
        ),
        frames(),
        st.text("abc", max_size=2),
        st.text("123", max_size=2),
    ),
    max_size=5,
)


@given(TEMPLATES)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_year_of_templates_has_no_sitting_on_a_day_off_and_tells_each_clash_once(
    templates: list[tuple[SittingTemplate, Frame, str, str]],
) -> None:
    year = [
        planned(day, frame, key=key, hosts=hosts, desks=desks)
        for key, (template, frame, hosts, desks) in enumerate(templates)
        for day in days_of(template, date(2027, 1, 1), date(2027, 12, 31))
    ]
    assert all(WORKS(one.day) for one in year)
    clashes = all_findings(year)
    told = {
        (frozenset((one.against.key, one.other and one.other.key)), one.against.day, one.who)
        for one in clashes
    }
    assert len(told) == len(clashes)
    for clash in clashes:
        assert clash.other is not None and clash.against.meets(clash.other)
        both = (clash.against, clash.other)
        assert all(clash.who in one.hosts | one.desks for one in both)


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_the_first_day_that_is_not_too_late_lies_five_working_days_ahead(today: date) -> None:
    now = datetime.combine(today, time(9), HANOI)
    first = after_working_days(today, 5, WORKS)
    assert Objection.LATE not in objections(planned(first), now=now, periodic=True)
    before = first - timedelta(days=1)
    while not WORKS(before):
        before -= timedelta(days=1)
    if before > today:
        assert Objection.LATE in objections(planned(before), now=now, periodic=True)
