"""Following a case from outside, rating a visit, and what a person asks about their own data."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain.data_requests import Answer, KeptBecause
from ..extensions import Model
from .account import Account
from .sitting import Sitting
from .types import SealedText, UtcDateTime, Word
from .visit import Visit

_OPEN = text("answer = 'open'")


class TrackingCode(Model):
    """Somebody asked to see where a petition stands.

    Every question leaves the same row, whether there is such a petition or not: the worker finds out
    later (`settled_at`) and only then a message goes to the phone of the account, if it is the same.
    """

    __tablename__ = "tracking_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_hash: Mapped[str] = mapped_column(String(64), index=True)
    phone_hash: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    petition_code: Mapped[str] = mapped_column(SealedText)
    phone: Mapped[str] = mapped_column(SealedText)
    code: Mapped[str] = mapped_column(SealedText)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries_left: Mapped[int]
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Rating(Model):
    """What somebody thought of a reception.

    Without a name it knows its sitting and nothing else: no visit, no account, no officer, no hour; its
    id is drawn by lot, so that no order of ids stands beside the order of visits.
    """

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(SealedText)
    given_on: Mapped[date] = mapped_column(Date)

    sitting: Mapped[Sitting] = relationship()
    visit: Mapped[Visit | None] = relationship()


class ContactDetails(Model):
    """What a citizen tells of themselves beside their petitions, and may correct at any time.

    Letters go to `email` once its code was typed; another address has to be confirmed anew.
    """

    __tablename__ = "contact_details"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    full_name: Mapped[str] = mapped_column(SealedText)
    email: Mapped[str] = mapped_column(SealedText)
    address: Mapped[str] = mapped_column(SealedText)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailCode(Model):
    """A code sent by letter; kept as a hash together with its address, which it alone confirms."""

    __tablename__ = "mail_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries_left: Mapped[int]


class DataRequest(Model):
    """A citizen asks for their data to be deleted: a task with a day, never the admin's.

    Whoever answers is reminded at half the time and once it is late: `half_told_at`, `late_told_at`.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        UniqueConstraint("account_id", "request_key"),
        Index("uq_data_request_open", "account_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    wish: Mapped[str] = mapped_column(SealedText)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    request_key: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Answer] = mapped_column(Word(Answer), default=Answer.OPEN)
    kept_because: Mapped[KeptBecause | None] = mapped_column(Word(KeptBecause))
    words: Mapped[str | None] = mapped_column(SealedText)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    half_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
