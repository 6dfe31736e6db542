"""Reminders of a place that was booked, or of the sitting to which a visit was put off: the day before and an hour
before, once each, none after it was given up."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from ..domain.notices import Notice
from ..domain.visit_flow import State
from ..domain.working_days import HANOI, day_in_hanoi
from ..extensions import db
from ..models import BridgePoint, Sitting, Visit
from . import calendar, notices
from .unit_of_work import Work, unit_of_work

STEPS = ((Notice.DAY_BEFORE, timedelta(days=1)), (Notice.HOUR_BEFORE, timedelta(hours=1)))
"""In the order of time: `Visit.reminded` counts how many are behind."""


def past_at_booking(slot: datetime, now: datetime) -> int:
    """How many reminders come too late for who books this slot now: the ticket itself has just told them."""
    return sum(slot - before <= now for _notice, before in STEPS)


def remind(now: datetime) -> int:
    """Remind whoever is due; says how many. One unit of work each, so that many do not hold up the writers.

    Nobody is reminded of a day off that was entered after they booked: they would come to a closed door.
    """
    due = or_(
        *(
            and_(Visit.reminded <= step, Visit.slot_start <= now + before)
            for step, (_notice, before) in enumerate(STEPS)
        )
    )
    db.session.rollback()  # see what others have written since
    found = db.session.execute(
        select(Visit.id, Visit.slot_start)
        .join(Visit.sitting)
        .where(Visit.state == State.BOOKED, Visit.slot_start > now, due)
        .where(Sitting.held())
    ).all()
    works = calendar.working_days() if found else None
    ids = [visit_id for visit_id, slot in found if works and slot and works(day_in_hanoi(slot))]
    return sum(_remind_one(visit_id, now) for visit_id in ids)


def _remind_one(visit_id: int, now: datetime) -> bool:
    with unit_of_work() as work:
        visit = work.session.get_one(Visit, visit_id, with_for_update=True)
        slot = visit.slot_start
        if visit.state is not State.BOOKED or slot is None:
            return False
        behind = past_at_booking(slot, now)
        if behind <= visit.reminded:
            return False
        visit.reminded = behind  # a round that was missed sends the latest alone
        notice = STEPS[behind - 1][0]
        if notice is Notice.HOUR_BEFORE and visit.bridge_point_id is not None:
            notice = Notice.HOUR_BEFORE_AT_POINT  # whose staff say that they have come
        tell(work, visit, notice, about=_about(visit.code, slot), now=now)
        return True


def tell(work: Work, visit: Visit, notice: Notice, *, about: str, now: datetime) -> None:
    """One notice of a booked place, in words that are the same for every kind of petition."""
    if visit.slot_start is None:
        raise ValueError("no slot to tell of")
    there = visit.slot_start.astimezone(HANOI)
    account = visit.petition.account_id
    words: dict[str, Any] = {"time": f"{there.hour}:{there.minute:02d}", "number": visit.ticket}
    words["place"] = place_of(work, visit)
    notices.tell(work, account, notice, about=about, now=now, day=there.date(), **words)


def place_of(work: Work, visit: Visit) -> str:
    """The name of the point at which somebody is received; none at home."""
    point = visit.bridge_point_id
    return "" if point is None else work.session.get_one(BridgePoint, point).name


def take_back(work: Work, code: str, slot: datetime) -> None:
    """Reminders of this slot that still wait to be sent are not sent."""
    for notice in (*(one for one, _before in STEPS), Notice.HOUR_BEFORE_AT_POINT):
        notices.take_back(work, notice, about=_about(code, slot))


def _about(code: str, slot: datetime) -> str:
    return f"visit:{code}:{slot:%Y%m%d%H%M}"
