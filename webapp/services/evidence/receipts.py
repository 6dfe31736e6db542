"""Receipts of documents (giấy biên nhận, decree 154/2026, form 02/TCD): which files were received, and when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from ...domain.errors import NotFound
from ...domain.representation import Proof, from_words, in_words, proofs_of
from ...extensions import db
from ...models import Evidence, EvidenceReceipt, Petition, ProofOnPaper
from .. import audit
from ..actor import SYSTEM, Actor
from ..unit_of_work import Work, safe_to_repeat, unit_of_work

_PAUSE = timedelta(minutes=30)
"""After so long without another file, what was added gets its receipt without being asked for."""


@safe_to_repeat
def issue(petition_id: int, *, by: Actor, now: datetime) -> EvidenceReceipt | None:
    """A receipt for the kept files that have none yet; without any, nothing.

    Also of a petition that was withdrawn since: what came before is here, and is receipted.
    """
    with unit_of_work() as work:
        petition = work.session.get(Petition, petition_id, with_for_update=True)
        if petition is None:
            raise NotFound
        return _issue(work, petition, by, now)


def _issue(work: Work, petition: Petition, by: Actor, now: datetime) -> EvidenceReceipt | None:
    kept = work.session.scalars(
        select(Evidence).where(
            Evidence.account_id == petition.account_id,
            Evidence.petition_key == petition.request_key,
            Evidence.kept_at.is_not(None),
        )
    ).all()
    files = [file for file in kept if file.receipt_id is None]
    if not files:
        return None
    of_petition = select(func.count()).where(EvidenceReceipt.petition_id == petition.id)
    number = (work.session.scalar(of_petition) or 0) + 1
    missing = in_words(_missing(work, petition, kept))
    receipt = EvidenceReceipt(petition_id=petition.id, number=number, issued_at=now, missing=missing)
    work.session.add(receipt)
    work.session.flush()
    for file in files:
        file.receipt_id = receipt.id
    about = {"number": number, "files": [file.kept_sha256 for file in files]}
    audit.record(work, "evidence_receipt", "petition", petition.id, by=by, now=now, **about)
    return receipt


def _missing(work: Work, petition: Petition, kept: Iterable[Evidence]) -> list[Proof]:
    """Proofs that neither came as a file nor were seen on paper."""
    seen = select(ProofOnPaper.proof).where(
        ProofOnPaper.petition_id == petition.id, ProofOnPaper.seen_at.is_not(None)
    )
    there = {proof for file in kept for proof in from_words(file.proves)} | set(work.session.scalars(seen))
    return [proof for proof in proofs_of(petition.on_behalf) if proof not in there]


def issue_due(now: datetime, most: int = 20) -> int:
    """Receipts that nobody asked for, once nothing was added for a while; returns how many."""
    same = (Petition.account_id == Evidence.account_id) & (Petition.request_key == Evidence.petition_key)
    waiting = (
        select(Petition.id)
        .join(Evidence, same)
        .where(Evidence.receipt_id.is_(None), Evidence.kept_at.is_not(None))
        .group_by(Petition.id)
        .having(func.max(Evidence.kept_at) < now - _PAUSE)
    )
    found = list(db.session.scalars(waiting.limit(most)))
    return sum(issue(petition_id, by=SYSTEM, now=now) is not None for petition_id in found)


def receipts_of(petition_id: int) -> list[EvidenceReceipt]:
    of_petition = select(EvidenceReceipt).where(EvidenceReceipt.petition_id == petition_id)
    of_petition = of_petition.options(selectinload(EvidenceReceipt.files))
    return list(db.session.scalars(of_petition.order_by(EvidenceReceipt.number)))


def of_petition_by_number(petition: Petition, number: int) -> EvidenceReceipt:
    """Raises NotFound."""
    found = next((one for one in receipts_of(petition.id) if one.number == number), None)
    if found is None:
        raise NotFound("Không tìm thấy giấy biên nhận này.")
    return found
