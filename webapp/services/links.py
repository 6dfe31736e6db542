"""What the link of each end of a room carries: by it the room's sound finds its way."""

from collections.abc import Sequence
from datetime import datetime

from ..domain.call_engine import RISES_AFTER, End, voices_of
from ..domain.errors import NotFound
from ..domain.participants import ParticipantRole
from ..models import Participant
from . import device_checks, participants, topics
from .actor import Actor
from .unit_of_work import unit_of_work


def note(visit_id: int, kbits: int, *, by: Actor, now: datetime) -> None:
    """Keep what the link of whoever tells carries, when that makes a difference to the room.

    Less counts at once, more only of a link that has not changed for a while: nobody's voice is to come and go.

    Raises:
        NotFound: they have no place in the room.
    """
    seen = participants.of_actor(visit_id, by)
    if not seen.is_inside:
        raise NotFound
    if not _makes_a_difference(seen, kbits, now):
        return  # looking takes no writer's place: every end tells every few seconds
    place = seen.id
    with unit_of_work() as work:
        one = work.session.get(Participant, place, with_for_update=True)
        if one is None or not one.is_inside:
            raise NotFound
        if not _makes_a_difference(one, kbits, now):
            return
        before, one.kbits, one.kbits_at = voices_of(one.kbits), kbits, now
        if before != voices_of(kbits):
            work.announce(topics.people(one.visit))


def _makes_a_difference(one: Participant, kbits: int, now: datetime) -> bool:
    """A first figure always, then another number of voices."""
    if one.kbits is None:
        return True
    before, after = voices_of(one.kbits), voices_of(kbits)
    rises_too_soon = after > before and one.kbits_at is not None and now - one.kbits_at < RISES_AFTER
    return before != after and not rises_too_soon


def ends_of(inside: Sequence[Participant], now: datetime) -> list[End]:
    """The ends of a room in the order in which they matter; a citizen who told nothing yet as the last check found,
    unless it is too old to say anything of their line today."""
    return [End(one.code, _kbits(one, now)) for one in inside]


def _kbits(one: Participant, now: datetime) -> int | None:
    if one.kbits is not None or one.role is not ParticipantRole.CITIZEN:
        return one.kbits
    checked = device_checks.newest(one.visit_id)
    return checked.kbits if checked and checked.at > now - device_checks.EARLY_KEPT else None
