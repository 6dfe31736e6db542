"""Petitions: submitted by citizens, read by those entitled, gated when they are denunciations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..domain.codes import is_code, new_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.identity_papers import PaperKind, clean_paper_number
from ..domain.petition_kinds import Gate, PetitionKind, clean_narrative, gate_for
from ..domain.texts import clean_line, clean_text
from ..extensions import db
from ..keyring import keyring
from ..models import Case, Locality, Petition, Petitioner, Pilot
from . import audit
from .actor import Actor
from .evidence import receipts as evidence_receipts
from .unit_of_work import safe_to_repeat, unit_of_work


@dataclass(frozen=True)
class PetitionFields:
    """What the citizen filled in, as typed."""

    kind: PetitionKind
    protection_wanted: bool | None
    lives_in: str
    old_address: str
    happened_in: str
    narrative: str
    full_name: str
    paper_kind: PaperKind
    paper_number: str


@safe_to_repeat
def submit(fields: PetitionFields, *, by: Actor, now: datetime, key: str) -> Petition:
    """Keep a new petition; the same key again gives the first one back.

    The identity goes into a record of its own, sealed when the petition is a denunciation.

    Raises:
        InvalidInput: with the field and what is wrong in it.
    """
    narrative = clean_narrative(fields.narrative)
    full_name = clean_name(fields.full_name)
    number = clean_paper_number(fields.paper_kind, fields.paper_number)
    gate = gate_for(fields.kind, fields.protection_wanted)
    old_address = check_places(fields.lives_in, fields.old_address, fields.happened_in)
    with unit_of_work() as work:
        before = work.session.scalar(
            select(Petition).where(Petition.account_id == by.account_id, Petition.request_key == key)
        )
        if before is not None:
            return before
        case = Case(opened_at=now)
        work.session.add(case)
        work.session.flush()
        petition = Petition(
            code=new_code(),
            case_id=case.id,
            account_id=by.account_id,
            kind=fields.kind,
            protection_wanted=fields.protection_wanted if fields.kind is PetitionKind.DENUNCIATION else None,
            gate=gate,
            lives_in_code=fields.lives_in,
            happened_in_code=fields.happened_in,
            narrative=narrative,
            submitted_at=now,
            request_key=key,
        )
        work.session.add(petition)
        work.session.flush()
        work.session.add(
            Petitioner(
                petition_id=petition.id,
                full_name=full_name,
                old_address=old_address,
                paper_kind=fields.paper_kind,
                paper_number=number,
                paper_look_up=keyring.look_up(number),
                sealed=petition.is_denunciation,
            )
        )
        audit.record(work, "petition_submitted", "petition", petition.id, by=by, now=now)
        evidence_receipts.issue(petition.id, by=by, now=now)
        return petition


def submitted_with(key: str, account_id: int) -> Petition | None:
    """The petition that this very form already made."""
    return db.session.scalar(
        select(Petition).where(Petition.account_id == account_id, Petition.request_key == key)
    )


def clean_name(typed: str) -> str:
    """A person's name as it is kept. Raises InvalidInput when too short or too long."""
    name = clean_line(typed)
    if not 2 <= len(name) <= 120:
        raise InvalidInput("Hãy ghi họ và tên, từ 2 đến 120 chữ cái.", "full_name")
    return name


def check_places(lives_in_code: str, old_address: str, happened_in_code: str) -> str:
    """The old address as it is kept; people outside the pilot are told so.

    Raises:
        InvalidInput: an unknown place, one outside the pilot, or a part of one without the old address.
    """
    lives_in = db.session.get(Locality, lives_in_code)
    if lives_in is None:
        raise InvalidInput("Hãy chọn xã hoặc phường nơi Ông/Bà ở.", "lives_in")
    if lives_in.pilot is Pilot.NO:
        raise InvalidInput(
            "Đang làm thí điểm cho bà con Bắc Từ Liêm, Ba Vì, Quốc Oai, Mỹ Đức. "
            "Nơi Ông/Bà ở chưa có, mời Ông/Bà đến trụ sở hoặc gọi số hỗ trợ.",
            "lives_in",
        )
    kept = clean_text(old_address)[:300]
    if lives_in.pilot is Pilot.PART and len(kept) < 5:
        raise InvalidInput(
            "Chỉ một phần nơi này thuộc thí điểm. Hãy ghi địa chỉ cũ để chúng tôi xem.", "old_address"
        )
    if db.session.get(Locality, happened_in_code) is None:
        raise InvalidInput("Hãy chọn xã hoặc phường nơi xảy ra việc.", "happened_in")
    return kept


def of_citizen(code: str, account_id: int) -> Petition:
    """The citizen's own petition. Raises NotFound, for another's too."""
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


def open_identity(petition_id: int, *, reason: str, by: Actor, now: datetime) -> Petitioner:
    """See who petitions in full: who looked, and why, goes into the audit trail first.

    A sealed identity is opened with a reason; any other without.

    Raises:
        InvalidInput: no reason for a sealed one. NotFound: no such petition.
    """
    why = clean_text(reason)
    with unit_of_work() as work:
        petitioner = work.session.get(Petitioner, petition_id)
        if petitioner is None:
            raise NotFound
        if petitioner.sealed and len(why) < 10:
            raise InvalidInput("Hãy ghi rõ lý do mở danh tính, ít nhất 10 chữ cái.", "reason")
        audit.record(work, "identity_opened", "petition", petition_id, by=by, now=now, reason=why)
        return petitioner
