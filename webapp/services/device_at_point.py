"""The device of a bridge point, handed to somebody who has no other way into the room."""

from datetime import datetime
from typing import Any

from ..domain.errors import InvalidInput, NotFound
from ..domain.visit_flow import State
from ..models import Visit
from . import audit, help_at_point, people_at_point, reception, registered
from .actor import Actor
from .identity import HOSTED
from .unit_of_work import unit_of_work


def may_hand_over(visit: Visit) -> bool:
    """Whether the point's device can be handed to the person for this visit: they have no way in of their own."""
    known = registered.of_account(visit.petition.account_id)
    waits = visit.state in (*HOSTED, State.NO_SHOW)
    return known is not None and visit.petition.account.phone is None and waits


def hand_over(visit: Visit, *, reason: str = "", by: Actor, now: datetime) -> None:
    """The device at the point becomes the person's until they are done.

    Raises:
        NotFound: not for this visit. InvalidInput: nobody has seen their paper for this visit, and no reason
        says how they are known; or it is over 500 characters.
    """
    if visit.bridge_point_id != people_at_point.point_of(by) or not may_hand_over(visit):
        raise NotFound
    why, seen = reception.reason_of(by, reason), help_at_point.row_of(visit, by=by, now=now).check is not None
    if not (seen or why):
        raise InvalidInput("Chưa xem giấy tờ của người này. Hãy ghi vì sao biết đúng là người ấy.", "reason")
    with unit_of_work() as work:
        about: dict[str, Any] = {"petition": visit.petition_id, "point": visit.bridge_point_id, "seen": seen}
        about |= {} if seen else {"reason": why}
        audit.record(work, "device_handed_over", "visit", visit.id, by=by, now=now, **about)
