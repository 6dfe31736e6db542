"""Drafts of petitions: one an account, saved at each step, sent in when every question has its answer."""

import json
from datetime import date, datetime

from sqlalchemy import delete

from ..domain.codes import new_code
from ..domain.errors import Conflict
from ..extensions import db
from ..models import Petition, PetitionDraft
from . import petition_steps, petitions
from .actor import Actor
from .petition_steps import Answers
from .unit_of_work import safe_to_repeat, unit_of_work


def answers_of(account_id: int) -> Answers:
    """What the person has answered so far."""
    draft = db.session.get(PetitionDraft, account_id)
    return json.loads(draft.answers) if draft else {}


def key_of(account_id: int) -> str | None:
    """The key under which this draft will be submitted."""
    draft = db.session.get(PetitionDraft, account_id)
    return draft.key if draft else None


def begun(account_id: int, *, now: datetime) -> str:
    """The key of the person's draft, which begins here when there is none yet."""
    keep(account_id, {}, now=now)
    return key_of(account_id) or ""


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


@safe_to_repeat
def submit(*, by: Actor, now: datetime, today: date, key: str) -> Petition:
    """The draft becomes a petition, in one transaction: what another device saves meanwhile is in
    the petition or stays in a draft, and is never lost. The same key again gives the first petition.

    A text that was split leaves the draft of the next petition behind.

    Raises:
        Conflict: a question has no answer (any more). InvalidInput: with its field.
    """
    with unit_of_work() as work:
        draft = work.session.get(PetitionDraft, by.account_id, with_for_update=True)
        before = petitions.submitted_with(key, by.account_id or 0, work.session)
        if before is not None:
            return before
        answers: Answers = json.loads(draft.answers) if draft else {}
        if draft is None or petition_steps.first_open(answers, today) is not None:
            raise Conflict
        petition = petitions.submit(petition_steps.fields_of(answers, today), by=by, now=now, key=key)
        following = petition_steps.answers_of_the_next(answers)
        if following:
            draft.answers, draft.key = json.dumps(following, ensure_ascii=False), new_code()
            draft.updated_at = now
        else:
            work.session.delete(draft)
        return petition


def discard(account_id: int) -> None:
    """The draft is given up."""
    with unit_of_work() as work:
        work.session.execute(delete(PetitionDraft).where(PetitionDraft.account_id == account_id))
