"""What was said of a point's task, and whether people may be received at a point."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from ...domain.preparation import Said, Task, still_holds
from ...domain.visit_flow import OPEN_STATES
from ...extensions import db
from ...models import Account, BridgePoint, PointEntry, Role, Sitting, Visit
from ..actor import Actor

Reads = Session | scoped_session[Any]


def ready_points(sitting_id: int, session: Reads = db.session) -> frozenset[int]:
    """The bridge points at which people may be received in this sitting (decree 154/2026 art. 23.1).

    Those that are signed as connected for its hour, and those of which an officer put on record why people
    are received there all the same.
    """
    sitting = session.get(Sitting, sitting_id)
    if sitting is None:
        return frozenset()
    query = select(PointEntry).where(PointEntry.sitting_id == sitting_id, PointEntry.task == Task.CONNECTED)
    by_point: dict[int, list[PointEntry]] = {}
    for one in holding(session.scalars(query.order_by(PointEntry.id)), sitting):
        by_point.setdefault(one.bridge_point_id, []).append(one)
    return frozenset(point for point, said in by_point.items() if last_signed(said) or overruling(said))


def is_ready(visit: Visit, session: Reads) -> bool:
    """Whether the place where somebody sits is one at which they may be received: home always is."""
    if visit.bridge_point_id is None:
        return True
    return visit.bridge_point_id in ready_points(visit.sitting_id, session)


def beside_the_offered(session: Reads, sitting_ids: Sequence[int]) -> dict[int, list[BridgePoint]]:
    """By sittings: points at which somebody has a place by a decision of their own, prepared like the others.

    Where something was put on record the point stays, however the visits there ended.
    """
    has_one = Visit.sitting_id.in_(sitting_ids), Visit.state.in_(OPEN_STATES)
    sits = select(Visit.sitting_id, Visit.bridge_point_id).where(*has_one, Visit.bridge_point_id.is_not(None))
    told = select(PointEntry.sitting_id, PointEntry.bridge_point_id)
    pairs = sits.union(told.where(PointEntry.sitting_id.in_(sitting_ids)))
    found: dict[int, list[BridgePoint]] = {}
    for sitting_id, point_id in session.execute(pairs):
        found.setdefault(sitting_id, []).append(session.get_one(BridgePoint, point_id))
    return found


def may_sign(session: Reads, point: BridgePoint, by: Actor) -> bool:
    """The staff of the point, or of a central one: the decree lays the duty on the central point (art. 23.1)."""
    if by.account_id is None:
        return True  # the system itself: what is told of the demo
    account = session.get(Account, by.account_id)
    if account is None or Role.BRIDGE not in account.roles or account.bridge_point is None:
        return False
    return account.bridge_point_id == point.id or account.bridge_point.central


def of_task(session: Reads, sitting_id: int, point_id: int, task: Task) -> list[PointEntry]:
    query = select(PointEntry).where(
        PointEntry.sitting_id == sitting_id,
        PointEntry.bridge_point_id == point_id,
        PointEntry.task == task,
    )
    return list(session.scalars(query.order_by(PointEntry.id)))


def holding(entries: Iterable[PointEntry], sitting: Sitting) -> list[PointEntry]:
    """What was said for the time at which the sitting is held now."""
    return [one for one in entries if still_holds(one.task, one.starts_at, sitting.receives_from)]


def last_signed(said: Sequence[PointEntry]) -> PointEntry | None:
    """The signature that stands, if one does."""
    on_it = [one for one in said if one.said is not Said.OVERRULED]
    return on_it[-1] if on_it and on_it[-1].said is Said.SIGNED else None


def overruling(said: Sequence[PointEntry]) -> PointEntry | None:
    """What an officer put on record, if anybody did, and no signature was taken back since: that is news to whoever said it."""
    word = None
    for one in said:
        if one.said is Said.WITHDRAWN:
            word = None
        elif one.said is Said.OVERRULED and word is None:
            word = one
    return word
