"""When the three tasks of a bridge point are due (decree 154/2026 art. 23), over holidays and days worked in lieu."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.preparation import Stage, Task, due_of, stage_of, still_holds
from webapp.domain.working_days import HANOI, WorkingDays, before_working_days, working_days_until
from webapp.services.public_holidays import special_days

VIETNAM = WorkingDays(special_days)


def eight(day: date) -> datetime:
    return datetime.combine(day, time(8), HANOI)


def by_the_end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), HANOI)


@pytest.mark.parametrize(
    ("held", "notice", "test"),
    [
        (date(2026, 12, 14), date(2026, 12, 7), date(2026, 12, 11)),  # a Monday: the weekend is left out
        (date(2027, 2, 15), date(2027, 2, 1), date(2027, 2, 12)),  # over Tết
        (date(2026, 8, 24), date(2026, 8, 18), date(2026, 8, 22)),  # a Saturday that is worked
        (date(2026, 11, 25), date(2026, 11, 17), date(2026, 11, 23)),  # the day after the Day of Culture
    ],
)
def test_days_are_counted_back_from_the_reception_and_leave_out_what_nobody_works(
    held: date, notice: date, test: date
) -> None:
    assert due_of(Task.NOTICE, eight(held), VIETNAM) == by_the_end_of(notice)
    assert due_of(Task.TEST, eight(held), VIETNAM) == by_the_end_of(test)
    assert due_of(Task.CONNECTED, eight(held), VIETNAM) == datetime.combine(held, time(7), HANOI)


@given(st.dates(date(2020, 1, 1), date(2059, 12, 31)), st.integers(1, 30))
def test_the_day_that_is_counted_back_is_worked_and_lies_so_many_working_days_before(
    day: date, days: int
) -> None:
    before = before_working_days(day, days, VIETNAM)
    assert VIETNAM(before)
    assert working_days_until(before, day, VIETNAM) == days


def test_a_notice_holds_for_its_day_and_a_connection_for_its_hour() -> None:
    was = eight(date(2026, 12, 14))
    later, next_day = was + timedelta(hours=2), was + timedelta(days=1)
    assert [still_holds(task, was, later) for task in Task] == [True, True, False]
    assert [still_holds(task, was, next_day) for task in Task] == [False, False, False]


def test_a_task_is_open_then_soon_then_overdue_unless_somebody_signed() -> None:
    due = by_the_end_of(date(2026, 12, 7))
    early, morning, after = due - timedelta(hours=17), due - timedelta(hours=16), due + timedelta(minutes=1)
    found = [stage_of(Task.NOTICE, due, now, None) for now in (early, morning, due, after)]
    assert found == [Stage.OPEN, Stage.SOON, Stage.SOON, Stage.OVERDUE]
    assert stage_of(Task.NOTICE, due, after, False) is Stage.SIGNED
    assert stage_of(Task.NOTICE, due, after, True) is Stage.SIGNED_LATE
