"""The officer's moves: calling, receiving, closing, handing over."""

from datetime import datetime
from types import EllipsisType
from typing import Any

from sqlalchemy import not_, select

from ...domain.errors import Conflict, DeskBusy, InvalidInput, PointNotReady, QueueEmpty
from ...domain.helping import ToTell
from ...domain.notices import Notice
from ...domain.outcomes import OutcomeKind, RefusalGround, check_outcome
from ...domain.petition_kinds import Gate
from ...domain.visit_flow import Action, By, State, next_state
from ...domain.working_days import HANOI
from ...models import (
    Desk,
    Outcome,
    Petition,
    Sitting,
    SittingMode,
    Visit,
)
from .. import device_checks, line, notices, petitions, preparation, queue, reminders, topics, words_owed
from ..actor import Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .moves import (
    TIMES,
    answered_before,
    check_desk,
    desk_has_visit,
    hold_free_desk,
    load,
    log_move,
    move,
    new_visit,
    not_answered,
    reason_of,
)
from .places import check_place


def call_next(desk_id: int, sitting_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Call whoever is first in line to the desk.

    The request's second copy, and a press while the desk already has someone called by that
    request, answer with the same visit.

    Whoever sits at a bridge point that is not ready (`preparation.ready_points`) keeps their turn and is
    passed over.

    Raises:
        QueueEmpty: nobody is waiting. DeskBusy: the desk has a visit in hand.
        PointNotReady: all who wait sit at bridge points that are not ready.
        NotAllowed: the officer does not hold the desk.
    """
    with unit_of_work() as work:
        if (before := answered_before(work, by, key)) is not None:
            return before
        hold_free_desk(work, desk_id, by)
        first_of = queue.line(sitting_id, now).limit(1)
        here = queue.at_ready_place(preparation.ready_points(sitting_id, work.session))
        first = work.session.scalar(first_of.where(here).with_for_update(skip_locked=True, of=Visit))
        if first is None:
            raise PointNotReady if work.session.scalar(first_of.where(not_(here))) else QueueEmpty
        return _call(work, first, desk_id, by, now, key)


def call(visit_id: int, desk_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """Call a given visit to the desk.

    Raises:
        Conflict: it is no longer waiting, or a denunciation not yet decided on.
        PointNotReady: they sit at a bridge point that is not ready.
        DeskBusy, NotAllowed: as `call_next`.
    """
    with unit_of_work() as work:
        if (before := answered_before(work, by, key)) is not None:
            return before
        hold_free_desk(work, desk_id, by)
        visit = load(work, visit_id)
        if work.session.get_one(Petition, visit.petition_id).gate is not Gate.OPEN:
            raise Conflict("Việc này cần cán bộ quyết định có tiếp trực tuyến không, trước khi gọi.")
        if not preparation.is_ready(visit, work.session):
            raise PointNotReady
        return _call(work, visit, desk_id, by, now, key)


def _call(work: Work, visit: Visit, desk_id: int, by: Actor, now: datetime, key: str) -> Visit:
    called = move(
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
        kept_until=None,
    )
    work.announce(topics.called(called))
    notices.tell(
        work,
        called.petition.account_id,
        Notice.CALLED,
        about=f"visit:{called.code}:{called.version}",
        now=now,
        number=called.ticket,
        desk=work.session.get_one(Desk, desk_id).number,
        time=f"{(now + TIMES.answer).astimezone(HANOI):%-H:%M}",
    )
    return called


def send_back(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """No answer: back to the head of the queue the first time, a no-show the second."""
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        check_desk(work, visit, by)
        return not_answered(work, visit, by, now, key)


def mark_no_show(visit_id: int, *, by: Actor, now: datetime, key: str) -> Visit:
    """The called person did not come after two calls.

    Raises:
        Conflict: called once only.
    """
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        check_desk(work, visit, by)
        if visit.state is State.CALLED and visit.calls < TIMES.calls_before_no_show:
            raise Conflict("Mới gọi một lần. Hãy trả số về hàng chờ rồi gọi lại lần nữa.")
        return move(work, visit, Action.MARK_NO_SHOW, by, now, key=key, ended_at=now)


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
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        check_desk(work, visit, by)
        closed = move(work, visit, Action.CLOSE, by, now, key=key, ended_at=now)
        work.session.add(
            Outcome(
                visit_id=visit.id,
                kind=kind,
                ground=ground if kind is OutcomeKind.REFUSED else None,
                explanation=visit.kept(words),
                decided_by_id=by.account_id,
                decided_at=now,
            )
        )
        return closed


def transfer(visit_id: int, desk_id: int, *, note: str, by: Actor, now: datetime, key: str) -> Visit:
    """Hand the visit to another open desk, with a note; a desk with a visit in hand takes none."""
    why = reason_of(by, note)
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        if visit.desk_id is not None:
            check_desk(work, visit, by)
        desk = work.session.get(Desk, desk_id)
        if desk is None or desk.officer_id is None:
            raise Conflict("Bàn nhận chưa mở.")
        if desk_has_visit(work, desk_id):
            raise DeskBusy
        return move(
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


@safe_to_repeat
def defer(visit_id: int, to_sitting_id: int, *, reason: str, by: Actor, now: datetime, key: str) -> Visit:
    """Put the visit off to another sitting: a new booked visit, linked, that goes first there."""
    why = reason_of(by, reason)
    with unit_of_work() as work:
        if (before := answered_before(work, by, key)) is not None:
            return work.session.scalars(select(Visit).where(Visit.follows_id == before.id)).one()
        return defer_to(work, load(work, visit_id), to_sitting_id, by, now, why, key)


def defer_to(
    work: Work,
    visit: Visit,
    to_sitting_id: int,
    by: Actor,
    now: datetime,
    why: str,
    key: str | None,
    place: int | None | EllipsisType = ...,
) -> Visit:
    """The visit goes on in another sitting, at its own place or at this one (None: at home)."""
    # Held, as by whoever books: it is not called off, nor its places taken away, meanwhile.
    sitting = work.session.get(
        Sitting, to_sitting_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if sitting is None or not sitting.is_held or sitting.ends_at <= now or sitting.id == visit.sitting_id:
        raise Conflict("Hãy chọn một buổi tiếp khác, chưa qua.")
    if sitting.mode is not SittingMode.ONLINE:
        raise Conflict("Hãy chọn một buổi tiếp trực tuyến.")
    at = visit.bridge_point_id if isinstance(place, EllipsisType) else place
    try:
        check_place(work, sitting, at, visit.petition_id)
    except InvalidInput:
        raise Conflict("Buổi ấy không tiếp ở nơi của người này. Hãy chọn buổi khác.") from None
    old = move(work, visit, Action.DEFER, by, now, key=key, reason=why, ended_at=now)
    new = new_visit(work, old.petition_id, sitting.id, at, old.priority)
    new.state = next_state(Action.BOOK, None, By.OFFICER)
    first = sitting.receives_from
    new.follows_id, new.slot_start, new.head = old.id, first, True
    new.reminded = reminders.past_at_booking(first, now)
    work.session.add(new)
    work.session.flush()
    device_checks.carry(work, new, now)
    log_move(work, new, Action.BOOK, None, by, now, reason=why)
    if first > now:
        reminders.tell(work, new, Notice.BOOKED, about=f"visit:{new.code}:{new.version}", now=now)
    was = old.slot_start or old.sitting.receives_from
    there: dict[str, Any] = {"visit": new, "point": new.bridge_point_id, "was": was, "becomes": first}
    words_owed.owe(work, new.petition, ToTell.MOVED, about=f"visit:{new.code}:deferred", now=now, **there)
    return new


def decide_gate(visit_id: int, *, online: bool, reason: str, by: Actor, now: datetime, key: str) -> Visit:
    """A denunciation goes on online, or its number is given up and its author invited in person.

    Raises:
        InvalidInput: no reason. Conflict: decided already.
    """
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        decided_online = work.session.get_one(Petition, visit.petition_id).gate is Gate.OPEN
        if decided_online and online:
            return visit
        petitions.decide_gate(visit.petition_id, online=online, reason=reason, by=by, now=now)
        if online:
            work.announce(topics.visit(visit), topics.queue(visit.sitting_id))
            line.tell_who_is_near(work, visit.sitting_id, now)
            return visit
        return move(
            work, visit, Action.CANCEL, by, now, key=key, reason="Mời đến gặp trực tiếp", ended_at=now
        )
