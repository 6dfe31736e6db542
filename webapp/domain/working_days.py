"""Days on which offices work: weekdays but for the days off, and weekend days worked in their place.

A term of working days leaves the others out and begins on the day after the event. All days are those of
Hanoi.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def day_in_hanoi(moment: datetime) -> date:
    """The day that calendars in Hanoi show at this moment."""
    return moment.astimezone(HANOI).date()


@dataclass(frozen=True)
class SpecialDay:
    """A weekday off or a weekend day that is worked, and why: a holiday, a day in lieu, a swap."""

    on: date
    works: bool
    name: str


WorkingDay = Callable[[date], bool]

_SATURDAY = 5


class WorkingDays:
    """What `of_year` knows of each year, and the corrections that count for more.

    >>> days = WorkingDays(lambda year: [SpecialDay(date(year, 5, 1), False, "1/5")])
    >>> days(date(2026, 5, 1)), days(date(2026, 5, 4)), days(date(2026, 5, 2))
    (False, True, False)
    """

    def __init__(
        self, of_year: Callable[[int], Iterable[SpecialDay]], corrections: Iterable[SpecialDay] = ()
    ) -> None:
        self._of_year = of_year
        self._corrections = {day.on: day for day in corrections}
        self._years: dict[int, Mapping[date, SpecialDay]] = {}

    def __call__(self, day: date) -> bool:
        """Whether offices work on this day."""
        special = self.special(day)
        return special.works if special else day.weekday() < _SATURDAY

    def special(self, day: date) -> SpecialDay | None:
        """What makes this day another than its weekday does, if anything."""
        return self.in_year(day.year).get(day)

    def in_year(self, year: int) -> Mapping[date, SpecialDay]:
        """Every special day of a year, in order."""
        if year not in self._years:
            known = {day.on: day for day in self._of_year(year)}
            known |= {on: day for on, day in self._corrections.items() if on.year == year}
            self._years[year] = dict(sorted(known.items()))
        return self._years[year]

    def is_corrected(self, day: date) -> bool:
        return day in self._corrections


def after_working_days(start: date, days: int, works: WorkingDay) -> date:
    """The last day of a term of so many working days, of which the day after `start` may be the first.

    >>> after_working_days(date(2026, 11, 27), 2, lambda day: day.weekday() < 5)
    datetime.date(2026, 12, 1)
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= works(day)
    return day


def before_working_days(day: date, days: int, works: WorkingDay) -> date:
    """The latest day that is so many working days before another, which itself is not counted.

    >>> before_working_days(date(2026, 11, 30), 2, lambda day: day.weekday() < 5)
    datetime.date(2026, 11, 26)
    """
    while days > 0:
        day -= timedelta(days=1)
        days -= works(day)
    return day


def working_days_until(day: date, other: date, works: WorkingDay) -> int:
    """How many working days before another a day is, itself counted: what `before_working_days` counts back."""
    return sum(works(day + timedelta(days=n)) for n in range((other - day).days))


def working_days_left(today: date, due: date, works: WorkingDay) -> int:
    """Working days from tomorrow to the due day, both counted; 0 on the day itself and later."""
    days = (today + timedelta(days=n) for n in range(1, (due - today).days + 1))
    return sum(works(day) for day in days)
