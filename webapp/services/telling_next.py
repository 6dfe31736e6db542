"""What comes next of what somebody told by word of mouth (decree 154/2026 art. 14.1), and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.following import Waits
from ..domain.petition_kinds import Gate
from ..domain.telling import TELLING_SENTENCES, Telling
from ..domain.texts import N_
from ..domain.visit_flow import OPEN_STATES
from ..extensions import db
from ..models import Petition, Visit
from . import statements


@dataclass(frozen=True)
class NextStep:
    """A sentence to translate, and who does it."""

    sentence: str
    waits: Waits


TO_CONFIRM = NextStep(
    N_("Ông/Bà đọc bản ghi lời trình bày. Đúng thì bấm xác nhận, chưa đúng thì báo chỗ sai."), Waits.CITIZEN
)
TO_CORRECT = NextStep(N_("Cán bộ xem lại chỗ Ông/Bà báo chưa đúng."), Waits.OFFICE)
TO_BE_HEARD = NextStep(TELLING_SENTENCES[Telling.VOICE], Waits.OFFICE)
TO_MEET = NextStep(
    N_("Ông/Bà lấy số gặp cán bộ để kể. Cán bộ ghi thành văn bản rồi đọc lại cho Ông/Bà."), Waits.CITIZEN
)
TO_TELL = NextStep(TELLING_SENTENCES[Telling.OFFICER], Waits.OFFICE)
AT_A_MEETING = (TO_MEET.sentence, TO_TELL.sentence)
"""Which of the two it is tells whether somebody is received in private."""


def of(petition: Petition, held: Sequence[Visit]) -> NextStep | None:
    """Nothing where nothing was told, where it is confirmed, and after a withdrawal.

    `held` are its visits. Nobody who was received already is sent to an officer to tell it.
    """
    statement = statements.of(db.session.get_one(Petition, petition.id))
    if petition.withdrawn_at or (statement is None and not petition.told_aloud):
        return None
    if statement is not None:
        if statement.is_confirmed:
            return None
        return TO_CONFIRM if statement.answer is None else TO_CORRECT
    if petition.told is Telling.VOICE:
        return TO_BE_HEARD
    if any(visit.outcome is not None for visit in held):
        return None
    if petition.gate is Gate.IN_PERSON or any(visit.state in OPEN_STATES for visit in held):
        return TO_TELL
    return None if any(visit.answered_at is not None for visit in held) else TO_MEET
