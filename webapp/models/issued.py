"""Documents as they were issued."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.issued_documents import DocumentKind
from ..extensions import Model
from .petition import Petition
from .types import UtcDateTime, Word


class IssuedDocument(Model):
    """One document of a petition: written once, its bytes sealed among the large objects.

    `number` is that of the receipt; `version` 1 is the first, each correction makes a later one with its own
    date (`issued_at`). `kept_at` is when it was drawn.
    """

    __tablename__ = "issued_document"
    __table_args__ = (UniqueConstraint("petition_id", "kind", "number", "version", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    kind: Mapped[DocumentKind] = mapped_column(Word(DocumentKind))
    number: Mapped[int]
    version: Mapped[int]
    lang: Mapped[str] = mapped_column(String(8))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))

    petition: Mapped[Petition] = relationship()

    @property
    def name(self) -> str:
        """Where its content lies among the large objects."""
        return f"document/{self.code}/whole"
