"""Documents as they were issued: drawn once, kept with their hash in the audit trail, given out as they are.

A document is drawn by whoever asks for it first, its reader or the worker, from what was true on its own date;
from then on the same bytes are served. What is corrected afterwards makes another version with its own date,
and the older ones stay.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from ..domain.codes import new_code
from ..domain.errors import NotFound
from ..domain.issued_documents import DocumentKind
from ..extensions import db
from ..models import EvidenceReceipt, IssuedDocument, PaperCorrection, Petition, Petitioner
from . import audit
from .actor import Actor
from .unit_of_work import safe_to_repeat, unit_of_work

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(days=1)


class Store(Protocol):
    """Large contents by name, as `integrations.objects` keeps them."""

    def put_once(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def remove(self, name: str) -> None: ...


@dataclass(frozen=True)
class Which:
    """Which document of a petition."""

    kind: DocumentKind
    number: int = 1
    version: int = 1
    lang: str = "vi"


def versions_of(receipt: EvidenceReceipt) -> list[datetime]:
    """The dates of a receipt's versions, the first first: its own, then those of the corrections that it shows.

    Where the author's identity is sealed it shows no paper, so that no correction changes it.
    """
    who = receipt.petition.petitioner
    later = [] if who.sealed else [one.at for one in who.corrections if one.at > receipt.issued_at]
    return [receipt.issued_at, *later]


def kept(petition_id: int, which: Which, session: Session | None = None) -> IssuedDocument | None:
    """The document, when it was issued already."""
    return (session or db.session).scalar(
        select(IssuedDocument).where(
            IssuedDocument.petition_id == petition_id,
            IssuedDocument.kind == which.kind,
            IssuedDocument.number == which.number,
            IssuedDocument.version == which.version,
            IssuedDocument.lang == which.lang,
        )
    )


def issue(
    petition_id: int,
    which: Which,
    draw: Callable[[], bytes],
    *,
    store: Store,
    dated: datetime,
    by: Actor,
    now: datetime,
) -> IssuedDocument:
    """The document as it was issued; when there is none yet, it is drawn and kept now.

    `dated` is its own date. Of two who draw it at the same time, the second gets what the first kept.
    """
    found = kept(petition_id, which)
    if found is not None:
        return found
    content = draw()
    made = IssuedDocument(
        code=new_code(),
        petition_id=petition_id,
        kind=which.kind,
        number=which.number,
        version=which.version,
        lang=which.lang,
        issued_at=dated,
        kept_at=now,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    # The content first: what a row names is there.
    store.put_once(made.name, content)
    told = _keep(made, which, by, now)
    if told.code != made.code:
        store.remove(made.name)
    return told


@safe_to_repeat
def _keep(made: IssuedDocument, which: Which, by: Actor, now: datetime) -> IssuedDocument:
    with unit_of_work() as work:
        work.session.get_one(Petition, made.petition_id, with_for_update=True)
        before = kept(made.petition_id, which, work.session)
        if before is not None:
            return before
        work.session.add(made)
        if which.kind is DocumentKind.PAPERS:
            drawn = EvidenceReceipt.petition_id == made.petition_id, EvidenceReceipt.number == made.number
            once_more = {"draw_failures": 0, "draw_after": None}  # the next version's pauses begin anew
            work.session.execute(update(EvidenceReceipt).where(*drawn).values(once_more))
        work.session.flush()
        about = {"number": made.number, "version": made.version, "lang": made.lang, "sha256": made.sha256}
        about |= {"document": made.id, "kind": made.kind.value, "dated": made.issued_at.isoformat()}
        audit.record(work, "document_issued", "petition", made.petition_id, by=by, now=now, **about)
        return made


def content_of(document: IssuedDocument, store: Store) -> bytes:
    """The bytes as they were issued. Raises NotFound: they are not there any more, or not as they were."""
    try:
        content = store.get(document.name)
    except (FileNotFoundError, InvalidTag):
        raise NotFound from None
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise NotFound
    return content


def note_shown(document: IssuedDocument, *, by: Actor, now: datetime) -> None:
    """Somebody was shown a document that has the whole number of a paper in it."""
    about = {"document": document.id, "number": document.number, "version": document.version}
    with unit_of_work() as work:
        audit.record(work, "document_shown", "petition", document.petition_id, by=by, now=now, **about)


def note_failed(receipt_id: int, *, now: datetime) -> timedelta:
    """A receipt could not be drawn: it waits, each time twice as long, a day at most; returns how long."""
    with unit_of_work() as work:
        row = work.session.get_one(EvidenceReceipt, receipt_id, with_for_update=True)
        pause = min(_FIRST_PAUSE * 2 ** min(row.draw_failures, 20), _LONGEST_PAUSE)
        row.draw_failures, row.draw_after = row.draw_failures + 1, now + pause
        return pause


def next_due(now: datetime) -> EvidenceReceipt | None:
    """A receipt of papers of which a version was not kept yet; none that failed and waits."""
    drawn = (
        select(func.count())
        .select_from(IssuedDocument)
        .where(
            IssuedDocument.petition_id == EvidenceReceipt.petition_id,
            IssuedDocument.kind == DocumentKind.PAPERS,
            IssuedDocument.number == EvidenceReceipt.number,
        )
        .scalar_subquery()
    )
    corrected = (
        select(func.count())
        .select_from(PaperCorrection)
        .where(
            PaperCorrection.petition_id == EvidenceReceipt.petition_id,
            PaperCorrection.at > EvidenceReceipt.issued_at,
        )
        .scalar_subquery()
    )
    due = or_(drawn == 0, and_(Petitioner.sealed.is_(False), drawn <= corrected))
    query = (
        select(EvidenceReceipt)
        .join(Petitioner, Petitioner.petition_id == EvidenceReceipt.petition_id)
        .where(due, or_(EvidenceReceipt.draw_after.is_(None), EvidenceReceipt.draw_after <= now))
        .order_by(EvidenceReceipt.id)
    )
    return db.session.scalar(query.limit(1))
