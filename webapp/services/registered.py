"""Accounts that the staff of a bridge point opened for people without a phone."""

import json

from sqlalchemy.orm import Session

from ..domain.errors import Conflict
from ..domain.petition_kinds import PetitionKind
from ..extensions import db
from ..models import PersonAtPoint


def of_account(account_id: int, session: Session | None = None) -> PersonAtPoint | None:
    """How a bridge point registered this person; None: they came by themselves."""
    return (session or db.session).get(PersonAtPoint, account_id)


def told(known: PersonAtPoint) -> dict[str, str]:
    """What the person told of themselves when they were registered, as answers of a petition."""
    answers: dict[str, str] = json.loads(known.answers)
    return answers


def check_kept_apart(account_id: int, kind: str | None, session: Session) -> None:
    """Nobody denounces from an account that a bridge point's staff opened: they could open it again.

    Legal source: decree 154/2026 art. 12.2, 20.4.

    Raises:
        Conflict: it would be a denunciation of such an account.
    """
    if kind == PetitionKind.DENUNCIATION and of_account(account_id, session) is not None:
        raise Conflict(
            "Tài khoản này do điểm cầu lập nên không gửi tố cáo ở đây, để giữ kín tên. Mời Ông/Bà gọi số hỗ "
            "trợ, nói “xin hẹn gặp riêng”. Không cần nói việc gì."
        )
