"""What is kept about what was done: the audit trail, its seals, and the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..domain.deliveries import Delivery, Purpose
from ..extensions import Model
from .types import SealedText, UtcDateTime, Word, opened_text


class AuditEntry(Model):
    """One thing done by one person. The database refuses to change or delete it.

    In `details` a reason, which a person wrote in their own words, is encrypted; `reason` reads it.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def reason(self) -> str:
        """Why it was done, as whoever did it wrote; entries of before have it as plain text."""
        return opened_text(self.details.get("reason", ""))


class AuditSeal(Model):
    """A link of the hash chain over the audit entries, in their order of sealing."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Notification(Model):
    """A message to someone outside, written with the change that causes it.

    `next_try_at`: from when on it may be sent; while it is being sent, from when on its worker counts as
    dead. The body of a code is emptied once it is sent or given up.
    """

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(SealedText)
    body: Mapped[str] = mapped_column(SealedText)
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose), default=Purpose.NOTICE)
    useful_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[Delivery] = mapped_column(Word(Delivery), default=Delivery.WAITING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gateway_id: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(String(60), default="")
