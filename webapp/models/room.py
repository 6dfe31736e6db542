"""The live side of a visit: how people could talk and when, and the calls owed by telephone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.call_modes import Cause, Mode
from ..domain.visit_flow import By
from ..extensions import Model
from .account import Account
from .types import TextOrKept, UtcDateTime, Word
from .visit import Visit

_OWED = text("settled_at IS NULL")


class ModeChange(Model):
    """From this moment people could talk in this way: written once, never changed.

    Of two, `from_officer` and `from_citizen` say what each of them gave; `mode` is the lower one.
    """

    __tablename__ = "mode_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    mode: Mapped[Mode] = mapped_column(Word(Mode))
    cause: Mapped[Cause] = mapped_column(Word(Cause))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_officer: Mapped[Mode | None] = mapped_column(Word(Mode))
    from_citizen: Mapped[Mode | None] = mapped_column(Word(Mode))


class CallBack(Model):
    """A telephone call that an officer owes a citizen whom the network does not carry.

    The number is the account's and is read from there. One is owed at a time for each visit.
    """

    __tablename__ = "call_back"
    __table_args__ = (
        UniqueConstraint("visit_id", "request_key"),
        Index("uq_call_back_owed", "visit_id", unique=True, sqlite_where=_OWED, postgresql_where=_OWED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    asked_by: Mapped[By] = mapped_column(Word(By))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reached: Mapped[bool | None]
    note: Mapped[str] = mapped_column(TextOrKept, default="")

    visit: Mapped[Visit] = relationship()
    settled_by: Mapped[Account | None] = relationship()
