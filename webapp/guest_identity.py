"""A guest by link, as sessions and policy see one: no account and no role, one place in one room."""

from flask_login import UserMixin
from sqlalchemy import select

from .domain.codes import is_code
from .extensions import db
from .models import Participant, Role

_MARK = "guest."


class Guest(UserMixin):
    """Whoever holds the session of a participant's link. `id` is no account's."""

    id = 0
    roles: frozenset[Role] = frozenset()
    desk_rights = False
    is_staff = False

    def __init__(self, participant: Participant):
        self.participant = participant

    @property
    def full_name(self) -> str:
        return self.participant.name

    def get_id(self) -> str:
        return f"{_MARK}{self.participant.code}"


def guest_of(token: str) -> Guest | None:
    """The guest that a session names, if it names one whose link was opened."""
    code = token.removeprefix(_MARK)
    if code == token or not is_code(code):
        return None
    participant = db.session.scalar(select(Participant).where(Participant.code == code))
    return Guest(participant) if participant and participant.used_at else None
