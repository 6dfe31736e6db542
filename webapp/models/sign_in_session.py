"""Who is signed in where: a row for each device, so that each can be seen and ended."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Model
from .account import Account
from .types import UtcDateTime


class SignInSession(Model):
    """One person signed in on one device, until it is ended or its time is over.

    The cookie names it by `code`. Of the device only words are kept: neither its address nor what its
    browser says of itself. `last_seen_at` is coarse: within an hour of the truth.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    browser: Mapped[str] = mapped_column(String(24))
    system: Mapped[str] = mapped_column(String(24))
    shared: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    account: Mapped[Account] = relationship(lazy="joined")
