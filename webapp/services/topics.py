"""Names of what can change on somebody's screen; a browser joins those it may."""

from ..models import Message, Participant, ReadMark, Visit

STATEMENTS = "statements"
"""Which statements wait for an officer; it never says whose."""


BOARD = "board"
"""Which numbers are at which desks: what the public boards show."""


def visit(visit: Visit) -> str:
    """Both sides of one visit."""
    return f"visit:{visit.code}"


def people(visit: Visit) -> str:
    """Who is in the room of one visit and who may speak; told to both sides besides the visit's own change."""
    return f"people:{visit.code}"


def queue(sitting_id: int) -> str:
    """The order of one sitting's queue."""
    return f"queue:{sitting_id}"


def line(sitting_id: int) -> str:
    """The same order for those who wait in it: told what changed, in a few bytes."""
    return f"line:{sitting_id}"


def message(message: Message) -> str:
    """One new message; it is pushed with its content to the people of its visit."""
    return f"message:{message.id}"


def read(mark: ReadMark) -> str:
    """One side has read further; pushed to the people of the visit."""
    return f"read:{mark.visit_id}:{mark.by}"


def called(visit: Visit) -> str:
    """The personal call: pushed to the citizen at once."""
    return f"called:{visit.code}"


def minutes(visit: Visit) -> str:
    """The minutes of one visit, for its officers."""
    return f"minutes:{visit.code}"


def removed(participant: Participant) -> str:
    """A guest who was turned out: their sockets are cut."""
    return f"removed:{participant.code}"
