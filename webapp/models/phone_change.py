"""Accounts that move to another phone number."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .account import Account
from .types import SealedText, UtcDateTime


class PhoneChange(Model):
    """Somebody moves their account to another number: once its code was typed, and who they are was shown anew.

    With an officer it was begun at the desk, for whoever lost the old number and was being received in the visit;
    then `reason` says why.
    """

    __tablename__ = "phone_change"
    __table_args__ = (UniqueConstraint("account_id", "request_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    new_phone: Mapped[str] = mapped_column(SealedText)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    new_proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    reason: Mapped[str | None] = mapped_column(SealedText)
    request_key: Mapped[str] = mapped_column(String(64))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
