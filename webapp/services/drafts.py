"""Drafts of petitions: saved at each step, sent in when every question has its answer.

A person has several, each under the key that its petition will have. A draft begins with its first answer,
so that pressing "begin" any number of times begins nothing twice.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ..domain.codes import new_code
from ..domain.errors import Conflict, NotFound
from ..domain.texts import N_
from ..extensions import db
from ..models import Account, AuditEntry, Petition, PetitionDraft
from . import audit, evidence, petition_steps, petitions, registered, told_answers
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
    beside: Petition | None = None
    part: int | None = None
    parts: int | None = None


@dataclass(frozen=True)
class Seen:
    """The page from which texts are saved: its own key, and the mark of what it showed of them (`mark_of`)."""

    page: str
    base: str


class WrittenElsewhere(Conflict):
    """Since the page was opened the texts were saved differently elsewhere; `texts` are those, by their fields."""

    message = N_("Câu này vừa được ghi khác đi ở máy khác hoặc trang khác. Hãy xem cả hai bài rồi chọn.")

    def __init__(self, texts: Answers):
        super().__init__()
        self.texts = texts


def texts_of(fields: Iterable[str], answers: Answers) -> Answers:
    """Of these fields the long texts, as they were saved last."""
    return {field: answers.get(field, "") for field in fields if field in told_answers.TICKS}


def mark_of(texts: Answers) -> str:
    """By what a page says which texts it shows; whichever line ends a browser makes of them."""
    told = json.dumps({field: _plain(text) for field, text in texts.items()}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _told(row: PetitionDraft) -> Draft:
    about = (row.begun_at, row.updated_at, row.beside, row.part, row.parts)
    return Draft(row.key, json.loads(row.answers), *about)


def list_of(account_id: int) -> list[Draft]:
    """The person's drafts, the one that was written in last first."""
    query = select(PetitionDraft).where(PetitionDraft.account_id == account_id)
    query = query.options(joinedload(PetitionDraft.beside))
    newest = (PetitionDraft.updated_at.desc(), func.coalesce(PetitionDraft.part, 0), PetitionDraft.key)
    return [_told(row) for row in db.session.scalars(query.order_by(*newest))]


def of(account_id: int, key: str) -> Draft | None:
    """This draft of the person's; None: it is not begun, or was sent."""
    row = db.session.get(PetitionDraft, (account_id, key))
    return _told(row) if row else None


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


def of_case(petition: Petition) -> list[Draft]:
    """The author's drafts about the same matter, the parts of a split text in their order first."""
    mine = [draft for draft in list_of(petition.account_id) if draft.beside is not None]
    same = [draft for draft in mine if draft.beside and draft.beside.case_id == petition.case_id]
    return sorted(same, key=lambda draft: (draft.part is None, draft.part or 0, draft.begun_at))


def left_by(petition: Petition) -> list[Draft]:
    """What a text that was split still leaves to be sent, in its order."""
    return [draft for draft in of_case(petition) if draft.part is not None]


@safe_to_repeat
def stand_beside(account_id: int, key: str, petition: Petition | None, *, now: datetime) -> None:
    """The draft is about the same matter as this petition of the person's; None: about a new one.

    Raises:
        NotFound: the petition is another's. Conflict: as `keep`. InvalidInput: with the draft's files the
        matter would have more than a case may have.
    """
    if petition is not None and petition.account_id != account_id:
        raise NotFound("Không tìm thấy đơn này.")
    beside_id = petition.id if petition is not None else None
    with unit_of_work() as work:
        draft = _locked(work, account_id, key) or _begun(work, account_id, key, now)
        if draft.beside_id != beside_id:
            if petition is not None:
                evidence.check_standing_beside(work, evidence.place_of_draft(account_id, key), petition)
            draft.beside_id, draft.part, draft.parts = beside_id, None, None
            draft.updated_at = now


@safe_to_repeat
def keep(account_id: int, key: str, answers: Answers, *, now: datetime, seen: Seen | None = None) -> None:
    """Add the answers of one step to the draft, which begins here when it has none yet.

    With `seen` a long text replaces the one that its page showed, or that this very page saved; the same text
    once more replaces nothing.

    Raises:
        Conflict: it was sent already, or the person has as many drafts as one may have; and as
        `registered.check_kept_apart`.
        WrittenElsewhere: another page or device has saved another text meanwhile.
    """
    with unit_of_work() as work:
        registered.check_kept_apart(account_id, answers.get("kind"), work.session)
        draft = _locked(work, account_id, key) or _begun(work, account_id, key, now)
        if seen is not None:
            _check_seen(draft, answers, seen)
        draft.answers = json.dumps(json.loads(draft.answers) | answers, ensure_ascii=False)
        draft.updated_at = now


@safe_to_repeat
def begin_for_files(account_id: int, key: str, *, now: datetime) -> None:
    """The draft begins with its first file when it has no answer yet; one that was given up does not come back.

    Raises:
        Conflict: as `keep`; or the draft was given up, and only an upload in another window still knows of it.
    """
    with unit_of_work() as work:
        draft = _locked(work, account_id, key)
        if draft is None and _was_given_up(work, account_id, key):
            raise Conflict("Đơn viết dở này đã bỏ nên tệp không gửi vào được nữa.")
        (draft or _begun(work, account_id, key, now)).updated_at = now


def _was_given_up(work: Work, account_id: int, key: str) -> bool:
    """By the audit trail: of the draft itself nothing is left."""
    given_up = select(AuditEntry.id).where(
        AuditEntry.action == "draft_discarded",
        AuditEntry.object_kind == "draft",
        AuditEntry.object_id == key[:40],
        AuditEntry.actor_id == account_id,
    )
    return work.session.scalar(given_up.limit(1)) is not None


def _check_seen(draft: PetitionDraft, answers: Answers, seen: Seen) -> None:
    there = texts_of(answers, json.loads(draft.answers))
    pages: dict[str, str] = json.loads(draft.pages or "{}")
    name = " ".join(sorted(there))
    known = mark_of(there) in (seen.base, mark_of(texts_of(answers, answers)))
    if not known and pages.get(name) != seen.page:
        raise WrittenElsewhere(there)
    draft.pages = json.dumps(pages | {name: seen.page})


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
def submit(*, by: Actor, now: datetime, today: date, key: str, owner_id: int | None = None) -> Petition:
    """The draft (`owner_id`'s, where somebody helps) becomes a petition, in one transaction: what another device saves meanwhile is in
    the petition, or is refused and stays on that device's page. Once more gives the first petition.

    A text that was split leaves a draft behind for each other petition that the person wants. What proves
    that they may speak for others goes with each (decree 154/2026 art. 13), sent once.

    Raises:
        Conflict: a question has no answer (any more), or what is told by voice is still on its way.
        InvalidInput: with its field.
    """
    with unit_of_work() as work:
        account_id = owner_id or by.account_id or 0
        draft = _locked(work, account_id, key)
        before = petitions.submitted_with(key, account_id, work.session)
        if before is not None:
            return before
        answers: Answers = _with_voice(draft, work.session) if draft else {}
        if draft is None or petition_steps.first_open(answers, today) is not None:
            raise Conflict
        if told_answers.waits_for_voice(answers):
            raise Conflict("Lời kể chưa gửi xong. Xin chờ gửi xong rồi bấm Gửi đơn.")
        fields = petition_steps.fields_of(answers, today)
        beside = {"beside_id": draft.beside_id, "owner_id": account_id}
        petition = petitions.submit(fields, by=by, now=now, key=key, **beside)
        work.session.delete(draft)
        following = petition_steps.answers_of_the_others(answers)
        for part, answers_left in enumerate(following, 2):
            left = new_code()
            work.session.add(
                PetitionDraft(
                    account_id=account_id,
                    key=left,
                    answers=json.dumps(answers_left, ensure_ascii=False),
                    begun_at=now,
                    updated_at=now,
                    beside_id=petition.id,
                    part=part,
                    parts=len(following) + 1,
                )
            )
            evidence.carry_proofs(work, petition, left, by=by, now=now)
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
            audit.record(work, "draft_discarded", "draft", key[:40], by=by, now=now)
        if petitions.submitted_with(key, account_id, work.session) is not None:
            return
    place = evidence.place_of_draft(account_id, key)
    for file in evidence.of_place(place):
        evidence.remove(file, place, store=store, by=by, now=now)
