"""Calls by telephone that are owed to citizens whom the network does not carry."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.call_modes import Cause, Mode
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.texts import clean_text
from ..domain.visit_flow import LIVE, By
from ..extensions import db
from ..models import CallBack, Sitting, Visit
from . import audit, reception, topics
from .actor import Actor
from .room import note_mode
from .unit_of_work import Work, safe_to_repeat, unit_of_work

NOTE_MAX = 500
_OWED = CallBack.settled_at.is_(None)


@safe_to_repeat
def ask(visit_id: int, *, by: Actor, now: datetime, key: str) -> CallBack:
    """The officer is to call by telephone; till then the place is kept, to the sitting's end.

    One call is owed at a time: asking again gives the one that is owed.

    Raises:
        NotFound: the visit is not this person's. Conflict: it is not in session, or there is no phone to call.
    """
    with unit_of_work() as work:
        visit = _held(work, visit_id, by)
        owed = work.session.scalar(select(CallBack).where(CallBack.visit_id == visit_id, _OWED))
        if owed is not None:
            return owed
        before = work.session.scalar(
            select(CallBack).where(CallBack.visit_id == visit_id, CallBack.request_key == key)
        )
        if before is not None:
            return before
        if visit.petition.account.phone is None:
            raise Conflict("Người này không có số điện thoại để gọi.")
        if visit.state not in LIVE:
            raise Conflict("Chỉ xin gọi lại được khi cuộc tiếp đang mở.")
        owed = CallBack(visit_id=visit_id, asked_by=by.by, asked_at=now, request_key=key)
        work.session.add(owed)
        sitting = work.session.get_one(Sitting, visit.sitting_id)
        reception.keep_place(work, visit, until=sitting.ends_at)
        note_mode(work, visit, Mode.CALL_BACK, Cause.NETWORK if by.by is By.OFFICER else Cause.CHOICE, now)
        audit.record(work, "call_back.asked", "visit", visit.code, by=by, now=now)
        work.announce(topics.visit(visit), topics.queue(visit.sitting_id))
        return owed


@safe_to_repeat
def settle(call_back_id: int, *, reached: bool, note: str, by: Actor, now: datetime) -> CallBack:
    """The officer has called, and says how it went; saying the same again changes nothing.

    Raises:
        NotFound: not this officer's. InvalidInput: an attempt that reached nobody needs no words, one
        that did needs some, 500 characters at most.
    """
    words = clean_text(note)
    if reached and not words:
        raise InvalidInput("Hãy ghi tóm tắt cuộc gọi.", "note")
    if len(words) > NOTE_MAX:
        raise InvalidInput("Ghi tóm tắt không quá 500 chữ cái.", "note")
    with unit_of_work() as work:
        owed = work.session.get(CallBack, call_back_id, with_for_update=True)
        if owed is None:
            raise NotFound
        visit = _held(work, owed.visit_id, by)
        if owed.settled_at is None:
            owed.settled_at, owed.settled_by_id = now, by.account_id
            owed.reached, owed.note = reached, visit.kept(words)
            audit.record(work, "call_back.settled", "visit", visit.code, by=by, now=now, reached=reached)
            work.announce(topics.visit(visit), topics.queue(visit.sitting_id))
        return owed


def of_visit(visit_id: int) -> list[CallBack]:
    """All calls of a visit, the owed one and those made."""
    return list(
        db.session.scalars(select(CallBack).where(CallBack.visit_id == visit_id).order_by(CallBack.id))
    )


def owed_by(officer_id: int) -> list[CallBack]:
    """The calls that an officer still has to make, the oldest first."""
    query = (
        select(CallBack)
        .join(CallBack.visit)
        .options(joinedload(CallBack.visit).joinedload(Visit.petition))
        .where(Visit.officer_id == officer_id, _OWED)
        .order_by(CallBack.id)
    )
    return list(db.session.scalars(query))


def _held(work: Work, visit_id: int, by: Actor) -> Visit:
    visit = work.session.get(Visit, visit_id, with_for_update=True)
    owner = visit and (visit.officer_id if by.by is By.OFFICER else visit.petition.account_id)
    if visit is None or owner != by.account_id:
        raise NotFound
    return visit
