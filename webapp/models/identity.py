"""How surely we know who an account is: its electronic identity, and papers that officers saw."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.visit_flow import By
from ..extensions import Model
from .account import Account
from .types import SealedText, UtcDateTime, Word
from .visit import Visit


class ElectronicIdentity(Model):
    """One person at one provider, and the account that is theirs: one each way.

    The subject may be a personal number, so only its keyed hash is kept.
    """

    __tablename__ = "electronic_identity"
    __table_args__ = (UniqueConstraint("account_id", "issuer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject_look_up: Mapped[str] = mapped_column(String(64), unique=True)
    full_name: Mapped[str] = mapped_column(SealedText)
    number: Mapped[str] = mapped_column(SealedText)
    number_look_up: Mapped[str] = mapped_column(String(64))
    assurance: Mapped[str] = mapped_column(String(40))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class IdentityCheck(Model):
    """An officer, or the staff of the visit's bridge point (`by`), saw the paper of its petitioner.

    The database refuses to change or delete it.
    """

    __tablename__ = "identity_check"
    __table_args__ = (UniqueConstraint("visit_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by: Mapped[By] = mapped_column(Word(By), default=By.OFFICER, server_default=By.OFFICER.value)
    paper_look_up: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    officer: Mapped[Account] = relationship(foreign_keys=[officer_id])
    visit: Mapped[Visit] = relationship()
