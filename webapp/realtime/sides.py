"""Which visit a payload is about, and in which capacity who sent it takes part in it."""

from typing import Any

from flask_login import current_user

from ..domain.codes import is_code
from ..domain.errors import NotFound
from ..domain.participants import ROOM_OPEN
from ..models import Participant, Role, Visit
from ..policy import Permission, ensure, is_guest, permits
from ..services import participants, visits
from ..services.actor import Actor, citizen, guest, officer

Payload = dict[str, Any]


def visit_of(payload: Payload) -> tuple[Visit, Actor]:
    """The visit named in the payload, and in which capacity this person takes part in it.

    Raises:
        NotFound: there is none, or it is not this person's.
    """
    code = payload.get("visit")
    if not isinstance(code, str) or not is_code(code):
        raise NotFound
    ensure(current_user, Permission.TAKE_PART)
    if is_guest(current_user):
        place = current_user.participant.id
        return visits.of_guest(code, place), guest(place)
    if permits(current_user, Permission.RECEIVE):
        visit = visits.by_code(code)
        if visit.officer_id == current_user.id:
            return visit, officer(current_user.id)
    if Role.CITIZEN in current_user.roles:
        return visits.of_citizen(code, current_user.id), citizen(current_user.id)
    raise NotFound


def place_of(payload: Payload) -> Participant:
    """This person's place in the open room of the visit named. Raises NotFound."""
    return place_in(*visit_of(payload))


def place_in(visit: Visit, by: Actor) -> Participant:
    """Somebody's place in the open room of this visit. Raises NotFound."""
    if visit.state not in ROOM_OPEN:
        raise NotFound
    return participants.of_actor(visit.id, by)
