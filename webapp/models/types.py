"""Column types: UTC time, closed sets as words, encrypted text."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, LargeBinary, String, TypeDecorator

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


class SealedDate(TypeDecorator[date]):
    """A day that the database holds only encrypted, as `SealedText` does texts."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring.encrypt(value.isoformat())

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(keyring.decrypt(bytes(value)))
