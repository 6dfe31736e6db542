"""Vietnam's public holidays, as the package `holidays` knows them: the lunar ones, days in lieu, swaps.

It has Vietnam's Culture Day too (24 November, from 2026 on). What it cannot know ahead is corrected by an admin:
the days of Tết are chosen each year by the government, days are swapped, holidays are added.
"""

from functools import lru_cache

from holidays import country_holidays

from ..domain.texts import N_
from ..domain.working_days import SpecialDay

_LANGUAGES = {"vi": "vi", "en": "en_US"}
WORKED = N_("Làm bù")


@lru_cache(maxsize=64)
def special_days(year: int, language: str = "vi") -> tuple[SpecialDay, ...]:
    """Days off, on whichever weekday, and weekend days that are worked instead, named in Vietnamese or English."""
    # A day worked in this year's place may be swapped for one off in the next.
    known = country_holidays("VN", years=(year, year + 1), language=_LANGUAGES[language])
    off = [SpecialDay(on, False, name) for on, name in known.items() if on.year == year]
    worked = [SpecialDay(on, True, WORKED) for on in known.weekend_workdays if on.year == year]
    return (*off, *worked)
