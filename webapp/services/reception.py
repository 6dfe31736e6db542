"""Every change of a visit: one short function an action, all through `_move`.

A move asks the table for the next state, updates `where state and version are as seen` (no row:
someone was faster), writes an event and says what to announce after the commit. An event's
request key makes the second arrival of the same request answer as the first.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.engine import CursorResult

from ..domain.codes import new_code
from ..domain.errors import Conflict, DeskBusy, InvalidInput, NotAllowed, NotFound, QueueEmpty
from ..domain.outcomes import OutcomeKind, RefusalGround, check_outcome
from ..domain.petition_kinds import Gate
from ..domain.queue_order import effective_time
from ..domain.texts import clean_text
from ..domain.visit_flow import AT_DESK, OPEN_STATES, Action, By, State, VisitTimes, next_state
from ..extensions import db
from ..models import (
    BridgePoint,
    Desk,
    Outcome,
    Petition,
    Sitting,
    SittingKind,
    SittingMode,
    SittingPlace,
    Visit,
    VisitEvent,
)
from . import petitions, topics
from .actor import SYSTEM, Actor
from .unit_of_work import Work, safe_to_repeat, unit_of_work

TIMES = VisitTimes()


# Taking a place


@safe_to_repeat
def take_number(
    petition_id: int,
    sitting_id: int,
    *,
    bridge_point_id: int | None,
    priority: bool = False,
    by: Actor,
    now: datetime,
    key: str,
) -> Visit:
    """A number in a sitting that is open now; a petition that has an open visit gets that one.

    Raises:
        Conflict: the sitting is shut, or the petition is received in person.
        InvalidInput: the place is not offered.
    """
    with unit_of_work() as work:
        before = _answered_before(work, by, key) or _open_visit(work, petition_id)
        if before is not None:
            return before
        petition = work.session.get_one(Petition, petition_id)
        if petition.gate is Gate.IN_PERSON:
            raise Conflict("Việc này được tiếp trực tiếp để giữ kín tên Ông/Bà, không lấy số trên mạng.")
        sitting = work.session.get(Sitting, sitting_id)
        if sitting is None or sitting.mode is not SittingMode.ONLINE or not sitting.is_open(now):
            raise Conflict("Buổi tiếp này chưa mở hoặc đã hết giờ. Hãy chọn buổi khác.")
        _check_place(work, sitting, bridge_point_id)
        visit = _new_visit(work, petition_id, sitting_id, bridge_point_id, priority)
        visit.state = next_state(Action.TAKE_NUMBER, None, by.by)
        visit.waiting_since = now
        visit.effective_at = effective_time(
            waiting_since=now, slot_start=None, priority=priority, sitting_start=sitting.starts_at
        )
        work.session.add(visit)
        work.session.flush()
        _log(work, visit, Action.TAKE_NUMBER, None, by, now, key=key)
        return visit


def _open_visit(work: Work, petition_id: int) -> Visit | None:
    return work.session.scalar(
        select(Visit).where(Visit.petition_id == petition_id, Visit.state.in_(OPEN_STATES))
    )


def _check_place(work: Work, sitting: Sitting, bridge_point_id: int | None) -> None:
    offered = (
        sitting.home_offered
        if bridge_point_id is None
        else work.session.get(SittingPlace, (sitting.id, bridge_point_id)) is not None
    )
    if not offered:
        raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")


def _new_visit(
    work: Work, petition_id: int, sitting_id: int, bridge_point_id: int | None, priority: bool
) -> Visit:
    number = work.session.scalar(
        update(Sitting)
        .where(Sitting.id == sitting_id)
        .values(last_number=Sitting.last_number + 1)
        .returning(Sitting.last_number)
    )
    return Visit(
        code=new_code(),
        petition_id=petition_id,
        sitting_id=sitting_id,
        bridge_point_id=bridge_point_id,
        number=number,
        priority=priority,
        version=1,
    )


# The citizen's moves


def check_in(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """A booked citizen has come: from 30 minutes before the slot to the sitting's end."""
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        sitting = work.session.get_one(Sitting, visit.sitting_id)
        opens = (visit.slot_start or sitting.starts_at) - TIMES.check_in_before
        if not opens <= now < sitting.ends_at:
            raise Conflict("Chưa đến giờ báo có mặt, hoặc buổi tiếp đã hết giờ.")
        effective = effective_time(
            waiting_since=now,
            slot_start=visit.slot_start,
            priority=visit.priority,
            sitting_start=sitting.starts_at,
        )
        return _move(
            work, visit, Action.CHECK_IN, by, now, key=key, waiting_since=now, effective_at=effective
        )


def cancel(visit_id: int, *, by: Actor, now: datetime, key: str, reason: str = "") -> Visit:
    """Give the place up before being called; an officer gives a reason."""
    return _simple(visit_id, Action.CANCEL, by, now, key, _reason_of(by, reason), ended_at=now)


def leave(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """The citizen goes away from the queue."""
    return _simple(visit_id, Action.LEAVE, by, now, key, ended_at=now)


def step_out(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Let the next one go first for at most ten minutes; twice at most."""
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        if visit.step_outs >= TIMES.step_outs:
            raise Conflict("Ông/Bà đã nhường lượt hai lần rồi.")
        until = now + TIMES.step_out
        return _move(
            work,
            visit,
            Action.STEP_OUT,
            by,
            now,
            key=key,
            stepped_out_until=until,
            step_outs=visit.step_outs + 1,
        )


def wait_a_little(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Three minutes more to answer the call; once."""
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        if visit.waited_a_little or visit.answer_by is None:
            raise Conflict("Ông/Bà đã xin chờ thêm một lần rồi.")
        answer_by = visit.answer_by + TIMES.wait_a_little
        return _move(
            work, visit, Action.WAIT_A_LITTLE, by, now, key=key, answer_by=answer_by, waited_a_little=True
        )


def enter_room(visit_id: int, *, by: Actor, now: datetime) -> Visit:
    """The citizen's coming into the room: answers the call, or resumes after a lost line.

    In any other state nothing happens but that the citizen has been seen.
    """
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if visit.state is State.CALLED:
            return _move(
                work, visit, Action.ANSWER, by, now, seen_at=now, answered_at=visit.answered_at or now
            )
        if visit.state is State.INTERRUPTED:
            if _desk_is_free(work, visit):
                return _move(work, visit, Action.RESUME, by, now, seen_at=now, kept_until=None)
            kept = visit.kept_until is not None and now <= visit.kept_until
            return _move(work, visit, Action.RESUME_WAITING, by, now, seen_at=now, head=kept, kept_until=None)
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
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        sitting = work.session.get_one(Sitting, visit.sitting_id)
        in_time = visit.ended_at is not None and now <= visit.ended_at + TIMES.come_back
        if visit.state is State.NO_SHOW and not (in_time and sitting.is_open(now)):
            raise Conflict("Đã quá một giờ hoặc buổi tiếp đã hết. Hãy lấy số ở buổi khác.")
        return _move(
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


# The officer's moves


def call_next(desk_id: int, sitting_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Call whoever is first in line to the desk.

    The request's second copy, and a press while the desk already has someone called by that
    request, answer with the same visit.

    Raises:
        QueueEmpty: nobody is waiting. DeskBusy: the desk has a visit in hand.
        NotAllowed: the officer does not hold the desk.
    """
    with unit_of_work() as work:
        if (before := _answered_before(work, by, key)) is not None:
            return before
        _hold_free_desk(work, desk_id, by)
        first = work.session.scalar(
            select(Visit)
            .join(Petition, Petition.id == Visit.petition_id)
            .where(
                Visit.sitting_id == sitting_id,
                Visit.state == State.WAITING,
                Petition.gate == Gate.OPEN,
                or_(Visit.stepped_out_until.is_(None), Visit.stepped_out_until <= now),
            )
            .order_by(Visit.head.desc(), Visit.effective_at, Visit.number)
            .limit(1)
            .with_for_update(skip_locked=True, of=Visit)
        )
        if first is None:
            raise QueueEmpty
        return _call(work, first, desk_id, by, now, key)


def call(visit_id: int, desk_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Call a given visit to the desk.

    Raises:
        Conflict: it is no longer waiting, or a denunciation not yet decided on.
        DeskBusy, NotAllowed: as `call_next`.
    """
    with unit_of_work() as work:
        if (before := _answered_before(work, by, key)) is not None:
            return before
        _hold_free_desk(work, desk_id, by)
        visit = _load(work, visit_id)
        if work.session.get_one(Petition, visit.petition_id).gate is not Gate.OPEN:
            raise Conflict("Việc này cần cán bộ quyết định có tiếp trực tuyến không, trước khi gọi.")
        return _call(work, visit, desk_id, by, now, key)


def _call(work: Work, visit: Visit, desk_id: int, by: Actor, now: datetime, key: str) -> Visit:
    called = _move(
        work,
        visit,
        Action.CALL,
        by,
        now,
        key=key,
        to_desk=desk_id,
        desk_id=desk_id,
        officer_id=by.account_id,
        calls=visit.calls + 1,
        answer_by=now + TIMES.answer,
        waited_a_little=False,
        head=False,
        stepped_out_until=None,
    )
    work.announce(topics.called(called))
    return called


def send_back(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """No answer: back to the head of the queue the first time, a no-show the second."""
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        _check_desk(work, visit, by)
        return _not_answered(work, visit, by, now, key)


def mark_no_show(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """The called person did not come after two calls.

    Raises:
        Conflict: called once only.
    """
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        _check_desk(work, visit, by)
        if visit.state is State.CALLED and visit.calls < TIMES.calls_before_no_show:
            raise Conflict("Mới gọi một lần. Hãy trả số về hàng chờ rồi gọi lại lần nữa.")
        return _move(work, visit, Action.MARK_NO_SHOW, by, now, key=key, ended_at=now)


def _not_answered(work: Work, visit: Visit, by: Actor, now: datetime, key: str | None = None) -> Visit:
    if visit.state is State.CALLED and visit.calls >= TIMES.calls_before_no_show:
        return _move(work, visit, Action.MARK_NO_SHOW, by, now, key=key, ended_at=now)
    return _move(work, visit, Action.SEND_BACK, by, now, key=key, head=True, answer_by=None)


def close(
    visit_id: int,
    kind: OutcomeKind,
    ground: RefusalGround | None,
    explanation: str,
    *,
    by: Actor,
    now: datetime,
    key: str,
) -> Visit:
    """End the visit with its outcome; the citizen reads the explanation.

    Raises:
        InvalidInput: no words, or a refusal without its ground (decree 154/2026 art. 4.2).
        NotAllowed: the officer does not hold the visit's desk.
    """
    words = check_outcome(kind, ground, explanation)
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        _check_desk(work, visit, by)
        closed = _move(work, visit, Action.CLOSE, by, now, key=key, ended_at=now)
        work.session.add(
            Outcome(
                visit_id=visit.id,
                kind=kind,
                ground=ground if kind is OutcomeKind.REFUSED else None,
                explanation=words,
                decided_by_id=by.account_id,
                decided_at=now,
            )
        )
        return closed


def transfer(visit_id: int, desk_id: int, *, note: str, by: Actor, now: datetime, key: str) -> Visit:
    """Hand the visit to another open desk, with a note; a desk with a visit in hand takes none."""
    why = _reason_of(by, note)
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        if visit.desk_id is not None:
            _check_desk(work, visit, by)
        desk = work.session.get(Desk, desk_id)
        if desk is None or desk.officer_id is None:
            raise Conflict("Bàn nhận chưa mở.")
        if _desk_has_visit(work, desk_id):
            raise DeskBusy
        return _move(
            work,
            visit,
            Action.TRANSFER,
            by,
            now,
            key=key,
            reason=why,
            to_desk=desk_id,
            desk_id=desk_id,
            officer_id=desk.officer_id,
        )


def defer(visit_id: int, to_sitting_id: int, *, reason: str, by: Actor, now: datetime, key: str) -> Visit:
    """Put the visit off to another sitting: a new booked visit, linked, that goes first there."""
    why = _reason_of(by, reason)
    with unit_of_work() as work:
        if (before := _answered_before(work, by, key)) is not None:
            return work.session.scalars(select(Visit).where(Visit.follows_id == before.id)).one()
        return _defer(work, _load(work, visit_id), to_sitting_id, by, now, why, key)


def _defer(
    work: Work, visit: Visit, to_sitting_id: int, by: Actor, now: datetime, why: str, key: str | None
) -> Visit:
    sitting = work.session.get(Sitting, to_sitting_id)
    if sitting is None or sitting.ends_at <= now or sitting.id == visit.sitting_id:
        raise Conflict("Hãy chọn một buổi tiếp khác, chưa qua.")
    old = _move(work, visit, Action.DEFER, by, now, key=key, reason=why, ended_at=now)
    new = _new_visit(work, old.petition_id, sitting.id, old.bridge_point_id, old.priority)
    new.state = next_state(Action.BOOK, None, By.OFFICER)
    new.follows_id, new.slot_start, new.head = old.id, sitting.starts_at, True
    work.session.add(new)
    work.session.flush()
    _log(work, new, Action.BOOK, None, by, now, reason=why)
    return new


def decide_gate(visit_id: int, *, online: bool, reason: str, by: Actor, now: datetime, key: str) -> Visit:
    """A denunciation goes on online, or its number is given up and its author invited in person.

    Raises:
        InvalidInput: no reason. Conflict: decided already.
    """
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        decided_online = work.session.get_one(Petition, visit.petition_id).gate is Gate.OPEN
        if decided_online and online:
            return visit
        petitions.decide_gate(visit.petition_id, online=online, reason=reason, by=by, now=now)
        if online:
            work.announce(topics.visit(visit), topics.queue(visit.sitting_id))
            return visit
        return _move(
            work, visit, Action.CANCEL, by, now, key=key, reason="Mời đến gặp trực tiếp", ended_at=now
        )


# The clock's moves


def expire_calls(now: datetime) -> int:
    """Whoever did not answer in time goes back to the head, or is a no-show the second time."""

    def expire(work: Work, visit: Visit) -> None:
        _not_answered(work, visit, SYSTEM, now)

    return _each(select(Visit.id).where(Visit.state == State.CALLED, Visit.answer_by <= now), expire)


def detect_lost(now: datetime) -> int:
    """In session without a sign of the citizen for 30 s: the place is kept for 15 minutes."""

    def lose(work: Work, visit: Visit) -> None:
        _move(work, visit, Action.LOSE, SYSTEM, now, kept_until=now + TIMES.place_kept)

    silent = select(Visit.id).where(Visit.state == State.IN_SESSION, Visit.seen_at <= now - TIMES.lost)
    return _each(silent, lose)


def close_day(now: datetime) -> int:
    """After a sitting's end: who never came is a no-show, who was not reached goes to the next sitting."""
    over = (
        select(Visit.id)
        .join(Visit.sitting)
        .where(
            Sitting.ends_at <= now,
            Visit.state.in_((State.BOOKED, State.WAITING, State.CALLED, State.INTERRUPTED)),
        )
    )

    def settle(work: Work, visit: Visit) -> None:
        if visit.state is State.BOOKED:
            _move(work, visit, Action.MARK_NO_SHOW, SYSTEM, now, ended_at=now)
            return
        following = _following_sitting(work, visit, now)
        if following is not None:
            _defer(work, visit, following, SYSTEM, now, "Hết giờ buổi tiếp", None)

    return _each(over, settle)


def _following_sitting(work: Work, visit: Visit, now: datetime) -> int | None:
    """The next regular sitting online that offers the visit's place."""
    if visit.bridge_point_id is None:
        offered: ColumnElement[bool] = Sitting.home_offered.is_(True)
    else:
        offered = Sitting.places.any(BridgePoint.id == visit.bridge_point_id)
    return work.session.scalar(
        select(Sitting.id)
        .where(
            Sitting.ends_at > now,
            Sitting.closed_at.is_(None),
            Sitting.kind == SittingKind.REGULAR,
            Sitting.mode == SittingMode.ONLINE,
            Sitting.id != visit.sitting_id,
            offered,
        )
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(1)
    )


def _each(query: Any, act: Any) -> int:
    """One unit of work a visit: a conflict means that someone acted meanwhile, and all is well."""
    ids = list(db.session.scalars(query))
    db.session.rollback()  # the reading ends here, so that no old picture is kept open
    done = 0
    for visit_id in ids:
        try:
            with unit_of_work() as work:
                act(work, _load(work, visit_id))
                done += 1
        except Conflict:
            continue
    return done


# Helpers


def _simple(
    visit_id: int, action: Action, by: Actor, now: datetime, key: str, reason: str = "", **changes: Any
) -> Visit:
    with unit_of_work() as work:
        visit = _load(work, visit_id)
        if (before := _answered_before(work, by, key)) is not None:
            return before
        return _move(work, visit, action, by, now, key=key, reason=reason, **changes)


def _move(
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
    seen = visit.state
    state = next_state(action, seen, by.by)
    result = work.session.execute(
        update(Visit)
        .where(Visit.id == visit.id, Visit.state == seen, Visit.version == visit.version)
        .values(state=state, version=Visit.version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise Conflict
    work.session.refresh(visit)
    _log(work, visit, action, seen, by, now, key=key, reason=reason)
    return visit


def _log(
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
            reason=reason,
            request_key=key,
        )
    )
    work.announce(topics.visit(visit), topics.queue(visit.sitting_id))


def _answered_before(work: Work, by: Actor, key: str) -> Visit | None:
    """The visit that this very request already moved."""
    return work.session.scalar(
        select(Visit)
        .join(VisitEvent, VisitEvent.visit_id == Visit.id)
        .where(VisitEvent.actor_id == by.account_id, VisitEvent.request_key == key)
    )


def _load(work: Work, visit_id: int) -> Visit:
    visit = work.session.get(Visit, visit_id, with_for_update=True)
    if visit is None:
        raise NotFound("Không tìm thấy lượt tiếp này.")
    return visit


def _hold_free_desk(work: Work, desk_id: int, by: Actor) -> None:
    desk = work.session.get(Desk, desk_id, with_for_update=True)
    if desk is None or desk.officer_id is None or desk.officer_id != by.account_id:
        raise NotAllowed("Hãy mở bàn trước khi gọi số.")
    if _desk_has_visit(work, desk_id):
        raise DeskBusy


def _desk_has_visit(work: Work, desk_id: int) -> bool:
    return (
        work.session.scalar(select(Visit.id).where(Visit.desk_id == desk_id, Visit.state.in_(AT_DESK)))
        is not None
    )


def _desk_is_free(work: Work, visit: Visit) -> bool:
    desk = work.session.get(Desk, visit.desk_id, with_for_update=True) if visit.desk_id else None
    return desk is not None and desk.officer_id == visit.officer_id and not _desk_has_visit(work, desk.id)


def _check_desk(work: Work, visit: Visit, by: Actor) -> None:
    desk = work.session.get(Desk, visit.desk_id) if visit.desk_id else None
    if desk is None or desk.officer_id != by.account_id:
        raise NotAllowed("Lượt tiếp này đang ở bàn khác.")


def _reason_of(by: Actor, reason: str) -> str:
    why = clean_text(reason)
    if by.by is By.OFFICER and not why:
        raise InvalidInput("Hãy ghi lý do.", "reason")
    return why[:500]
