"""Desks: opened and closed by officers; one officer a desk, one desk an officer."""

from datetime import datetime

from sqlalchemy import delete, not_, or_, select

from ..domain.errors import Conflict, DeskTaken, NotAllowed, NotFound
from ..domain.visit_flow import AT_DESK
from ..extensions import db
from ..models import Account, Desk, DeskSitting, FrameDuty, Sitting, SittingFrame, Visit
from . import audit, queue, topics
from .actor import Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work


def all_desks() -> list[Desk]:
    return list(db.session.scalars(select(Desk).order_by(Desk.number)))


def held_by(account_id: int) -> Desk | None:
    """The desk that the officer holds."""
    return db.session.scalar(select(Desk).where(Desk.officer_id == account_id))


def sitting_of(account_id: int, now: datetime, *, asked: int | None = None) -> Sitting | None:
    """In which of the sittings that are open now an officer works; none: none is open.

    The one they ask for; else that of their desk, until a frame begins in which they are on duty elsewhere;
    else that of the frame; else the first, regular ones before others.
    """
    opened = {one.id: one for one in queue.open_sittings(now)}
    if asked in opened:
        return opened[asked]
    duty = db.session.execute(
        select(SittingFrame.sitting_id, SittingFrame.starts_at)
        .join(FrameDuty, FrameDuty.frame_id == SittingFrame.id)
        .where(
            FrameDuty.account_id == account_id,
            SittingFrame.starts_at <= now,
            SittingFrame.ends_at > now,
            SittingFrame.sitting_id.in_(opened),
        )
        .order_by(SittingFrame.starts_at.desc(), SittingFrame.id)
    ).first()
    held = select(DeskSitting).join(Desk, Desk.id == DeskSitting.desk_id).where(Desk.officer_id == account_id)
    kept = db.session.scalar(held)
    if kept is not None and kept.sitting_id in opened and (duty is None or kept.since >= duty.starts_at):
        return opened[kept.sitting_id]
    return opened[duty.sitting_id] if duty else next(iter(opened.values()), None)


def choose_sitting(sitting_id: int, *, by: Actor, now: datetime) -> None:
    """The officer's desk works in this sitting from now on. Raises Conflict: not open, or no desk is held."""
    if all(one.id != sitting_id for one in queue.open_sittings(now)):
        raise Conflict("Buổi tiếp này chưa mở hoặc đã hết giờ. Hãy chọn buổi khác.")
    with unit_of_work() as work:
        desk = work.session.scalar(select(Desk).where(Desk.officer_id == by.account_id).with_for_update())
        if desk is None:
            raise Conflict("Hãy mở bàn trước.")
        works_in(work, desk.id, sitting_id, now, chosen=True)


def works_in(work: Work, desk_id: int, sitting_id: int, now: datetime, *, chosen: bool = False) -> None:
    """The desk, whose row is held, works in this sitting: people who wait there count on it, others no more."""
    kept = work.session.get(DeskSitting, desk_id)
    if kept is not None and kept.sitting_id == sitting_id:
        kept.since = now if chosen else kept.since
        return
    if kept is None:
        kept = DeskSitting(desk_id=desk_id)
        work.session.add(kept)
    kept.sitting_id, kept.since = sitting_id, now
    work.announce("desks")


def _works_nowhere(work: Work, desk_id: int) -> None:
    work.session.execute(delete(DeskSitting).where(DeskSitting.desk_id == desk_id))


def forget(now: datetime) -> int:
    """Desks are free for any sitting again when theirs is over or called off; says how many."""
    db.session.rollback()  # see what others have written since
    over = (
        select(DeskSitting.desk_id)
        .join(Sitting, Sitting.id == DeskSitting.sitting_id)
        .where(or_(Sitting.ends_at <= now, not_(Sitting.held())))
    )
    found = list(db.session.scalars(over))
    if not found:
        return 0  # looking takes no writer's place
    with unit_of_work() as work:
        work.session.execute(delete(DeskSitting).where(DeskSitting.desk_id.in_(over)))
        work.announce("desks")
    return len(found)


@safe_to_repeat
def open_desk(desk_id: int, *, by: Actor, now: datetime, sitting_id: int | None = None) -> Desk:
    """Sit down at a desk, for a sitting that is open where one is asked for; sitting down twice is sitting.

    Raises:
        DeskTaken: another officer holds it. Conflict: one holds another desk.
        NotAllowed: no desk rights.
    """
    sitting = sitting_of(by.account_id, now, asked=sitting_id) if by.account_id else None
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
        _works_nowhere(work, desk_id)
        if sitting is not None:
            works_in(work, desk_id, sitting.id, now)
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
        _works_nowhere(work, desk.id)
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
        _works_nowhere(work, desk_id)
        audit.record(work, "desk_closed", "desk", desk.id, by=by, now=now)
        work.announce("desks")
        return desk
