"""What is attached to a petition, while it is written and after: files, their pieces, their receipts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.evidence import EvidenceKind, Scan
from ..domain.visit_flow import By
from ..extensions import Model
from .petition import Petition
from .types import SealedText, UtcDateTime, Word


class Evidence(Model):
    """One file of a petition or of its draft: arriving, then kept or refused.

    `petition_key` is the draft's key, which becomes the petition's request key: so what was attached
    to the draft belongs to the petition from the moment it is submitted, and nothing is moved.
    `account_id` is whose petition it is, `by` in which capacity somebody brought the file: themselves,
    or an officer or a bridge point for them. `shows_who` holds until somebody says that the file does not show
    who brought it (a handwriting, a name, a face); of a denunciation such a file is sealed. `proves` are the
    words of `Proof` that the file is meant to be, with spaces between. `content_of` is the code of the file whose
    content this is as well: one content that belongs to several petitions is stored once.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("account_id", "petition_key", "request_key"),
        Index("ix_evidence_unfinished", "kept_at", "seen_at"),
        Index("ix_evidence_content_of", "content_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    content_of: Mapped[str | None] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by: Mapped[By] = mapped_column(Word(By), default=By.CITIZEN)
    petition_key: Mapped[str] = mapped_column(String(64))
    request_key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(SealedText)
    shows_who: Mapped[bool] = mapped_column(default=True)
    proves: Mapped[str] = mapped_column(String(160), default="", server_default="")
    duration_ms: Mapped[int | None]
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(300))
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[EvidenceKind | None] = mapped_column(Word(EvidenceKind))
    media_type: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    kept_size: Mapped[int | None]
    kept_sha256: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int | None]
    has_thumb: Mapped[bool] = mapped_column(default=False)
    has_view: Mapped[bool] = mapped_column(default=False)
    scan: Mapped[Scan | None] = mapped_column(Word(Scan))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_receipt.id"))

    pieces: Mapped[list["EvidencePiece"]] = relationship(
        order_by="EvidencePiece.start", cascade="all, delete-orphan"
    )
    petition: Mapped[Petition | None] = relationship(
        primaryjoin="and_(Evidence.account_id == foreign(Petition.account_id), "
        "Evidence.petition_key == foreign(Petition.request_key))",
        viewonly=True,
        uselist=False,
    )

    @property
    def folder(self) -> str:
        """Where its content lies among the large objects."""
        return f"evidence/{self.content}"

    @property
    def content(self) -> str:
        """The code under which its content was stored."""
        return self.content_of or self.code

    @property
    def is_whole(self) -> bool:
        return self.received >= self.size

    @property
    def is_arriving(self) -> bool:
        """Neither kept nor refused yet."""
        return self.kept_at is None and self.problem is None


class EvidencePiece(Model):
    """Bytes that arrived in one go; `name` is that of its content among the large objects."""

    __tablename__ = "evidence_piece"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))


class EvidenceReceipt(Model):
    """A receipt of documents (giấy biên nhận, form 02/TCD); numbered within its petition.

    `missing` are the words of the proofs (`Proof`) that were not there when it was issued.
    """

    __tablename__ = "evidence_receipt"
    __table_args__ = (UniqueConstraint("petition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    number: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    missing: Mapped[str] = mapped_column(String(160), default="", server_default="")
    draw_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    draw_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then the worker leaves alone what it could not draw so many times."""

    petition: Mapped[Petition] = relationship()
    files: Mapped[list[Evidence]] = relationship(order_by=Evidence.id)
