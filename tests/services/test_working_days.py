"""What people can rely on about working days: the law's terms leave out what nobody works on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.working_days import SpecialDay, WorkingDays, after_working_days, working_days_left
from webapp.services.public_holidays import special_days

VIETNAM = WorkingDays(special_days)
WEDNESDAY = date(2026, 11, 25)
DAYS = st.dates(date(2020, 1, 1), date(2059, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (WEDNESDAY, 2, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday: Monday is the first day
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # so it is for what came in on a Saturday
        (WEDNESDAY, 10, date(2026, 12, 9)),
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over the Day of Culture
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day, then a weekend
        (date(2027, 2, 3), 1, date(2027, 2, 11)),  # over Tết
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # the Hùng Kings' day on a Sunday gives the Monday
        (date(2026, 8, 20), 2, date(2026, 8, 22)),  # a Saturday worked for the Monday before National Day
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (WEDNESDAY, 0, WEDNESDAY),
    ],
)
def test_terms_begin_tomorrow_and_leave_out_weekends_holidays_and_days_in_lieu(
    start: date, days: int, last: date
) -> None:
    assert after_working_days(start, days, VIETNAM) == last
    assert working_days_left(start, last, VIETNAM) == days


def test_what_an_admin_corrects_counts_for_more() -> None:
    tet = [SpecialDay(date(2027, 2, day), False, "Nghỉ Tết") for day in (11, 12)]
    swapped = SpecialDay(date(2027, 2, 20), True, "Làm bù")
    corrected = WorkingDays(special_days, [*tet, swapped])
    assert after_working_days(date(2027, 2, 3), 1, corrected) == date(2027, 2, 15)
    assert corrected(swapped.on)
    assert not VIETNAM(swapped.on)
    assert [day for day in corrected.in_year(2027) if corrected.is_corrected(day)] == [
        *(day.on for day in tet),
        swapped.on,
    ]


def test_nothing_is_left_on_the_day_itself_and_after_it() -> None:
    late = [working_days_left(WEDNESDAY + timedelta(days=n), WEDNESDAY, VIETNAM) for n in (0, 1, 30)]
    assert late == [0, 0, 0]


@given(DAYS, st.integers(1, 30))
def test_a_term_ends_on_a_working_day_and_holds_as_many_as_it_says(start: date, days: int) -> None:
    last = after_working_days(start, days, VIETNAM)
    assert VIETNAM(last)
    assert working_days_left(start, last, VIETNAM) == days


@pytest.mark.parametrize("year", range(2026, 2036))
def test_each_year_has_the_days_of_the_labour_code(year: int) -> None:
    """Labour Code art. 112: eleven paid days, and since 2026 the Day of Culture; more when they meet weekends."""
    off = [day for day in special_days(year) if not day.works]
    assert {(1, 1), (4, 30), (5, 1), (9, 2), (11, 24)} <= {(day.on.month, day.on.day) for day in off}
    assert sum("Tết Nguyên Đán" in day.name for day in off) >= 5
    assert len(off) >= 12
