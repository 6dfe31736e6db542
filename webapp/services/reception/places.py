"""Taking a number in a sitting that is open, and what every place in a sitting has to meet."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...domain.errors import Conflict, InvalidInput
from ...domain.line_changes import Standing
from ...domain.notices import Notice
from ...domain.petition_kinds import Gate
from ...domain.queue_order import effective_time
from ...domain.visit_flow import OPEN_STATES, Action, next_state
from ...domain.working_days import HANOI
from ...models import (
    Petition,
    Sitting,
    SittingMode,
    SittingPlace,
    Visit,
)
from .. import device_checks, line, notices, place_requests, reminders
from ..actor import Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work
from .moves import (
    answered_before,
    log_move,
    new_visit,
)


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
        before = answered_before(work, by, key) or open_visit(work, petition_id)
        if before is not None:
            return before
        petition = check_petition(work, petition_id)
        # Held, as by whoever books: its places are not taken away meanwhile.
        sitting = work.session.get(Sitting, sitting_id, with_for_update={"key_share": True})
        if sitting is None or sitting.mode is not SittingMode.ONLINE or not sitting.is_open(now):
            raise Conflict("Buổi tiếp này chưa mở hoặc đã hết giờ. Hãy chọn buổi khác.")
        check_place(work, sitting, bridge_point_id, petition_id)
        visit = new_visit(work, petition_id, sitting_id, bridge_point_id, priority)
        visit.state = next_state(Action.TAKE_NUMBER, None, by.by)
        visit.waiting_since = now
        visit.effective_at = effective_time(
            waiting_since=now, slot_start=None, priority=priority, sitting_start=sitting.starts_at
        )
        work.session.add(visit)
        work.session.flush()
        device_checks.carry(work, visit, now)
        line.note(work, visit, Standing(), now)
        log_move(work, visit, Action.TAKE_NUMBER, None, by, now, key=key)
        where = reminders.place_of(work, visit)
        about: dict[str, Any] = {"about": f"visit:{visit.code}", "number": visit.ticket, "place": where}
        notices.tell(work, petition.account_id, Notice.NUMBER, now=now, **about)
        return visit


def check_petition(work: Work, petition_id: int) -> Petition:
    """The petition, held until the unit of work ends; it must be one that is received online."""
    petition = work.session.get_one(Petition, petition_id, with_for_update=True)
    if petition.withdrawn_at is not None:
        raise Conflict("Đơn này đã rút, không lấy số được.")
    if petition.gate is Gate.IN_PERSON:
        raise Conflict("Việc này được tiếp trực tiếp để giữ kín tên Ông/Bà, không lấy số trên mạng.")
    return petition


def open_visit(work: Work, petition_id: int) -> Visit | None:
    return work.session.scalar(
        select(Visit).where(Visit.petition_id == petition_id, Visit.state.in_(OPEN_STATES))
    )


def check_place(work: Work, sitting: Sitting, bridge_point_id: int | None, petition_id: int) -> None:
    """That the sitting offers the place to everyone, or a leader's decision allows it to this very petition.

    Legal source: decree 154/2026 art. 19.2, 20.

    Raises:
        InvalidInput: neither.
    """
    offered = (
        sitting.home_offered
        if bridge_point_id is None
        else work.session.get(SittingPlace, (sitting.id, bridge_point_id)) is not None
    )
    day = sitting.starts_at.astimezone(HANOI).date()
    if not (offered or place_requests.allows(work.session, petition_id, bridge_point_id, day)):
        raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
