"""How people in a room could talk, from when to when: what the record says of the line."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from ..domain.call_modes import HUNG_UP, Cause, Mode
from ..domain.errors import NotFound
from ..domain.visit_flow import LIVE
from ..extensions import db
from ..models import ModeChange, Visit
from . import topics
from .actor import Actor
from .unit_of_work import Work, unit_of_work


@dataclass(frozen=True)
class Ways:
    """What each of two gives; None where there are more, or no call."""

    from_officer: Mode | None = None
    from_citizen: Mode | None = None


_ALIKE = Ways()


def change_mode(
    visit_id: int, mode: Mode, cause: Cause, *, by: Actor, now: datetime, ways: Ways = _ALIKE
) -> bool:
    """Keep that people talk in this way from now on; the same again is no change.

    Outside the session nothing is kept, and the answer says so: there is no record yet, or no longer.

    Raises:
        NotFound: the officer does not hold this visit.
    """
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or visit.officer_id != by.account_id:
            raise NotFound
        if visit.state not in LIVE:
            return False
        note_mode(work, visit, mode, cause, now, ways)
        return True


def hang_up(visit_id: int, *, by: Actor, now: datetime) -> bool:
    """Keep that the citizen or the officer ended the call, and that words go on; answers as `change_mode`.

    Raises:
        NotFound: they are neither.
    """
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or by.by not in HUNG_UP:
            raise NotFound
        if by.account_id not in (visit.petition.account_id, visit.officer_id):
            raise NotFound
        if visit.state not in LIVE:
            return False
        note_mode(work, visit, Mode.MESSAGES, HUNG_UP[by.by], now)
        return True


def note_mode(work: Work, visit: Visit, mode: Mode, cause: Cause, now: datetime, ways: Ways = _ALIKE) -> None:
    """The same within a unit of work that has the visit."""
    last = work.session.scalar(_of(visit.id).order_by(ModeChange.id.desc()).limit(1))
    if last is not None and last.mode is mode:
        hung_up = cause in HUNG_UP.values() and last.cause is not cause
        before = Ways(last.from_officer, last.from_citizen)
        if not hung_up and ways in (before, _ALIKE):
            return
    work.session.add(
        ModeChange(
            visit_id=visit.id,
            mode=mode,
            cause=cause,
            at=now,
            from_officer=ways.from_officer,
            from_citizen=ways.from_citizen,
        )
    )
    work.announce(topics.visit(visit))


def mode_changes(visit_id: int) -> list[ModeChange]:
    """In their order: part of the minutes, as each but `VIDEO` departs from decree 154/2026 art. 21.2."""
    return list(db.session.scalars(_of(visit_id).order_by(ModeChange.id)))


def _of(visit_id: int) -> Select[ModeChange]:
    return select(ModeChange).where(ModeChange.visit_id == visit_id)
