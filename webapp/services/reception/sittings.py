"""What becomes of the people of a sitting that is moved, called off or held at other places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from ...domain.errors import Conflict
from ...domain.texts import N_
from ...domain.visit_flow import OPEN_STATES, Action, State
from ...domain.working_days import HANOI
from ...models import Account, Petition, Sitting, Visit
from .. import place_requests, reminders
from ..actor import SYSTEM
from ..unit_of_work import Work
from .moves import move

_PLACE_GONE = N_("Không còn tiếp ở nơi này")


@dataclass(frozen=True)
class Displaced:
    """Somebody whose place was changed or given up: the visit as it is now, when it was to be, and where."""

    visit: Visit
    was: datetime
    point: int | None


def reschedule_all(work: Work, sitting_id: int, by_how_much: timedelta, now: datetime) -> list[Displaced]:
    """Every place that was given out goes along with its sitting, which has its new hour already.

    A place that only a decision allows, which has expired by the new day, is given up instead.

    Raises:
        Conflict: somebody has come already, and would wait for nothing.
    """
    visits = _open(work, sitting_id)
    if any(visit.state is not State.BOOKED for visit in visits):
        raise Conflict("Đã có người báo có mặt cho buổi này, không đổi giờ được nữa.")
    # The places of a slot are unique at each moment: whoever stands in front in the way's direction goes first.
    later_first = by_how_much > timedelta()
    visits.sort(key=lambda visit: visit.slot_start or now, reverse=later_first)
    day = work.session.get_one(Sitting, sitting_id).starts_at.astimezone(HANOI).date()
    expired = {visit.id for visit in whose_decision_expires(work, sitting_id, day)}
    displaced = [_displaced(visit, by_how_much) for visit in visits]
    for visit in visits:
        if visit.id in expired:
            move(work, visit, Action.CANCEL, SYSTEM, now, reason=_PLACE_GONE, ended_at=now)
            continue
        at = visit.slot_start + by_how_much if visit.slot_start else None
        behind = reminders.past_at_booking(at, now) if at else 0
        move(work, visit, Action.RESCHEDULE, SYSTEM, now, slot_start=at, reminded=behind)
    return displaced


def whose_decision_expires(work: Work, sitting_id: int, day: date) -> list[Visit]:
    """Whoever has a place in it that the sitting does not offer, and that no decision allows them on this day."""
    sitting = work.session.get_one(Sitting, sitting_id)
    offered = {*(point.id for point in sitting.places), *([None] if sitting.home_offered else [])}
    return [
        visit
        for visit in _open(work, sitting_id)
        if visit.bridge_point_id not in offered
        and not place_requests.allows(work.session, visit.petition_id, visit.bridge_point_id, day)
    ]


def _displaced(visit: Visit, after: timedelta = timedelta()) -> Displaced:
    """`after`: by how much its sitting has been moved already."""
    return Displaced(visit, visit.slot_start or visit.sitting.receives_from - after, visit.bridge_point_id)


def release_all(work: Work, sitting_id: int, now: datetime) -> list[Displaced]:
    """Every number and every place is given up; a petition may then have another one.

    Raises:
        Conflict: somebody is at a desk, or in a call that is to be resumed.
    """
    visits = _open(work, sitting_id)
    if any(visit.state not in (State.BOOKED, State.WAITING) for visit in visits):
        raise Conflict("Buổi này đang có người được tiếp. Hãy kết thúc lượt ấy trước.")
    displaced = [_displaced(visit) for visit in visits]
    for visit in visits:
        move(work, visit, Action.CANCEL, SYSTEM, now, reason=N_("Buổi tiếp không tổ chức"), ended_at=now)
    return displaced


def who_has_a_place(work: Work, sitting_id: int, places: Iterable[int | None]) -> list[Visit]:
    """Whoever has a number or a place at one of these bridge points because the sitting offers it; None is home.

    Whom a leader's decision lets be there keeps the place, whatever the sitting offers to everyone.
    """
    wanted = set(places)
    day = work.session.get_one(Sitting, sitting_id).starts_at.astimezone(HANOI).date()
    return [
        visit
        for visit in _open(work, sitting_id)
        if visit.bridge_point_id in wanted
        and not place_requests.allows(work.session, visit.petition_id, visit.bridge_point_id, day)
    ]


def change_place_of_all(
    work: Work, sitting_id: int, gone: Iterable[int | None], instead: Sequence[int | None], now: datetime
) -> list[Displaced]:
    """Whoever was to come to a place that is no more goes to the other one at the same hour, or gives the place up.

    Nobody goes home who has no phone to be received with there.

    Raises:
        Conflict: somebody has come there already.
    """
    visits = who_has_a_place(work, sitting_id, gone)
    if any(visit.state is not State.BOOKED for visit in visits):
        raise Conflict("Đã có người báo có mặt ở nơi này, không bỏ nơi này được nữa.")
    displaced = [_displaced(visit) for visit in visits]
    for visit in visits:
        if not instead or (instead[0] is None and not _has_phone(work, visit)):
            move(work, visit, Action.CANCEL, SYSTEM, now, reason=_PLACE_GONE, ended_at=now)
            continue
        behind = reminders.past_at_booking(visit.slot_start, now) if visit.slot_start else 0
        move(work, visit, Action.RESCHEDULE, SYSTEM, now, bridge_point_id=instead[0], reminded=behind)
    return displaced


def _has_phone(work: Work, visit: Visit) -> bool:
    petition = work.session.get_one(Petition, visit.petition_id)
    return work.session.get_one(Account, petition.account_id).phone is not None


def _open(work: Work, sitting_id: int) -> list[Visit]:
    found = select(Visit).where(Visit.sitting_id == sitting_id, Visit.state.in_(OPEN_STATES))
    return list(work.session.scalars(found.order_by(Visit.id).with_for_update()))
