"""Desks: opened and closed by officers; one officer a desk, one desk an officer."""

from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, DeskTaken, NotAllowed, NotFound
from ..domain.visit_flow import AT_DESK
from ..extensions import db
from ..models import Account, Desk, Visit
from . import audit, topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work


def all_desks() -> list[Desk]:
    return list(db.session.scalars(select(Desk).order_by(Desk.number)))


def held_by(account_id: int) -> Desk | None:
    """The desk that the officer holds."""
    return db.session.scalar(select(Desk).where(Desk.officer_id == account_id))


@safe_to_repeat
def open_desk(desk_id: int, *, by: Actor, now: datetime) -> Desk:
    """Sit down at a desk; sitting down twice is sitting.

    Raises:
        DeskTaken: another officer holds it. Conflict: one holds another desk.
        NotAllowed: no desk rights.
    """
    with unit_of_work() as work:
        account = work.session.get_one(Account, by.account_id)
        if not account.desk_rights or account.disabled:
            raise NotAllowed("Anh/chị chưa được phân quyền ngồi bàn tiếp.")
        desk = work.session.get(Desk, desk_id, with_for_update=True)
        if desk is None:
            raise NotFound
        if desk.officer_id == by.account_id:
            return desk
        if desk.officer_id is not None:
            raise DeskTaken
        if work.session.scalar(select(Desk.id).where(Desk.officer_id == by.account_id)):
            raise Conflict("Anh/chị đang ngồi bàn khác. Hãy đóng bàn đó trước.")
        desk.officer_id, desk.opened_at = by.account_id, now
        work.session.flush()
        _take_over(work, desk_id, by)
        audit.record(work, "desk_opened", "desk", desk.id, by=by, now=now)
        work.announce("desks")
        return desk


def _take_over(work: Work, desk_id: int, by: Actor) -> None:
    """A visit that a colleague had to leave at this desk is now this officer's."""
    for visit in work.session.scalars(
        select(Visit).where(Visit.desk_id == desk_id, Visit.state.in_(AT_DESK))
    ):
        visit.officer_id = by.account_id
        visit.version += 1
        work.announce(topics.visit(visit), topics.queue(visit.sitting_id))


def release(work: Work, account_id: int) -> None:
    """Take the officer from the desk, whose rights ended; a visit in hand waits there for a colleague."""
    for desk in work.session.scalars(select(Desk).where(Desk.officer_id == account_id)):
        desk.officer_id = desk.opened_at = None
        work.announce("desks")


def close_desk(desk_id: int, *, by: Actor, now: datetime) -> Desk:
    """Stand up.

    Raises:
        Conflict: a visit is in hand. NotFound: one does not hold this desk.
    """
    with unit_of_work() as work:
        desk = work.session.get(Desk, desk_id, with_for_update=True)
        if desk is None or desk.officer_id != by.account_id:
            raise NotFound
        if work.session.scalar(select(Visit.id).where(Visit.desk_id == desk_id, Visit.state.in_(AT_DESK))):
            raise Conflict("Bàn đang có lượt tiếp. Hãy kết thúc hoặc trả số trước khi đóng bàn.")
        desk.officer_id = desk.opened_at = None
        audit.record(work, "desk_closed", "desk", desk.id, by=by, now=now)
        work.announce("desks")
        return desk
