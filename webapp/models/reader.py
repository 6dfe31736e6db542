"""Who reads what a petition tells, without learning who wrote it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .account import Account
from .petition import Petition
from .types import SealedText, UtcDateTime

_OPEN = text("ended_at IS NULL")


class ContentReader(Model):
    """Somebody of an advisory unit was asked to read a petition's redacted copy, to the end of the day `until`.

    Earlier where it was ended, or the petition withdrawn. `struck` are words that the officer who read the copy
    before had struck from it, one a line. Invitations of before had no last day: theirs is counted from the first.
    """

    __tablename__ = "content_reader"
    __table_args__ = (
        Index(
            "uq_content_reader_open",
            "petition_id",
            "account_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[date | None]
    struck: Mapped[str | None] = mapped_column(SealedText)

    petition: Mapped[Petition] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
