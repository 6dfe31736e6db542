"""Booking a place at a slot of a coming sitting, changing it, giving it up.

Whoever books holds the sitting's row while the places are counted, and the database itself refuses two
visits at one place of a slot: a slot has never more visits than places.
"""

from datetime import datetime

from sqlalchemy import select

from ...domain.errors import Conflict, InvalidInput, SlotFull
from ...domain.notices import Notice
from ...domain.visit_flow import OPEN_STATES, Action, By, State, next_state
from ...domain.working_days import WorkingDay
from ...models import Sitting, SittingMode, Visit
from .. import calendar, device_checks, reminders, slots, topics
from ..actor import Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .moves import TIMES, answered_before, load, log_move, move, new_visit, next_number, reason_of
from .places import check_petition, check_place, open_visit


@safe_to_repeat
def book(
    petition_id: int,
    sitting_id: int,
    slot: datetime,
    *,
    bridge_point_id: int | None,
    priority: bool = False,
    by: Actor,
    now: datetime,
    key: str,
) -> Visit:
    """A place at a slot of a coming sitting; a petition that has an open visit gets that one.

    Raises:
        SlotFull: no place is left there, or the slot is not offered (any more).
        Conflict: the slot is past, the sitting cannot be booked, or the petition is received in person.
        InvalidInput: the place is not offered.
    """
    works = calendar.working_days()
    with unit_of_work() as work:
        before = answered_before(work, by, key) or open_visit(work, petition_id)
        if before is not None:
            return before
        check_petition(work, petition_id)
        sitting = _held(work, sitting_id)
        check_place(work, sitting, bridge_point_id, petition_id)
        place = _free_place(work, sitting, slot, works, now)
        visit = new_visit(work, petition_id, sitting_id, bridge_point_id, priority)
        visit.state = next_state(Action.BOOK, None, by.by)
        visit.slot_start, visit.slot_place = slot, place
        visit.reminded = reminders.past_at_booking(slot, now)
        work.session.add(visit)
        work.session.flush()
        device_checks.carry(work, visit, now)
        log_move(work, visit, Action.BOOK, None, by, now, key=key)
        _tell(work, visit, now)
        return visit


@safe_to_repeat
def change(
    visit_id: int,
    sitting_id: int,
    slot: datetime,
    *,
    bridge_point_id: int | None,
    reason: str = "",
    by: Actor,
    now: datetime,
    key: str,
) -> Visit:
    """Another slot or place for a booked visit, up to its start. Its ticket stays the same; in another sitting
    it gets that one's next number.

    Raises:
        SlotFull, Conflict, InvalidInput: as `book`; and InvalidInput where a late change has no reason.
    """
    works = calendar.working_days()
    with unit_of_work() as work:
        # Sittings before visits, as whoever moves a sitting holds them: neither waits for the other for ever.
        stood = work.session.scalar(select(Visit.sitting_id).where(Visit.id == visit_id))
        for one in sorted({sitting_id, stood or sitting_id}):
            _lock(work, one)
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        if visit.sitting_id != stood:
            raise Conflict
        next_state(Action.CHANGE, visit.state, by.by)  # another refusal would speak of what no longer counts
        sitting = _held(work, sitting_id)
        check_place(work, sitting, bridge_point_id, visit.petition_id)
        same_slot = (visit.sitting_id, visit.slot_start) == (sitting_id, slot)
        if same_slot and visit.bridge_point_id == bridge_point_id:
            return visit
        why = _reason_if_late(visit, by, now, reason)
        place = visit.slot_place if same_slot else None
        if place is None:
            place = _free_place(work, sitting, slot, works, now)
        elsewhere = visit.sitting_id != sitting_id
        work.announce(topics.queue(visit.sitting_id))
        changed = move(
            work,
            visit,
            Action.CHANGE,
            by,
            now,
            key=key,
            reason=why,
            sitting_id=sitting_id,
            number=next_number(work, sitting_id) if elsewhere else visit.number,
            bridge_point_id=bridge_point_id,
            slot_start=slot,
            slot_place=place,
            reminded=reminders.past_at_booking(slot, now),
        )
        _tell(work, changed, now)
        return changed


def give_up(visit_id: int, *, reason: str = "", by: Actor, now: datetime, key: str) -> Visit:
    """The citizen cancels, or the staff of their bridge point for them: a booked place up to its start, late with a reason; a number until it is called.

    Raises:
        InvalidInput: late, and no reason. Conflict: the slot has begun. IllegalMove: called already, or over.
    """
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        next_state(Action.CANCEL, visit.state, by.by)
        why = _reason_if_late(visit, by, now, reason)
        return move(work, visit, Action.CANCEL, by, now, key=key, reason=why, ended_at=now)


def is_late(visit: Visit, now: datetime) -> bool:
    """Whether it is so short before the slot that a change wants a reason."""
    slot = visit.slot_start if visit.state is State.BOOKED else None
    return slot is not None and slot - TIMES.late_change < now


def has_begun(visit: Visit, now: datetime) -> bool:
    """Whether a booked slot has begun: then it is neither changed nor cancelled, but the person may still come."""
    return visit.state is State.BOOKED and visit.slot_start is not None and visit.slot_start <= now


def _reason_if_late(visit: Visit, by: Actor, now: datetime, reason: str) -> str:
    why = reason_of(by, reason)
    if has_begun(visit, now):
        raise Conflict("Đã đến giờ hẹn, không đổi hay hủy được nữa. Nếu còn gặp được, hãy bấm Tôi đã có mặt.")
    if is_late(visit, now) and by.by in (By.CITIZEN, By.BRIDGE) and not why:
        raise InvalidInput("Đã sát giờ hẹn. Xin Ông/Bà ghi vài chữ vì sao.", "reason")
    return why


def _held(work: Work, sitting_id: int) -> Sitting:
    """The sitting, whose places nobody else counts or gives out until the unit of work ends."""
    sitting = _lock(work, sitting_id)
    if sitting is None or sitting.mode is not SittingMode.ONLINE or not sitting.is_held:
        raise Conflict("Buổi tiếp này không giữ chỗ được nữa. Hãy chọn buổi khác.")
    return sitting


def _lock(work: Work, sitting_id: int) -> Sitting | None:
    # A weaker lock than for deleting: who writes a visit of the sitting need not wait for it.
    return work.session.get(Sitting, sitting_id, with_for_update={"key_share": True})


def _free_place(work: Work, sitting: Sitting, slot: datetime, works: WorkingDay, now: datetime) -> int:
    if slot <= now:
        raise Conflict("Giờ này đã qua. Hãy chọn một giờ khác.")
    places = slots.places_of(sitting, works, now).get(slot, 0)
    taken = set(
        work.session.scalars(
            select(Visit.slot_place).where(
                Visit.sitting_id == sitting.id,
                Visit.slot_start == slot,
                Visit.slot_place.is_not(None),
                Visit.state.in_(OPEN_STATES),
            )
        )
    )
    if len(taken) >= places:
        raise SlotFull
    return min(set(range(1, places + 1)) - taken)


def _tell(work: Work, visit: Visit, now: datetime) -> None:
    reminders.tell(work, visit, Notice.BOOKED, about=f"visit:{visit.code}:{visit.version}", now=now)
