"""The working days of the office: public holidays, and what an admin corrected of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ..domain.errors import InvalidInput
from ..domain.texts import N_, clean_line
from ..domain.visit_flow import OPEN_STATES
from ..domain.working_days import HANOI, SpecialDay, WorkingDays
from ..extensions import db
from ..models import CalendarChange, CalendarDay, Sitting, Visit
from . import audit
from .actor import Actor
from .public_holidays import special_days
from .unit_of_work import safe_to_repeat, unit_of_work

FIRST_YEAR, LAST_YEAR = 2020, 2060
"""What the page offers; earlier petitions are no deadline's, later years nobody's plan."""

_LONGEST_NAME = 120


def working_days(language: str = "vi") -> WorkingDays:
    """The calendar as it stands now, holidays named in this language."""
    return WorkingDays(
        partial(special_days, language=language),
        [_as_special(day) for day in db.session.scalars(select(CalendarDay))],
    )


def as_it_stood(then: datetime) -> WorkingDays:
    """The calendar by which a day was told at that moment: corrections of later do not move it."""
    said = db.session.scalars(
        select(CalendarChange).where(CalendarChange.at <= then).order_by(CalendarChange.id)
    )
    last = {one.day: one.works for one in said}
    days = [SpecialDay(day, works, "") for day, works in last.items() if works is not None]
    return WorkingDays(special_days, days)


def _as_special(row: CalendarDay) -> SpecialDay:
    return SpecialDay(row.day, row.works, row.name)


@dataclass(frozen=True)
class Listed:
    """A special day as an admin sees it."""

    day: SpecialDay
    corrected: bool


def in_year(year: int, language: str = "vi") -> list[Listed]:
    """Every special day of a year, in order."""
    days = working_days(language)
    return [Listed(day, days.is_corrected(on)) for on, day in days.in_year(year).items()]


@dataclass(frozen=True)
class Held:
    """A sitting that stands on a day, and how many people have a place in it."""

    sitting_id: int
    host: str
    starts_at: datetime
    people: int


class HeldThatDay(InvalidInput):
    """Nothing was saved: sittings stand on the day, whose people would come to a shut door."""

    message = N_("Hôm đó đã có buổi tiếp. Xem các buổi ghi ở dưới, đánh dấu đã xem rồi ghi lại.")

    def __init__(self, held: Sequence[Held]):
        super().__init__(field="day")
        self.held = tuple(held)


@safe_to_repeat
def correct(day: date, works: bool, name: str, *, by: Actor, now: datetime, seen: bool = False) -> None:
    """This day is worked, or not, whatever its weekday and the holidays say. A second word on it replaces the first.

    Days that were told before stay (`as_it_stood`); what is told from now on follows. Sittings stay where they are,
    to be moved or called off one by one: that was `seen`.

    Raises:
        InvalidInput: no name, or a year that is not offered.
        HeldThatDay: a day off on which sittings stand, and that was not seen yet.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput("Ngày này không nằm trong lịch.", "day")
    said = clean_line(name)
    if not said:
        raise InvalidInput("Hãy ghi lý do, ví dụ: Nghỉ Tết, Làm bù.", "name")
    if len(said) > _LONGEST_NAME:
        raise InvalidInput("Lý do dài quá 120 chữ.", "name")
    with unit_of_work() as work:
        row = work.session.get(CalendarDay, day)
        if row is not None and (row.works, row.name) == (works, said):
            return
        if not works and not seen and (held := _held_on(work.session, day)):
            raise HeldThatDay(held)
        if row is None:
            row = CalendarDay(day=day)
            work.session.add(row)
        row.works, row.name, row.changed_at, row.changed_by_id = works, said, now, by.account_id
        work.session.add(CalendarChange(day=day, works=works, at=now))
        audit.record(work, "calendar_corrected", "calendar_day", day, by=by, now=now, works=works)


@safe_to_repeat
def restore(day: date, *, by: Actor, now: datetime) -> None:
    """Takes a correction back; none is there any more when it comes twice."""
    with unit_of_work() as work:
        row = work.session.get(CalendarDay, day)
        if row is None:
            return
        work.session.delete(row)
        work.session.add(CalendarChange(day=day, works=None, at=now))
        audit.record(work, "calendar_restored", "calendar_day", day, by=by, now=now)


def _held_on(session: Session, day: date) -> list[Held]:
    begins = datetime.combine(day, time(), HANOI)
    comes = and_(Visit.sitting_id == Sitting.id, Visit.state.in_(OPEN_STATES))
    query = (
        select(Sitting.id, Sitting.host, Sitting.starts_at, func.count(Visit.id))
        .outerjoin(Visit, comes)
        .where(Sitting.starts_at >= begins, Sitting.starts_at < begins + timedelta(days=1), Sitting.held())
        .group_by(Sitting.id, Sitting.host, Sitting.starts_at)
        .order_by(Sitting.starts_at, Sitting.id)
    )
    return [Held(*row) for row in session.execute(query)]
