"""The citizen's moves: coming, waiting, answering, going, coming back."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from ...domain.errors import Conflict
from ...domain.queue_order import effective_time
from ...domain.visit_flow import Action, State
from ...models import (
    Sitting,
    Visit,
)
from .. import line, recordings
from ..actor import Actor
from ..unit_of_work import safe_to_repeat, unit_of_work
from .moves import (
    TIMES,
    answered_before,
    desk_is_free,
    load,
    move,
    reason_of,
)


def check_in(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """A booked citizen has come: from 30 minutes before the slot to the sitting's end."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        sitting = work.session.get_one(Sitting, visit.sitting_id)
        if not check_in_from(visit) <= now < sitting.ends_at:
            raise Conflict("Chưa đến giờ báo có mặt, hoặc buổi tiếp đã hết giờ.")
        effective = effective_time(
            waiting_since=now,
            slot_start=visit.slot_start,
            priority=visit.priority,
            sitting_start=sitting.starts_at,
        )
        return move(work, visit, Action.CHECK_IN, by, now, key=key, waiting_since=now, effective_at=effective)


def check_in_from(visit: Visit) -> datetime:
    """From when on whoever has a place may say that they are there; to the sitting's end."""
    return (visit.slot_start or visit.sitting.starts_at) - TIMES.check_in_before


def come_back_until(visit: Visit) -> datetime:
    """Until when whoever missed the call may come back."""
    ends = visit.sitting.ends_at
    return min(visit.ended_at + TIMES.come_back, ends) if visit.ended_at is not None else ends


def cancel(visit_id: int, *, by: Actor, now: datetime, key: str, reason: str = "") -> Visit:
    """Give the place up before being called; an officer gives a reason."""
    return _simple(visit_id, Action.CANCEL, by, now, key, reason_of(by, reason), ended_at=now)


def leave(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """The citizen goes away from the queue."""
    return _simple(visit_id, Action.LEAVE, by, now, key, ended_at=now)


def step_out(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Let the next one go first for at most ten minutes; twice at most."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        if visit.step_outs >= TIMES.step_outs:
            raise Conflict("Ông/Bà đã nhường lượt hai lần rồi.")
        until = now + TIMES.step_out
        gone = move(
            work,
            visit,
            Action.STEP_OUT,
            by,
            now,
            key=key,
            stepped_out_until=until,
            step_outs=visit.step_outs + 1,
        )
        line.tell_who_is_near(work, visit.sitting_id, now)
        return gone


def step_back(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Whoever stepped out is there again, and can be called from now on."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        there = move(work, visit, Action.STEP_BACK, by, now, key=key, stepped_out_until=None)
        line.tell_who_is_near(work, visit.sitting_id, now)
        return there


def wait_a_little(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Three minutes more to answer the call; once."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        if visit.waited_a_little or visit.answer_by is None:
            raise Conflict("Ông/Bà đã xin chờ thêm một lần rồi.")
        answer_by = visit.answer_by + TIMES.wait_a_little
        return move(
            work, visit, Action.WAIT_A_LITTLE, by, now, key=key, answer_by=answer_by, waited_a_little=True
        )


def enter_room(visit_id: int, *, by: Actor, now: datetime) -> Visit:
    """The citizen's coming into the room: answers the call, or resumes after a lost line.

    In any other state nothing happens but that the citizen has been seen.
    """
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if visit.state is State.CALLED:
            recordings.begin(work, visit, now)
            # Whoever loses the line later and is called anew has again as many calls as everyone.
            return move(
                work,
                visit,
                Action.ANSWER,
                by,
                now,
                seen_at=now,
                answered_at=visit.answered_at or now,
                calls=0,
            )
        if visit.state is State.INTERRUPTED:
            if desk_is_free(work, visit):
                return move(work, visit, Action.RESUME, by, now, seen_at=now, kept_until=None)
            kept = visit.kept_until is not None and now <= visit.kept_until
            until = visit.kept_until if kept else None  # while it lasts the sitting's end puts nobody off
            return move(work, visit, Action.RESUME_WAITING, by, now, seen_at=now, head=kept, kept_until=until)
        visit.seen_at = now
        return visit


def sign_of_life(visit_id: int, *, now: datetime) -> None:
    """The citizen is there (socket, request or media): no announcement, at most every five seconds."""
    with unit_of_work() as work:
        work.session.execute(update(Visit).where(Visit.id == visit_id).values(seen_at=now))


@safe_to_repeat
def come_back(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Who missed the call is next in line again, within an hour and while the sitting is open."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        sitting = work.session.get_one(Sitting, visit.sitting_id)
        if visit.state is State.NO_SHOW and not (now <= come_back_until(visit) and sitting.is_open(now)):
            raise Conflict("Đã quá một giờ hoặc buổi tiếp đã hết. Hãy lấy số ở buổi khác.")
        return move(
            work,
            visit,
            Action.COME_BACK,
            by,
            now,
            key=key,
            head=True,
            calls=0,
            ended_at=None,
            waiting_since=visit.waiting_since or now,
            effective_at=visit.effective_at or now,
        )


def _simple(
    visit_id: int, action: Action, by: Actor, now: datetime, key: str, reason: str = "", **changes: Any
) -> Visit:
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        return move(work, visit, action, by, now, key=key, reason=reason, **changes)
