"""The demo shows evidence: papers with their receipts, harmless and small."""

from flask import Flask

from tests.marks import postgresql_is_long
from webapp import demo
from webapp.clock import utc_now
from webapp.extensions import db
from webapp.models import Evidence, EvidenceReceipt
from webapp.services import evidence


@postgresql_is_long
def test_some_petitions_of_the_demo_carry_papers_with_their_receipts(app: Flask) -> None:
    demo.load(utc_now())
    db.session.rollback()
    receipts = db.session.query(EvidenceReceipt).all()
    files = db.session.query(Evidence).all()
    assert len(receipts) == 4 and {one.media_type for one in files} == {"application/pdf", "image/jpeg"}
    assert all(one.problem is None and one.receipt_id for one in files)
    assert all(evidence.of_petition(receipt.petition) == receipt.files for receipt in receipts)
    assert sum(one.kept_size or 0 for one in files) < 300_000
