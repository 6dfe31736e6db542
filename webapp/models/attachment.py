"""What is sent beside words: voice messages, pictures and files, piece by piece; and what was read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.attachments import PIECE, AttachmentKind
from ..domain.visit_flow import By
from ..extensions import Model
from .types import TextOrKept, UtcDateTime, Word
from .visit import Message, Visit


class Attachment(Model):
    """One voice message, picture or file; part of the conversation once it is whole.

    Its content lies outside the database. `media_type` is what the content showed itself to be.
    """

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("visit_id", "author_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by: Mapped[By] = mapped_column(Word(By))
    kind: Mapped[AttachmentKind] = mapped_column(Word(AttachmentKind))
    name: Mapped[str] = mapped_column(TextOrKept, default="")
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int]
    pieces: Mapped[int]
    duration_ms: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))
    request_key: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)

    visit: Mapped[Visit] = relationship()
    message: Mapped[Message | None] = relationship(back_populates="attachment")

    @property
    def folder(self) -> str:
        """Where its content lies among the large objects."""
        return f"attachment/{self.code}"

    def size_of(self, number: int) -> int:
        """Bytes in a piece, numbered from 1; no piece of another number has any."""
        if not 1 <= number <= self.pieces:
            return 0
        return PIECE if number < self.pieces else self.size - PIECE * (self.pieces - 1)


class AttachmentPiece(Model):
    """One piece that has arrived."""

    __tablename__ = "attachment_piece"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


class ReadMark(Model):
    """Up to which message one side of a visit has read."""

    __tablename__ = "read_mark"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    by: Mapped[By] = mapped_column(Word(By), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
