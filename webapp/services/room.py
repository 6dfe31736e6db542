"""How people in a room could talk, from when to when: what the record says of the line."""

from datetime import datetime

from sqlalchemy import Select, select

from ..domain.call_modes import Cause, Mode
from ..domain.errors import NotFound
from ..domain.visit_flow import LIVE
from ..extensions import db
from ..models import ModeChange, Visit
from . import topics
from .actor import Actor
from .unit_of_work import Work, unit_of_work


def change_mode(visit_id: int, mode: Mode, cause: Cause, *, by: Actor, now: datetime) -> bool:
    """Keep that people talk in this way from now on; the same mode again is no change.

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
        note_mode(work, visit, mode, cause, now)
        return True


def note_mode(work: Work, visit: Visit, mode: Mode, cause: Cause, now: datetime) -> None:
    """The same within a unit of work that has the visit."""
    last = work.session.scalar(_of(visit.id).order_by(ModeChange.id.desc()).limit(1))
    if last is not None and last.mode is mode:
        return
    work.session.add(ModeChange(visit_id=visit.id, mode=mode, cause=cause, at=now))
    work.announce(topics.visit(visit))


def mode_changes(visit_id: int) -> list[ModeChange]:
    """In their order: part of the minutes, as each but `VIDEO` departs from decree 154/2026 art. 21.2."""
    return list(db.session.scalars(_of(visit_id).order_by(ModeChange.id)))


def _of(visit_id: int) -> Select[ModeChange]:
    return select(ModeChange).where(ModeChange.visit_id == visit_id)
