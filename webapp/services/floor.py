"""The floor of a room (decree 154/2026 art. 21.2): raise a hand, give and take the word, mute.

The chair is the officer who holds the visit. One participant at a time has the floor besides the
chair. Saying again what is so already changes nothing.
"""

from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, NotFound
from ..domain.participants import Happening, ParticipantRole
from ..models import Participant, ParticipantEvent, Sitting, Visit
from . import seats, topics
from .actor import Actor
from .participants import held_visit
from .unit_of_work import Work, safe_to_repeat, unit_of_work


@safe_to_repeat
def raise_hand(visit_id: int, up: bool, *, by: Actor, now: datetime, key: str) -> Participant:
    """Ask for the word, or ask no more. Raises NotFound when the actor is not in the room."""
    with unit_of_work() as work:
        one = _own(work, visit_id, by)
        if _done(work, visit_id, key) or (one.hand_raised_at is not None) == up:
            return one
        one.hand_raised_at = now if up else None
        _tell(work, one.visit_id, Happening.HAND_RAISED if up else Happening.HAND_LOWERED, by, now, key, one)
        return one


@safe_to_repeat
def give_floor(participant_id: int, *, by: Actor, now: datetime, key: str) -> Participant:
    """The chair gives the word: to this one alone, who is no longer muted and whose hand goes down.

    Raises:
        NotFound: another's room. Conflict: the participant is not in the room.
    """
    with unit_of_work() as work:
        one = _in_room(work, participant_id, by)
        if _done(work, one.visit_id, key):
            return one
        for other in _guests_and_citizen(work, one.visit_id):
            if other.has_floor and other.id != one.id:
                other.has_floor = False
                _tell(work, one.visit_id, Happening.FLOOR_TAKEN, by, now, None, other)
        if not one.has_floor or one.muted:
            one.has_floor, one.muted, one.hand_raised_at = True, False, None
            _tell(work, one.visit_id, Happening.FLOOR_GIVEN, by, now, key, one)
        return one


@safe_to_repeat
def take_floor(participant_id: int, *, by: Actor, now: datetime, key: str) -> Participant:
    """The chair takes the word back."""
    with unit_of_work() as work:
        one = _in_room(work, participant_id, by)
        if one.has_floor and not _done(work, one.visit_id, key):
            one.has_floor = False
            _tell(work, one.visit_id, Happening.FLOOR_TAKEN, by, now, key, one)
        return one


@safe_to_repeat
def mute(participant_id: int, on: bool, *, by: Actor, now: datetime, key: str) -> Participant:
    """The chair closes one microphone, or lets it open again."""
    with unit_of_work() as work:
        one = _in_room(work, participant_id, by)
        if one.muted != on and not _done(work, one.visit_id, key):
            one.muted = on
            one.has_floor = one.has_floor and not on
            _tell(work, one.visit_id, Happening.MUTED if on else Happening.UNMUTED, by, now, key, one)
        return one


@safe_to_repeat
def mute_all(visit_id: int, on: bool, *, by: Actor, now: datetime, key: str) -> None:
    """The chair closes every microphone but their own, or lets all open again."""
    with unit_of_work() as work:
        visit = held_visit(work, visit_id, by)
        if _done(work, visit.id, key):
            return
        for one in _guests_and_citizen(work, visit.id):
            one.muted = on
            one.has_floor = one.has_floor and not on
        _tell(work, visit.id, Happening.MUTED if on else Happening.UNMUTED, by, now, key)


@safe_to_repeat
def moderate(visit_id: int, on: bool, *, by: Actor, now: datetime, key: str) -> None:
    """Mark the visit's sitting as moderated, or let people talk freely again."""
    with unit_of_work() as work:
        visit = held_visit(work, visit_id, by)
        sitting = work.session.get_one(Sitting, visit.sitting_id, with_for_update=True)
        if _done(work, visit.id, key) or sitting.moderated == on:
            return
        sitting.moderated = on
        _tell(work, visit.id, Happening.MODERATED if on else Happening.FREE_TALK, by, now, key)
        others = select(Visit).where(Visit.sitting_id == sitting.id, Visit.officer_id.is_not(None))
        for other in work.session.scalars(others):
            work.announce(topics.visit(other), topics.people(other))


def _own(work: Work, visit_id: int, by: Actor) -> Participant:
    if by.participant_id is not None:
        mine = Participant.id == by.participant_id
    else:
        mine = Participant.account_id == by.account_id
    one = work.session.scalar(
        select(Participant).where(Participant.visit_id == visit_id, mine, Participant.removed_at.is_(None))
    )
    if one is None or not one.is_inside:
        raise NotFound
    return one


def _in_room(work: Work, participant_id: int, by: Actor) -> Participant:
    one = work.session.get(Participant, participant_id)
    if one is None:
        raise NotFound
    held_visit(work, one.visit_id, by)
    work.session.refresh(one)
    if not one.is_inside or one.role is ParticipantRole.OFFICER:
        raise Conflict("Người này không ở trong phòng.")
    return one


def _guests_and_citizen(work: Work, visit_id: int) -> list[Participant]:
    query = select(Participant).where(
        Participant.visit_id == visit_id,
        Participant.role != ParticipantRole.OFFICER,
        Participant.removed_at.is_(None),
    )
    return list(work.session.scalars(query))


def _done(work: Work, visit_id: int, key: str) -> bool:
    """Whether this very request has been carried out."""
    mine = select(ParticipantEvent.id).where(
        ParticipantEvent.visit_id == visit_id, ParticipantEvent.request_key == key
    )
    return work.session.scalar(mine) is not None


def _tell(
    work: Work,
    visit_id: int,
    happening: Happening,
    by: Actor,
    now: datetime,
    key: str | None,
    one: Participant | None = None,
) -> None:
    seats.log(work, visit_id, happening, now, by.by, participant=one, actor_id=by.account_id, key=key)
    visit = work.session.get_one(Visit, visit_id)
    work.announce(topics.visit(visit), topics.people(visit))
