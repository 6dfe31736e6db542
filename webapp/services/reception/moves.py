"""How a visit changes: the one helper through which every action goes, and what actions share.

A move asks the table for the next state, updates `where state and version are as seen` (no row:
someone was faster), writes an event and says what to announce after the commit. An event's
request key makes the second arrival of the same request answer as the first.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult

from ...domain.codes import new_code
from ...domain.errors import Conflict, DeskBusy, InvalidInput, NotAllowed, NotFound
from ...domain.texts import clean_text
from ...domain.visit_flow import AT_DESK, Action, By, State, VisitTimes, next_state
from ...models import (
    Desk,
    Sitting,
    Visit,
    VisitEvent,
)
from .. import line, reminders, seats, topics
from ..actor import Actor
from ..unit_of_work import Work

TIMES = VisitTimes()
_SEATED = (Action.CALL, Action.ANSWER, Action.RESUME, Action.TRANSFER)
"""Moves after which the room has somebody else in it."""


def reason_of(by: Actor, reason: str) -> str:
    """What was given as a reason. Raises InvalidInput: over 500 characters, or none where an officer owes one."""
    why = clean_text(reason)
    if by.by is By.OFFICER and not why:
        raise InvalidInput("Hãy ghi lý do.", "reason")
    if len(why) > 500:
        raise InvalidInput("Lý do dài quá 500 chữ cái. Hãy rút bớt.", "reason")
    return why


def load(work: Work, visit_id: int) -> Visit:
    visit = work.session.get(Visit, visit_id, with_for_update=True)
    if visit is None:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return visit


def answered_before(work: Work, by: Actor, key: str) -> Visit | None:
    """The visit that this very request already moved."""
    return work.session.scalar(
        select(Visit)
        .join(VisitEvent, VisitEvent.visit_id == Visit.id)
        .where(VisitEvent.actor_id == by.account_id, VisitEvent.request_key == key)
    )


def move(
    work: Work,
    visit: Visit,
    action: Action,
    by: Actor,
    now: datetime,
    *,
    key: str | None = None,
    reason: str = "",
    to_desk: int | None = None,
    **changes: Any,
) -> Visit:
    seen, slot = visit.state, visit.slot_start
    state, stood = next_state(action, seen, by.by), line.standing(work, visit)
    result = work.session.execute(
        update(Visit)
        .where(Visit.id == visit.id, Visit.state == seen, Visit.version == visit.version)
        .values(state=state, version=Visit.version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise Conflict
    work.session.refresh(visit)
    if seen is State.BOOKED and slot is not None and action is not Action.SET_PRIORITY:
        reminders.take_back(work, visit.code, slot)
    if action in _SEATED:
        seats.take(work, visit, now)
    line.note(work, visit, stood, now)
    log_move(work, visit, action, seen, by, now, key=key, reason=reason)
    return visit


def log_move(
    work: Work,
    visit: Visit,
    action: Action,
    seen: State | None,
    by: Actor,
    now: datetime,
    *,
    key: str | None = None,
    reason: str = "",
) -> None:
    work.session.add(
        VisitEvent(
            visit_id=visit.id,
            action=action,
            from_state=seen,
            to_state=visit.state,
            by=by.by,
            actor_id=by.account_id,
            desk_id=visit.desk_id,
            at=now,
            reason=visit.kept(reason),
            request_key=key,
        )
    )
    work.announce(topics.visit(visit), topics.queue(visit.sitting_id))


def next_number(work: Work, sitting_id: int) -> int:
    """One series of numbers in each sitting. Raises Conflict: it was called off, be it while it was being chosen."""
    number = work.session.scalar(
        update(Sitting)
        .where(Sitting.id == sitting_id, Sitting.cancelled_at.is_(None))
        .values(last_number=Sitting.last_number + 1)
        .returning(Sitting.last_number)
    )
    if number is None:
        raise Conflict("Buổi tiếp này không tổ chức nữa. Hãy chọn buổi khác.")
    return number


def new_visit(
    work: Work, petition_id: int, sitting_id: int, bridge_point_id: int | None, priority: bool
) -> Visit:
    return Visit(
        code=new_code(),
        petition_id=petition_id,
        sitting_id=sitting_id,
        bridge_point_id=bridge_point_id,
        number=next_number(work, sitting_id),
        priority=priority,
        version=1,
    )


def not_answered(work: Work, visit: Visit, by: Actor, now: datetime, key: str | None = None) -> Visit:
    if visit.state is State.CALLED and visit.calls >= TIMES.calls_before_no_show:
        return move(work, visit, Action.MARK_NO_SHOW, by, now, key=key, ended_at=now)
    return move(work, visit, Action.SEND_BACK, by, now, key=key, head=True, answer_by=None)


def keep_place(work: Work, visit: Visit, until: datetime) -> None:
    """A longer patience with someone whose line is lost."""
    if visit.state is State.INTERRUPTED:
        visit.kept_until = until


def check_desk(work: Work, visit: Visit, by: Actor) -> None:
    desk = work.session.get(Desk, visit.desk_id) if visit.desk_id else None
    if desk is None or desk.officer_id != by.account_id:
        raise NotAllowed("Lượt tiếp này đang ở bàn khác.")


def hold_free_desk(work: Work, desk_id: int, by: Actor) -> None:
    desk = work.session.get(Desk, desk_id, with_for_update=True)
    if desk is None or desk.officer_id is None or desk.officer_id != by.account_id:
        raise NotAllowed("Hãy mở bàn trước khi gọi số.")
    if desk_has_visit(work, desk_id):
        raise DeskBusy


def desk_has_visit(work: Work, desk_id: int) -> bool:
    return (
        work.session.scalar(select(Visit.id).where(Visit.desk_id == desk_id, Visit.state.in_(AT_DESK)))
        is not None
    )


def desk_is_free(work: Work, visit: Visit) -> bool:
    desk = work.session.get(Desk, visit.desk_id, with_for_update=True) if visit.desk_id else None
    return desk is not None and desk.officer_id == visit.officer_id and not desk_has_visit(work, desk.id)
