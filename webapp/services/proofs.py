"""The papers that prove that somebody may speak for others: which file is one, what comes on paper, who saw it.

A proof that is missing stops nobody: it is named, to the author and to the officer.

Legal source: decree 154/2026 art. 13; for a group law on reception of citizens art. 29.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.evidence import NOT_KEPT_YET
from ..domain.representation import Proof, from_words, in_words, proofs_of, read_proof
from ..domain.visit_flow import State
from ..extensions import db
from ..models import Account, Evidence, Petition, Petitioner, ProofOnPaper, Visit
from . import audit, drafts, evidence, identity, topics
from .actor import Actor
from .evidence import Place
from .petition_steps import PROMISED
from .told_answers import Answers
from .unit_of_work import Work, safe_to_repeat, unit_of_work


@dataclass(frozen=True)
class ProofState:
    """One paper that is asked for, and how it stands."""

    proof: Proof
    files: tuple[Evidence, ...] = ()
    promised: bool = False
    seen_at: datetime | None = None
    seen_by: Account | None = None

    @property
    def is_there(self) -> bool:
        """Whether it has come: as a file, or on paper before an officer's eyes."""
        return bool(self.files) or self.seen_at is not None

    @property
    def is_missing(self) -> bool:
        """Neither here nor promised."""
        return not self.is_there and not self.promised


def of_draft(account_id: int, key: str, answers: Answers) -> list[ProofState]:
    """The proofs that this draft asks for, by its answers so far."""
    files = evidence.of_place(evidence.place_of_draft(account_id, key))
    return [
        ProofState(proof, _proving(files, proof), promised=answers.get(PROMISED + proof) == "y")
        for proof in proofs_of(answers.get("on_behalf", ""))
    ]


def of_place(place: Place) -> list[ProofState]:
    """The proofs that are asked for there."""
    if place.petition_id is not None:
        return of_petition(db.session.get_one(Petition, place.petition_id))
    key = place.petition_key
    return of_draft(place.account_id, key, drafts.answers_of(place.account_id, key))


def of_petition(petition: Petition) -> list[ProofState]:
    """The proofs that the petition asks for."""
    asked = proofs_of(petition.on_behalf)
    if not asked:
        return []
    files = evidence.of_petition(petition)
    rows = db.session.scalars(select(ProofOnPaper).where(ProofOnPaper.petition_id == petition.id))
    paper = {row.proof: row for row in rows}
    return [_state(proof, _proving(files, proof), paper.get(proof)) for proof in asked]


def _proving(files: Iterable[Evidence], proof: Proof) -> tuple[Evidence, ...]:
    return tuple(one for one in files if one.kept_at is not None and proof in from_words(one.proves))


def _state(proof: Proof, files: tuple[Evidence, ...], paper: ProofOnPaper | None) -> ProofState:
    if paper is None:
        return ProofState(proof, files)
    return ProofState(proof, files, paper.promised_at is not None, paper.seen_at, paper.seen_by)


def choose(place: Place, value: str, code: str, *, chosen: bool, by: Actor, now: datetime) -> None:
    """A file that is attached already is this proof, or is not after all; twice is once.

    Raises:
        InvalidInput: the petition asks for no such paper, or the file is not here in full.
        NotFound: no such file.
    """
    proof = read_proof(value, _asked(place))
    file = evidence.of_owner(place, code)
    if file.kept_at is None:
        raise InvalidInput(NOT_KEPT_YET, "files")
    with unit_of_work() as work:
        row = work.session.get(Evidence, file.id, with_for_update=True)
        if row is None:
            raise NotFound
        before = from_words(row.proves)
        if (proof in before) is chosen:
            return
        row.proves = in_words((*before, proof) if chosen else (one for one in before if one is not proof))
        audit.record(work, "proof_chosen", "evidence", row.id, by=by, now=now, proof=proof, chosen=chosen)


@safe_to_repeat
def promise(place: Place, value: str, *, on_paper: bool, by: Actor, now: datetime) -> None:
    """The author brings this proof on paper, or does not after all; twice is once.

    Raises:
        InvalidInput: the petition asks for no such paper.
    """
    proof = read_proof(value, _asked(place))
    if place.petition_id is None:
        drafts.keep(
            place.account_id, place.petition_key, {PROMISED + proof: "y" if on_paper else ""}, now=now
        )
        return
    with unit_of_work() as work:
        row = _on_paper(work, place.petition_id, proof)
        if (row.promised_at is not None) is on_paper:
            return
        row.promised_at = now if on_paper else None
        audit.record(
            work,
            "proof_promised",
            "petition",
            place.petition_id,
            by=by,
            now=now,
            proof=proof,
            on_paper=on_paper,
        )


def _asked(place: Place) -> tuple[Proof, ...]:
    if place.petition_id is not None:
        return proofs_of(db.session.get_one(Petition, place.petition_id).on_behalf)
    return proofs_of(drafts.answers_of(place.account_id, place.petition_key).get("on_behalf", ""))


def _on_paper(work: Work, petition_id: int, proof: Proof) -> ProofOnPaper:
    row = work.session.get(ProofOnPaper, (petition_id, proof), with_for_update=True)
    if row is None:
        row = ProofOnPaper(petition_id=petition_id, proof=proof)
        work.session.add(row)
        work.session.flush()
    return row


@safe_to_repeat
def record_seen(visit_id: int, value: str, *, by: Actor, now: datetime) -> ProofOnPaper:
    """The officer who holds the visit saw this proof on paper; the first to see it stays on record.

    Raises:
        NotFound: no such visit, or another officer's. InvalidInput: the petition asks for no such paper.
        Conflict: the person is not there, or the identity is sealed and this officer has not opened it.
    """
    with unit_of_work() as work:
        visit = work.session.get(Visit, visit_id, with_for_update=True)
        if visit is None or visit.officer_id != by.account_id:
            raise NotFound
        petition = visit.petition
        row = _on_paper(work, petition.id, read_proof(value, proofs_of(petition.on_behalf)))
        if row.seen_at is not None:
            return row
        if visit.state not in (State.IN_SESSION, State.INTERRUPTED):
            raise Conflict("Công dân chưa vào phòng nên chưa xem được giấy tờ.")
        sealed = work.session.get_one(Petitioner, petition.id).sealed
        if sealed and not identity.has_opened(work, petition.id, by):
            raise Conflict("Danh tính đang niêm phong. Hãy mở danh tính để đối chiếu trước.")
        row.seen_at, row.seen_by_id = now, by.account_id
        audit.record(work, "proof_seen", "petition", petition.id, by=by, now=now, proof=row.proof)
        work.announce(topics.visit(visit))
        return row
