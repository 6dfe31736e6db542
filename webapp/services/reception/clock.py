"""The clock's moves: calls that expire, lines that are lost, the day's end."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from ...domain.errors import Conflict
from ...domain.visit_flow import Action, State
from ...domain.working_days import HANOI, WorkingDay, day_in_hanoi
from ...extensions import db
from ...models import (
    BridgePoint,
    CallBack,
    Sitting,
    SittingKind,
    SittingMode,
    Visit,
)
from .. import calendar, place_requests
from ..actor import SYSTEM
from ..unit_of_work import Work, unit_of_work
from .moves import (
    TIMES,
    load,
    move,
    not_answered,
)
from .officer import defer_to


def expire_calls(now: datetime) -> int:
    """Whoever did not answer in time goes back to the head, or is a no-show the second time."""

    def expire(work: Work, visit: Visit) -> None:
        not_answered(work, visit, SYSTEM, now)

    return _each(select(Visit.id).where(Visit.state == State.CALLED, Visit.answer_by <= now), expire)


def detect_lost(now: datetime) -> int:
    """In session without a sign of the citizen for 30 s: the place is kept for 15 minutes.

    Whoever is to be called by telephone keeps it to the sitting's end.
    """

    def lose(work: Work, visit: Visit) -> None:
        owed = select(CallBack.id).where(CallBack.visit_id == visit.id, CallBack.settled_at.is_(None))
        until = now + TIMES.place_kept
        if work.session.scalar(owed) is not None:
            until = max(until, work.session.get_one(Sitting, visit.sitting_id).ends_at)
        move(work, visit, Action.LOSE, SYSTEM, now, kept_until=until)

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

    works = calendar.working_days()  # read before any visit is settled: `_each` ends this reading

    def settle(work: Work, visit: Visit) -> None:
        if visit.state is State.BOOKED:
            move(work, visit, Action.MARK_NO_SHOW, SYSTEM, now, ended_at=now)
            return
        following = _following_sitting(work, visit, now, works)
        if following is not None:
            defer_to(work, visit, following, SYSTEM, now, "Hết giờ buổi tiếp", None)

    return _each(over, settle)


def _following_sitting(work: Work, visit: Visit, now: datetime, works: WorkingDay) -> int | None:
    """The next regular sitting online that offers the visit's place, or for which a decision allows it.

    None on a day off: nobody is there, though the sitting may not be called off yet.
    """
    if visit.bridge_point_id is None:
        offered: ColumnElement[bool] = Sitting.home_offered.is_(True)
    else:
        offered = Sitting.places.any(BridgePoint.id == visit.bridge_point_id)
    until = place_requests.allowed_until(work.session, visit.petition_id, visit.bridge_point_id)
    if until is not None:
        offered |= Sitting.starts_at < datetime.combine(until + timedelta(days=1), time(), HANOI)
    following = work.session.scalars(
        select(Sitting)
        .where(
            Sitting.ends_at > now,
            Sitting.held(),
            Sitting.kind == SittingKind.REGULAR,
            Sitting.mode == SittingMode.ONLINE,
            Sitting.id != visit.sitting_id,
            offered,
        )
        .order_by(Sitting.starts_at, Sitting.id)
    ).all()
    return next((one.id for one in following if works(day_in_hanoi(one.receives_from))), None)


def _each(query: Any, act: Any) -> int:
    """One unit of work a visit: a conflict means that someone acted meanwhile, and all is well."""
    ids = list(db.session.scalars(query))
    db.session.rollback()  # the reading ends here, so that no old picture is kept open
    done = 0
    for visit_id in ids:
        try:
            with unit_of_work() as work:
                act(work, load(work, visit_id))
                done += 1
        except Conflict:
            continue
    return done
