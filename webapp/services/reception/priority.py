"""Correcting who is received with priority: what a person said of themselves is looked at when they are met."""

from datetime import datetime
from typing import Any

from ...domain.queue_order import effective_time
from ...domain.visit_flow import Action, State
from ...models import Sitting, Visit
from .. import audit
from ..actor import Actor
from ..unit_of_work import unit_of_work
from .moves import answered_before, load, move, reason_of


def correct_priority(
    visit_id: int, priority: bool, *, reason: str, by: Actor, now: datetime, key: str
) -> Visit:
    """Give priority or take it away before the call, with a reason; the place in the line follows.

    Raises:
        InvalidInput: no reason. IllegalMove: called already, or over.
    """
    why = reason_of(by, reason)
    with unit_of_work() as work:
        visit = load(work, visit_id)
        if (before := answered_before(work, by, key)) is not None:
            return before
        if visit.priority is priority:
            return visit
        changes: dict[str, Any] = {"priority": priority}
        if visit.state is State.WAITING and visit.waiting_since is not None:
            sitting = work.session.get_one(Sitting, visit.sitting_id)
            changes["effective_at"] = effective_time(
                waiting_since=visit.waiting_since,
                slot_start=visit.slot_start,
                priority=priority,
                sitting_start=sitting.starts_at,
            )
        corrected = move(work, visit, Action.SET_PRIORITY, by, now, key=key, reason=why, **changes)
        audit.record(
            work, "priority_corrected", "visit", visit.id, by=by, now=now, priority=priority, reason=why
        )
        return corrected
