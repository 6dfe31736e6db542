"""The clock's moves: calls that expire, lines that are lost, the day's end."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from ...domain.errors import Conflict
from ...domain.helping import ToTell
from ...domain.notices import Notice
from ...domain.visit_flow import Action, State
from ...domain.working_days import HANOI
from ...extensions import db
from ...models import (
    BridgePoint,
    CallBack,
    Petition,
    Sitting,
    SittingKind,
    SittingMode,
    Visit,
)
from .. import notices, place_requests, words_owed
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
    """After a sitting's end: who never came is a no-show, who was not reached goes to the next sitting.

    To one at their own place, otherwise to one that receives people at home; where neither is planned the
    visit ends and its person is told to choose another place. Whoever was promised a time (to come in, or to
    come back after a lost line) has it to its end, though the sitting's hours are over.
    """
    promised = or_(
        and_(Visit.state == State.CALLED, Visit.answer_by > now),
        and_(Visit.state.in_((State.INTERRUPTED, State.WAITING)), Visit.kept_until >= now),
    )
    due = (
        Visit.state.in_((State.BOOKED, State.WAITING, State.CALLED, State.INTERRUPTED)),
        # not `NOT promised`: of a time that is not set neither is true
        ~func.coalesce(promised, false()),
    )
    over = select(Visit.id).join(Visit.sitting).where(Sitting.ends_at <= now, *due)

    def settle(work: Work, visit: Visit) -> None:
        if work.session.scalar(select(Visit.id).where(Visit.id == visit.id, *due)) is None:
            raise Conflict  # they came in, or were called, since the list was made
        if visit.state is State.BOOKED:
            move(work, visit, Action.MARK_NO_SHOW, SYSTEM, now, ended_at=now)
            return
        for place in dict.fromkeys((visit.bridge_point_id, None)):
            following = _following_sitting(work, visit, place, now)
            if following is not None:
                defer_to(work, visit, following, SYSTEM, now, "Hết giờ buổi tiếp", None, place=place)
                return
        _end_without_a_following_sitting(work, visit, now)

    return _each(over, settle)


def _end_without_a_following_sitting(work: Work, visit: Visit, now: datetime) -> None:
    """So that the petition can have another place, of which its person is told."""
    starts = work.session.get_one(Sitting, visit.sitting_id).starts_at
    move(work, visit, Action.CANCEL, SYSTEM, now, reason="Hết giờ buổi tiếp", ended_at=now)
    petition = work.session.get_one(Petition, visit.petition_id)
    notices.tell(
        work, petition.account_id, Notice.NOT_REACHED, about=f"visit:{visit.code}", now=now, at=starts
    )
    about = f"visit:{visit.code}:not_reached"
    words_owed.owe(
        work,
        petition,
        ToTell.GONE,
        about=about,
        now=now,
        visit=visit,
        point=visit.bridge_point_id,
        was=starts,
    )


def _following_sitting(work: Work, visit: Visit, place: int | None, now: datetime) -> int | None:
    """The next regular sitting online that offers this place, or for which a decision allows it."""
    if place is None:
        offered: ColumnElement[bool] = Sitting.home_offered.is_(True)
    else:
        offered = Sitting.places.any(BridgePoint.id == place)
    until = place_requests.allowed_until(work.session, visit.petition_id, place)
    if until is not None:
        offered |= Sitting.starts_at < datetime.combine(until + timedelta(days=1), time(), HANOI)
    return work.session.scalar(
        select(Sitting.id)
        .where(
            Sitting.ends_at > now,
            Sitting.held(),
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
                act(work, load(work, visit_id))
                done += 1
        except Conflict:
            continue
    return done
