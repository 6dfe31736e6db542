"""Petitions: submitted by citizens, read by those entitled, gated when they are denunciations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, object_session

from ..domain.codes import in_groups, is_code, new_code, read_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.identity_papers import Issue, PaperKind, clean_paper_number
from ..domain.notices import Notice
from ..domain.petition_kinds import Gate, PetitionKind, clean_narrative, gate_for
from ..domain.petition_matter import Need, Settled, clean_answer, clean_name
from ..domain.representation import OnBehalf, Proof, proofs_of
from ..domain.telling import Telling
from ..domain.texts import clean_line, clean_text
from ..extensions import db
from ..keyring import keyring
from ..models import (
    Account,
    Case,
    Locality,
    PaperCorrection,
    Petition,
    Petitioner,
    ProofOnPaper,
    Representative,
    Role,
    Visit,
)
from . import audit, notices, registered, statement_waits
from .actor import Actor
from .evidence import receipts as evidence_receipts
from .localities import check_places
from .unit_of_work import Work, safe_to_repeat, unit_of_work


@dataclass(frozen=True)
class Person:
    """Another representative of a group, as typed."""

    full_name: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class PetitionFields:
    """What the citizen filled in, as typed. Whoever writes for another may leave the later ones out."""

    kind: PetitionKind
    protection_wanted: bool | None
    lives_in: str
    old_address: str
    happened_in: str
    narrative: str
    full_name: str
    paper_kind: PaperKind
    paper_number: str
    issue: Issue = Issue()
    birth_year: str = ""
    village: str = ""
    on_behalf: OnBehalf = OnBehalf.MYSELF
    represented: str = ""
    people: int = 1
    representatives: tuple[Person, ...] = ()
    needs: frozenset[Need] = frozenset()
    language: str = ""
    against: str = ""
    learned_on: date | None = None
    settled: Settled | None = None
    settled_by: str = ""
    wish: str = ""
    told: Telling = Telling.WRITTEN
    told_texts: frozenset[str] | None = None
    on_paper: frozenset[Proof] = frozenset()


@safe_to_repeat
def submit(
    fields: PetitionFields,
    *,
    by: Actor,
    now: datetime,
    key: str,
    beside_id: int | None = None,
    owner_id: int | None = None,
) -> Petition:
    """Keep a new petition; the same key again gives the first one back.

    It opens a case, or belongs to that of another petition of the person's, which they named. `owner_id`
    is whose it is, where somebody else sends it for them.

    The identity goes into a record of its own, sealed when the petition is a denunciation. An SMS
    says that it has come, in the same words whatever it is about.

    Raises:
        InvalidInput: with the field and what is wrong in it. Conflict: as `registered.check_kept_apart`.
    """
    told = {
        "narrative": clean_narrative(fields.narrative, told=fields.told.is_oral),
        "against": clean_answer(fields.against, "against"),
        "settled_by": clean_answer(fields.settled_by, "settled_by"),
        "wish": clean_answer(fields.wish, "wish"),
    }
    who, denounces = _identity(fields), fields.kind is PetitionKind.DENUNCIATION
    gate = gate_for(fields.kind, fields.protection_wanted)
    account_id = owner_id or by.account_id or 0
    with unit_of_work() as work:
        before = work.session.scalar(
            select(Petition).where(Petition.account_id == account_id, Petition.request_key == key)
        )
        if before is not None:
            return before
        registered.check_kept_apart(account_id, fields.kind, work.session)
        petition = Petition(
            code=new_code(),
            case_id=_case_id(work, beside_id, account_id, now),
            account_id=account_id,
            kind=fields.kind,
            protection_wanted=fields.protection_wanted if denounces else None,
            gate=gate,
            lives_in_code=None if denounces else fields.lives_in,
            happened_in_code=fields.happened_in,
            on_behalf=fields.on_behalf,
            people=fields.people,
            needs=" ".join(need for need in Need if need in fields.needs),
            learned_on=fields.learned_on,
            settled=fields.settled,
            told=fields.told,
            told_texts=None if fields.told_texts is None else " ".join(sorted(fields.told_texts)),
            submitted_at=now,
            request_key=key,
        )
        for name, words in told.items():
            setattr(petition, name, petition.kept(words))
        work.session.add(petition)
        work.session.flush()
        account = work.session.get(Account, account_id)
        who.petition_id, who.sealed = petition.id, petition.is_denunciation
        who.phone = account.phone if account else None
        who.lives_in_code = fields.lives_in if denounces else None
        work.session.add(who)
        work.session.flush()
        work.session.add_all(_representatives(fields.representatives, petition.id))
        asked = [proof for proof in proofs_of(fields.on_behalf) if proof in fields.on_paper]
        work.session.add_all(
            ProofOnPaper(petition_id=petition.id, proof=proof, promised_at=now) for proof in asked
        )
        audit.record(work, "petition_submitted", "petition", petition.id, by=by, now=now)
        evidence_receipts.issue(petition.id, by=by, now=now)
        statement_waits.note(work, petition.id)
        tell(work, petition, Notice.RECEIVED, now=now)
        return petition


def _case_id(work: Work, beside_id: int | None, account_id: int, now: datetime) -> int:
    beside = work.session.get(Petition, beside_id, with_for_update=True) if beside_id is not None else None
    if beside is not None and beside.account_id == account_id:
        return beside.case_id
    case = Case(opened_at=now)
    work.session.add(case)
    work.session.flush()
    return case.id


def _identity(fields: PetitionFields) -> Petitioner:
    number = clean_paper_number(fields.paper_kind, fields.paper_number)
    return Petitioner(
        full_name=clean_name(fields.full_name),
        old_address=check_places(fields.lives_in, fields.old_address, fields.happened_in),
        paper_kind=fields.paper_kind,
        paper_number=number,
        paper_look_up=keyring.look_up(number),
        paper_issued_on=fields.issue.on,
        paper_issued_by=fields.issue.by,
        birth_year=clean_line(fields.birth_year),
        village=clean_line(fields.village),
        represented=clean_line(fields.represented),
        language=clean_line(fields.language),
    )


def _representatives(people: Iterable[Person], petition_id: int) -> list[Representative]:
    return [
        Representative(
            petition_id=petition_id,
            full_name=clean_name(person.full_name),
            phone=clean_line(person.phone),
            address=clean_line(person.address),
        )
        for person in people
    ]


def tell(
    work: Work,
    petition: Petition,
    notice: Notice,
    *,
    now: datetime,
    about: str = "",
    at: datetime | None = None,
) -> None:
    """A notice to the petition's author: of the petition itself, unless it is about something in it."""
    code, what = in_groups(petition.code), about or f"petition:{petition.id}"
    notices.tell(work, petition.account_id, notice, about=what, now=now, code=code, at=at)


def correct_issue(petition: Petition, issue: Issue, *, by: Actor, now: datetime) -> None:
    """When and where the author's paper was issued, as they tell it now; receipts drawn from now on have it.

    What was told before stays readable: this stands beside it, with who and when. Telling the same again
    changes nothing. That it was corrected is audited, not what stands in it.
    """
    with unit_of_work() as work:
        who = work.session.get_one(Petitioner, petition.id, with_for_update=True)
        before = who.issue
        changed = [name for name in ("on", "by") if getattr(before, name) != getattr(issue, name)]
        if not changed:
            return
        correction = PaperCorrection(
            petition_id=petition.id,
            paper_issued_on=issue.on,
            paper_issued_by=issue.by,
            at=now,
            account_id=by.account_id,
            by=by.by,
        )
        who.corrections.append(correction)
        work.session.flush()
        fields = [f"paper_issued_{name}" for name in changed]
        about = {"fields": fields, "correction": correction.id}
        audit.record(work, "paper_corrected", "petition", petition.id, by=by, now=now, **about)


def home_of(petition: Petition) -> Locality | None:
    """Where the author lives; of a denunciation for those alone to whom the identity was opened."""
    code = petition.lives_in_code or petition.petitioner.lives_in_code
    # In the session of the petition: inside a unit of work, another would keep reading what was before it.
    return (object_session(petition) or db.session()).get(Locality, code) if code else None


def submitted_with(key: str, account_id: int, session: Session | None = None) -> Petition | None:
    """The petition that this very form already made."""
    return (session or db.session).scalar(
        select(Petition).where(Petition.account_id == account_id, Petition.request_key == key)
    )


def of_citizen(code: str, account_id: int) -> Petition:
    """The citizen's own petition. Raises NotFound, for another's too."""
    code = read_code(code)
    mine = select(Petition).where(Petition.code == code, Petition.account_id == account_id)
    petition = db.session.scalar(mine) if is_code(code) else None
    if petition is None:
        raise NotFound("Không tìm thấy đơn này.")
    return petition


def list_of_citizen(account_id: int) -> list[Petition]:
    """The citizen's petitions, the newest first."""
    query = select(Petition).where(Petition.account_id == account_id).order_by(Petition.id.desc())
    return list(db.session.scalars(query))


def decide_gate(petition_id: int, *, online: bool, reason: str, by: Actor, now: datetime) -> Petition:
    """An officer's decision on a denunciation: online (complex and confidential enough) or in person.

    Legal source: decree 154/2026 art. 20.4.

    Raises:
        InvalidInput: no reason. Conflict: it was decided already. NotFound: no such petition.
    """
    why = clean_text(reason)
    if not why:
        raise InvalidInput("Hãy ghi lý do.", "reason")
    with unit_of_work() as work:
        petition = work.session.get(Petition, petition_id, with_for_update=True)
        if petition is None:
            raise NotFound
        if petition.gate is not Gate.AWAITING:
            raise Conflict
        petition.gate = Gate.OPEN if online else Gate.IN_PERSON
        audit.record(
            work, "denunciation_gate", "petition", petition.id, by=by, now=now, gate=petition.gate, reason=why
        )
        return petition


def may_open_identity(petition_id: int, by: Actor, session: Session | None = None) -> bool:
    """Whether a sealed identity may be opened by this person: who holds or held its visit, or a leader."""
    this = select(Petition.id).where(Petition.id == petition_id, openable_by(by, session))
    return (session or db.session).scalar(this) is not None


def openable_by(by: Actor, session: Session | None = None) -> ColumnElement[bool]:
    """The same for a query of petitions: those of which this person may open a sealed identity."""
    account = (session or db.session).get(Account, by.account_id) if by.account_id is not None else None
    if account is not None and Role.LEADER in account.roles:
        return true()
    held = select(Visit.id).where(Visit.petition_id == Petition.id, Visit.officer_id == by.account_id)
    return held.exists()


def open_identity(petition_id: int, *, reason: str, by: Actor, now: datetime) -> Petitioner:
    """See who petitions in full: who looked, and why, goes into the audit trail first.

    A sealed identity is opened with a reason, by those whom `may_open_identity` names; any other without.

    Raises:
        InvalidInput: no reason for a sealed one. NotFound: no such petition, or it is not this person's to open.
    """
    why = clean_text(reason)
    with unit_of_work() as work:
        petitioner = work.session.get(Petitioner, petition_id)
        if petitioner is None:
            raise NotFound
        if petitioner.sealed and not may_open_identity(petition_id, by, work.session):
            raise NotFound
        if petitioner.sealed and len(why) < 10:
            raise InvalidInput("Hãy ghi rõ lý do mở danh tính, ít nhất 10 chữ cái.", "reason")
        audit.record(work, "identity_opened", "petition", petition_id, by=by, now=now, reason=why)
        return petitioner
