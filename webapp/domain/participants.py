"""Who sits in the room of a visit, and who may be heard there (decree 154/2026 art. 21, 22)."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from .texts import N_
from .visit_flow import State


class ParticipantRole(StrEnum):
    """In which role someone is in the room; the officer of the visit chairs it."""

    OFFICER = "officer"
    CITIZEN = "citizen"
    BRIDGE_POINT = "bridge_point"
    ADVISORY_UNIT = "advisory_unit"
    INTERPRETER = "interpreter"
    LEADER = "leader"


INVITED_ROLES = (
    ParticipantRole.BRIDGE_POINT,
    ParticipantRole.ADVISORY_UNIT,
    ParticipantRole.INTERPRETER,
    ParticipantRole.LEADER,
)
"""Roles that come by invitation, in the order in which the form offers them."""

ROLE_LABELS = {
    ParticipantRole.OFFICER: N_("Cán bộ tiếp công dân"),
    ParticipantRole.CITIZEN: N_("Công dân"),
    ParticipantRole.BRIDGE_POINT: N_("Điểm cầu"),
    ParticipantRole.ADVISORY_UNIT: N_("Bộ phận tham mưu"),
    ParticipantRole.INTERPRETER: N_("Phiên dịch"),
    ParticipantRole.LEADER: N_("Lãnh đạo"),
}

MOST_ENDS = 5
"""Ends that one room holds, the officer's and the citizen's among them."""

MOST_SITTING = 30
"""Names that the list of one bridge point holds."""

SHORTEST_LINK, USUAL_LINK, LONGEST_LINK = timedelta(minutes=5), timedelta(minutes=60), timedelta(hours=24)

ROOM_OPEN = frozenset({State.CALLED, State.IN_SESSION, State.INTERRUPTED})
"""States of a visit in which its room holds people."""


class Happening(StrEnum):
    """What can happen to someone in the room, or to the room itself."""

    INVITED = "invited"
    CAME = "came"
    ADMITTED = "admitted"
    REFUSED = "refused"
    REMOVED = "removed"
    HAND_RAISED = "hand_raised"
    HAND_LOWERED = "hand_lowered"
    FLOOR_GIVEN = "floor_given"
    FLOOR_TAKEN = "floor_taken"
    MUTED = "muted"
    UNMUTED = "unmuted"
    MODERATED = "moderated"
    FREE_TALK = "free_talk"


def microphone_is_open(role: ParticipantRole, *, moderated: bool, has_floor: bool, muted: bool) -> bool:
    """Whether this participant may be heard now.

    The chair always; in a moderated sitting whoever has the floor; in free talk everyone whom the
    chair has not muted (decree art. 21.2: a microphone opens when one is asked to speak).
    """
    if role is ParticipantRole.OFFICER:
        return True
    return has_floor if moderated else not muted


class Seat(Protocol):
    """Whatever tells who sits there and whether they have the word."""

    @property
    def role(self) -> ParticipantRole: ...

    @property
    def has_floor(self) -> bool: ...


S = TypeVar("S", bound=Seat)


def seen_by(viewer: S, inside: Sequence[S]) -> S | None:
    """Whose picture this participant is shown, of all who are inside; of two, each sees the other by their call.

    Everyone sees the officer. The officer sees whoever has the word, else the citizen.
    """
    if len(inside) < 3:
        return None
    if viewer.role is not ParticipantRole.OFFICER:
        wanted = [one for one in inside if one.role is ParticipantRole.OFFICER]
    else:
        wanted = [one for one in inside if one.has_floor]
        wanted += [one for one in inside if one.role is ParticipantRole.CITIZEN]
    return next((one for one in wanted if one is not viewer), None)


def is_seen(one: S, inside: Sequence[S]) -> bool:
    """Whether anyone inside is shown this participant's picture."""
    return any(seen_by(viewer, inside) is one for viewer in inside)
