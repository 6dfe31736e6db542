"""Documents that are kept as they were issued: which there are, and how each is drawn for the first time."""

from datetime import datetime
from functools import partial

from ..domain.errors import NotFound
from ..domain.issued_documents import DocumentKind
from ..logs import log
from ..models import EvidenceReceipt, IssuedDocument, Petition
from ..services import issued_documents
from ..services.actor import SYSTEM, Actor
from ..services.issued_documents import Store, Which
from . import receipt_of_documents, receipt_of_petition
from .receipt_of_petition import Paper


def of_petition(
    petition: Petition, paper: Paper, *, store: Store, by: Actor, now: datetime
) -> IssuedDocument:
    """The receipt of a petition in the language of the paper."""
    at = petition.submitted_at
    which = Which(DocumentKind.PETITION, lang=paper.lang)
    draw = partial(receipt_of_petition.pdf, paper, at=at)
    return issued_documents.issue(petition.id, which, draw, store=store, dated=at, by=by, now=now)


def of_papers(
    receipt: EvidenceReceipt, version: int | None = None, *, store: Store, by: Actor, now: datetime
) -> IssuedDocument:
    """A receipt of papers: the version of that number, else the newest. Raises NotFound: there is none."""
    dates = issued_documents.versions_of(receipt)
    number = len(dates) if version is None else version
    if not 1 <= number <= len(dates):
        raise NotFound("Không tìm thấy giấy biên nhận này.")
    dated = dates[number - 1]
    which = Which(DocumentKind.PAPERS, receipt.number, number)
    draw = partial(receipt_of_documents.pdf, receipt, dated)
    return issued_documents.issue(receipt.petition_id, which, draw, store=store, dated=dated, by=by, now=now)


def keep_one_due(now: datetime, *, store: Store) -> bool:
    """Draw the versions of one receipt of papers that nobody asked for yet; returns whether there was one.

    One that cannot be drawn is noted and waits, so that it keeps no other from being drawn.
    """
    receipt = issued_documents.next_due(now)
    if receipt is None:
        return False
    receipt_id = receipt.id
    try:
        for version in range(1, len(issued_documents.versions_of(receipt)) + 1):
            of_papers(receipt, version, store=store, by=SYSTEM, now=now)
    except Exception:
        # Whatever spoils one receipt must not keep those behind it from being drawn.
        pause = issued_documents.note_failed(receipt_id, now=now)
        log.exception("drawing failed", receipt=receipt_id, next_try_in=pause.total_seconds())
    return True
