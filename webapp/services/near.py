"""Telling people by SMS that they come soon: those whom the next calls reach."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ..domain.notices import Notice
from ..domain.visit_flow import State
from ..models import Visit
from . import notices, queue, topics
from .unit_of_work import Work

NEAR = 2
"""With so many ahead, or fewer, people are told that they come soon."""


def tell(work: Work, sitting_id: int, ready: Iterable[int], now: datetime) -> None:
    """Once for each visit: whoever has two ahead of them, or fewer, among those who can be called now.

    By the rule of "call next": whom it passes over (at a bridge point that is not `ready`, stepped out, not yet
    decided on) is not ahead of anybody, and is told when they can be called.
    """
    can_be_called = queue.line(sitting_id, now).where(queue.at_ready_place(ready))
    first = list(work.session.scalars(can_be_called.limit(NEAR + 1)))
    if len(notices.told(work, Notice.NEARLY, map(_about, first))) == len(first):
        return
    work.one_at_a_time(f"near:{sitting_id}")  # two desks that call at one instant would both tell
    told = notices.told(work, Notice.NEARLY, map(_about, first))
    for ahead, visit in enumerate(first):
        if _about(visit) in told:
            continue
        notices.tell(
            work,
            visit.petition.account_id,
            Notice.NEARLY,
            about=_about(visit),
            now=now,
            number=visit.ticket,
            ahead=ahead,
        )


def point_changed(work: Work, sitting_id: int, point_id: int, ready: Iterable[int], now: datetime) -> None:
    """A point got ready, or is so no longer: those who sit there see it, and others may come soon by it."""
    there = Visit.sitting_id == sitting_id, Visit.bridge_point_id == point_id, Visit.state == State.WAITING
    work.announce(*map(topics.visit, work.session.scalars(select(Visit).where(*there))))
    tell(work, sitting_id, ready, now)


def _about(visit: Visit) -> str:
    return f"visit:{visit.code}"
