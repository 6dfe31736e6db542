"""Which files belong where, and who reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.codes import is_code
from ...domain.errors import InvalidInput, NotFound
from ...domain.evidence import EvidenceKind
from ...domain.texts import clean_text
from ...domain.visit_flow import By
from ...extensions import db
from ...models import AuditEntry, Evidence, Petition, Visit
from .. import audit
from ..actor import Actor
from ..unit_of_work import unit_of_work

_ONE_OPENING = timedelta(hours=1)


class Store(Protocol):
    """Large contents by name, as `integrations.objects` keeps them."""

    def put(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def remove(self, name: str) -> None: ...
    def writing(self, name: str) -> Any: ...
    def reading(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Place:
    """Where files are added: a citizen's draft, or a petition of theirs."""

    account_id: int
    petition_key: str
    petition_id: int | None = None


class Told(StrEnum):
    """Whether something told by voice is there whole, or on its way."""

    KEPT = "kept"
    COMING = "coming"


def place_of_draft(account_id: int, key: str) -> Place:
    """The person's draft, by the key under which it will be submitted."""
    return Place(account_id, key)


def place_of_petition(petition: Petition) -> Place:
    """A petition that was submitted; what is added now comes after it."""
    return Place(petition.account_id, petition.request_key, petition.id)


def of_place(place: Place) -> Sequence[Evidence]:
    """Everything there: kept, arriving, refused, in the order in which it was chosen."""
    here = (Evidence.account_id == place.account_id, Evidence.petition_key == place.petition_key)
    return db.session.scalars(select(Evidence).where(*here).order_by(Evidence.id)).all()


def of_petition(petition: Petition) -> list[Evidence]:
    """What was kept, in the order in which it was chosen."""
    place = Place(petition.account_id, petition.request_key)
    return [one for one in of_place(place) if one.kept_at is not None]


def told_by_voice(place: Place, session: Session | None = None) -> Told | None:
    """How what was told by voice stands there, the best of several; None: nothing was, or it was refused."""
    whole = select(Evidence.kept_at).where(
        Evidence.account_id == place.account_id,
        Evidence.petition_key == place.petition_key,
        Evidence.duration_ms.is_not(None),
        Evidence.problem.is_(None),
    )
    found = list((session or db.session).scalars(whole))
    if not found:
        return None
    return Told.KEPT if any(at is not None for at in found) else Told.COMING


def brought(petition: Petition) -> list[tuple[datetime, By]]:
    """When each kept file had arrived, and by whom, the first first; never which file it is."""
    rows = db.session.execute(
        select(Evidence.kept_at, Evidence.by)
        .where(
            Evidence.account_id == petition.account_id,
            Evidence.petition_key == petition.request_key,
            Evidence.kept_at.is_not(None),
        )
        .order_by(Evidence.kept_at)
    )
    return [(at, by) for at, by in rows if at is not None]


def of_owner(place: Place, code: str) -> Evidence:
    """One file of this place. Raises NotFound, for another's too."""
    return _found(code, Evidence.account_id == place.account_id, Evidence.petition_key == place.petition_key)


def of_visit(visit: Visit, code: str) -> Evidence:
    """A kept file of the visit's petition, for its officer. Raises NotFound."""
    return kept_of(visit.petition, code)


def kept_of(petition: Petition, code: str) -> Evidence:
    """A kept file of the petition, for those entitled to it. Raises NotFound."""
    return _found(
        code,
        Evidence.account_id == petition.account_id,
        Evidence.petition_key == petition.request_key,
        Evidence.kept_at.is_not(None),
    )


def is_sealed(file: Evidence, petition: Petition) -> bool:
    """Whether the file may tell who denounces: any of which nobody said that it does not, and every voice."""
    return petition.is_denunciation and (file.shows_who or file.kind is EvidenceKind.VOICE)


def note_opened(file: Evidence, *, by: Actor, now: datetime) -> None:
    """Write down who opens a file of a petition that is no visit of theirs: once within an hour.

    A player asks for a file part by part, and in what order is its own affair.
    """
    before = select(AuditEntry.id).where(
        AuditEntry.action == "evidence_opened",
        AuditEntry.object_kind == "evidence",
        AuditEntry.object_id == str(file.id),
        AuditEntry.actor_id == by.account_id,
        AuditEntry.at > now - _ONE_OPENING,
        AuditEntry.at >= file.began_at,
    )
    if db.session.scalar(before.limit(1)) is not None:
        return
    with unit_of_work() as work:
        audit.record(work, "evidence_opened", "evidence", file.id, by=by, now=now)


def open_sealed(file: Evidence, *, reason: str, by: Actor, now: datetime) -> None:
    """Write down who opens a file that shows who denounces, and why.

    Raises:
        InvalidInput: no reason, or one too short.
    """
    why = clean_text(reason)
    if len(why) < 10:
        raise InvalidInput("Hãy ghi rõ lý do mở danh tính, ít nhất 10 chữ cái.", "reason")
    with unit_of_work() as work:
        audit.record(work, "evidence_opened", "evidence", file.id, by=by, now=now, reason=why)


def content_of(file: Evidence, form: str, store: Store) -> Any:
    """`whole`, `thumb` or `view` of a kept file, to be read anywhere. Raises NotFound."""
    there = {"whole": True, "thumb": file.has_thumb, "view": file.has_view}.get(form, False)
    if file.kept_at is None or not there:
        raise NotFound
    try:
        return store.reading(f"{file.folder}/{form}")
    except (FileNotFoundError, InvalidTag):
        raise NotFound from None


def _found(code: str, *where: Any) -> Evidence:
    found = (
        db.session.scalar(select(Evidence).where(Evidence.code == code, *where)) if is_code(code) else None
    )
    if found is None:
        raise NotFound("Không tìm thấy tệp này.")
    return found
