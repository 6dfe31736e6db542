"""Drafts of petitions: saved at each step, sent in when every question has its answer.

A person has several, each under the key that its petition will have. A draft begins with its first answer,
so that pressing "begin" any number of times begins nothing twice.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..domain.codes import new_code
from ..domain.errors import Conflict
from ..extensions import db
from ..models import Account, Petition, PetitionDraft
from . import audit, evidence, petition_steps, petitions, told_answers
from .actor import Actor
from .evidence import Store
from .told_answers import Answers
from .unit_of_work import Work, safe_to_repeat, unit_of_work

MOST = 5
"""So many drafts a person has at a time."""


@dataclass(frozen=True)
class Draft:
    """A petition that is being written."""

    key: str
    answers: Answers
    begun_at: datetime
    updated_at: datetime


def list_of(account_id: int) -> list[Draft]:
    """The person's drafts, the one that was written in last first."""
    query = select(PetitionDraft).where(PetitionDraft.account_id == account_id)
    rows = db.session.scalars(query.order_by(PetitionDraft.updated_at.desc(), PetitionDraft.key))
    return [Draft(row.key, json.loads(row.answers), row.begun_at, row.updated_at) for row in rows]


def answers_of(account_id: int, key: str) -> Answers:
    """What the person has answered so far in this draft; nothing in one that is not begun.

    With it stands whether something was told by voice (`told_answers.RECORDED`).
    """
    draft = db.session.get(PetitionDraft, (account_id, key))
    return _with_voice(draft) if draft else {}


def _with_voice(draft: PetitionDraft, session: Session | None = None) -> Answers:
    answers: Answers = json.loads(draft.answers)
    told = evidence.told_by_voice(evidence.place_of_draft(draft.account_id, draft.key), session)
    return answers | {told_answers.RECORDED: told.value} if told else answers


def left_by(petition: Petition) -> Draft | None:
    """The draft that a split text left behind: it began in the moment in which the petition was sent."""
    mine = list_of(petition.account_id)
    return next((draft for draft in mine if draft.begun_at == petition.submitted_at), None)


@safe_to_repeat
def keep(account_id: int, key: str, answers: Answers, *, now: datetime) -> None:
    """Add the answers of one step to the draft, which begins here when it has none yet.

    Raises:
        Conflict: it was sent already, or the person has as many drafts as one may have.
    """
    with unit_of_work() as work:
        draft = _locked(work, account_id, key) or _begun(work, account_id, key, now)
        draft.answers = json.dumps(json.loads(draft.answers) | answers, ensure_ascii=False)
        draft.updated_at = now


def _locked(work: Work, account_id: int, key: str) -> PetitionDraft | None:
    return work.session.get(PetitionDraft, (account_id, key), with_for_update=True)


def _begun(work: Work, account_id: int, key: str, now: datetime) -> PetitionDraft:
    """The new draft; another request may have begun it while this one waited for the account."""
    work.session.get(Account, account_id, with_for_update=True)
    before = _locked(work, account_id, key)
    if before is not None:
        return before
    if petitions.submitted_with(key, account_id, work.session) is not None:
        raise Conflict(
            "Đơn này đã gửi rồi nên điều vừa ghi chưa được giữ. Hãy mở đơn ở Việc của tôi rồi bổ sung."
        )
    count = select(func.count()).select_from(PetitionDraft).where(PetitionDraft.account_id == account_id)
    if (work.session.scalar(count) or 0) >= MOST:
        raise Conflict("Ông/Bà đang có 5 đơn viết dở. Hãy gửi hoặc bỏ bớt một đơn rồi viết đơn mới.")
    draft = PetitionDraft(account_id=account_id, key=key, answers="{}", begun_at=now, updated_at=now)
    work.session.add(draft)
    return draft


@safe_to_repeat
def submit(*, by: Actor, now: datetime, today: date, key: str) -> Petition:
    """The draft becomes a petition, in one transaction: what another device saves meanwhile is in
    the petition, or is refused and stays on that device's page. Once more gives the first petition.

    A text that was split leaves the draft of the next petition behind.

    Raises:
        Conflict: a question has no answer (any more), or what is told by voice is still on its way.
        InvalidInput: with its field.
    """
    with unit_of_work() as work:
        account_id = by.account_id or 0
        draft = _locked(work, account_id, key)
        before = petitions.submitted_with(key, account_id, work.session)
        if before is not None:
            return before
        answers: Answers = _with_voice(draft, work.session) if draft else {}
        if draft is None or petition_steps.first_open(answers, today) is not None:
            raise Conflict
        if told_answers.waits_for_voice(answers):
            raise Conflict("Lời kể chưa gửi xong. Xin chờ gửi xong rồi bấm Gửi đơn.")
        petition = petitions.submit(petition_steps.fields_of(answers, today), by=by, now=now, key=key)
        work.session.delete(draft)
        following = petition_steps.answers_of_the_next(answers)
        if following:
            told = json.dumps(following, ensure_ascii=False)
            work.session.add(
                PetitionDraft(
                    account_id=account_id, key=new_code(), answers=told, begun_at=now, updated_at=now
                )
            )
        return petition


def note_paper_shown(key: str, *, by: Actor, now: datetime) -> None:
    """Somebody is shown the whole number of the paper in their draft."""
    with unit_of_work() as work:
        audit.record(work, "own_paper_shown", "draft", key[:40], by=by, now=now)


def discard(key: str, *, store: Store, by: Actor, now: datetime) -> None:
    """The draft is given up, with the files that were attached to it; one that was sent stays as it is."""
    account_id = by.account_id or 0
    with unit_of_work() as work:
        draft = _locked(work, account_id, key)
        if draft is not None:
            work.session.delete(draft)
        if petitions.submitted_with(key, account_id, work.session) is not None:
            return
    place = evidence.place_of_draft(account_id, key)
    for file in evidence.of_place(place):
        evidence.remove(file, place, store=store, by=by, now=now)
