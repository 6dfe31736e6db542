"""Drafts of petitions: one an account, saved at each step."""

import json
from datetime import datetime

from sqlalchemy import delete

from ..domain.codes import new_code
from ..extensions import db
from ..models import PetitionDraft
from .unit_of_work import safe_to_repeat, unit_of_work

Answers = dict[str, str]


def answers_of(account_id: int) -> Answers:
    """What the person has answered so far."""
    draft = db.session.get(PetitionDraft, account_id)
    return json.loads(draft.answers) if draft else {}


def key_of(account_id: int) -> str | None:
    """The key under which this draft will be submitted."""
    draft = db.session.get(PetitionDraft, account_id)
    return draft.key if draft else None


@safe_to_repeat
def keep(account_id: int, answers: Answers, *, now: datetime) -> None:
    """Add the answers of one step to the draft."""
    with unit_of_work() as work:
        draft = work.session.get(PetitionDraft, account_id, with_for_update=True)
        if draft is None:
            draft = PetitionDraft(account_id=account_id, answers="{}", key=new_code(), updated_at=now)
            work.session.add(draft)
        draft.answers = json.dumps(json.loads(draft.answers) | answers, ensure_ascii=False)
        draft.updated_at = now


def discard(account_id: int) -> None:
    """The draft has become a petition, or is given up."""
    with unit_of_work() as work:
        work.session.execute(delete(PetitionDraft).where(PetitionDraft.account_id == account_id))
