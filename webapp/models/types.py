"""Column types: UTC time, closed sets as words, encrypted text."""

import base64
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, LargeBinary, String, Text, TypeDecorator

from ..keyring import keyring

E = TypeVar("E", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite has no zones, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[E]):
    """A member of an enumeration, kept as its own word."""

    impl = String(24)
    cache_ok = True

    def __init__(self, enum: type[E]):
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.enum(value)


class SealedText(TypeDecorator[str]):
    """Text that the database holds only encrypted (AES-GCM, key outside the database)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring.encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keyring.decrypt(bytes(value))


class Kept(str):
    """A text of which the database is to hold nothing readable, in a column where other texts stand as they are."""

    __slots__ = ()


SEALED_MARK = "\x01"
"""Before what is encrypted in a column of texts; cleaned texts hold no such character."""


def sealed_text(value: str) -> str:
    """The text encrypted, for where only texts can stand."""
    return SEALED_MARK + base64.b64encode(keyring.encrypt(value)).decode()


def opened_text(value: str) -> str:
    """What `sealed_text` encrypted; any other text as it is."""
    if not value.startswith(SEALED_MARK):
        return value
    return keyring.decrypt(base64.b64decode(value.removeprefix(SEALED_MARK)))


class TextOrKept(TypeDecorator[str]):
    """A text as it is, or encrypted when it is given as `Kept`; what is read of the latter is `Kept` again.

    No search in the database finds words in what is kept so.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if isinstance(value, Kept):
            return sealed_text(value)
        if value is not None and value.startswith(SEALED_MARK):
            raise ValueError("a text that reads as an encrypted one")
        return value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(SEALED_MARK):
            return value
        return Kept(opened_text(value))


class SealedDate(TypeDecorator[date]):
    """A day that the database holds only encrypted, as `SealedText` does texts."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring.encrypt(value.isoformat())

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(keyring.decrypt(bytes(value)))
