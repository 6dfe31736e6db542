"""People who sign in: citizens by phone and code, staff by username and password."""

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from ..domain.sign_in_rules import CodeFor
from ..extensions import Model
from ..keyring import keyring
from .place import BridgePoint
from .types import SealedText, UtcDateTime, Word


class Role(StrEnum):
    """What a person may be; one person may be several."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    LEADER = "leader"
    ADVISORY = "advisory"
    BRIDGE = "bridge"
    ADMIN = "admin"
    DATA_PROTECTION = "data_protection"
    INSPECTOR = "inspector"


STAFF_ROLES = tuple(role for role in Role if role is not Role.CITIZEN)


def phone_look_up(phone: str, within: str = "phone") -> str:
    """The keyed hash by which rows of a phone number (E.164) are found: the database holds no number readable.

    What is kept `within` another matter has hashes of its own, which tell nothing of the account.
    """
    return keyring.look_up(f"{within}:{phone}")


class Account(UserMixin, Model):
    """Someone who can sign in; where they have, `SignInSession` says.

    `phone` is encrypted, so it is compared by `phone_look_up`, which follows it by itself.
    """

    __tablename__ = "account"
    __table_args__ = (Index("uq_account_phone_look_up", "phone_look_up", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    phone: Mapped[str | None] = mapped_column("phone_sealed", SealedText)
    phone_look_up: Mapped[str | None] = mapped_column(String(64))
    _phone_before: Mapped[None] = mapped_column("phone", String(20), unique=True, nullable=True)
    """Empty: numbers stood here readable. Left so that a migration takes nothing away."""
    full_name: Mapped[str] = mapped_column(String(120), default="")
    search_name: Mapped[str] = mapped_column(String(120), default="", index=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    disabled: Mapped[bool] = mapped_column(default=False)
    desk_rights: Mapped[bool] = mapped_column(default=False)
    bridge_point_id: Mapped[int | None] = mapped_column(ForeignKey("bridge_point.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(8), default="vi", server_default="vi")
    """In which messages and letters are written to this person: as they last chose it on the pages."""

    role_rows: Mapped[list["AccountRole"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", lazy="selectin"
    )

    bridge_point: Mapped[BridgePoint | None] = relationship()

    session_code = ""  # no column: by which session this person was found
    session_shared = False  # no column: whether that is on a device that others use too

    @validates("phone")
    def _follow(self, _name: str, phone: str | None) -> str | None:
        self.phone_look_up = None if phone is None else phone_look_up(phone)
        return phone

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(row.role for row in self.role_rows)

    @roles.setter
    def roles(self, roles: set[Role]) -> None:
        kept = {row.role: row for row in self.role_rows}
        self.role_rows = [kept.get(role) or AccountRole(role=role) for role in sorted(roles)]

    @property
    def is_staff(self) -> bool:
        return any(role is not Role.CITIZEN for role in self.roles)

    @property
    def is_active(self) -> bool:
        return not self.disabled

    def get_id(self) -> str:
        """What the cookie names: the session, not the account."""
        return self.session_code


class AccountRole(Model):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(Word(Role), primary_key=True)

    account: Mapped[Account] = relationship(back_populates="role_rows")


class OneTimeCode(Model):
    """A code sent to a phone; kept as a hash, used once. Of the number too only a hash is kept."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_look_up: Mapped[str] = mapped_column(String(64), index=True)
    _phone_before: Mapped[None] = mapped_column("phone", String(20), index=True, nullable=True)
    """Empty, as the account's."""
    what_for: Mapped[CodeFor] = mapped_column(
        Word(CodeFor), default=CodeFor.SIGN_IN, server_default=CodeFor.SIGN_IN.value
    )
    address: Mapped[str] = mapped_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_key: Mapped[str | None] = mapped_column(String(64))


class ResetLink(Model):
    """A one-time way to set a new password; only the hash of its token is kept."""

    __tablename__ = "reset_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class SignInFailure(Model):
    """A wrong password; counted to slow guessing down."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), index=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
