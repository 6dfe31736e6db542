"""Asking for one's data to be deleted, and what may be answered (law 91/2025, decree 356/2025)."""

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from .errors import InvalidInput
from .texts import N_, clean_text


class Answer(StrEnum):
    """How a request stands. What a reception leaves on record is never deleted by one."""

    OPEN = "open"
    GRANTED_IN_PART = "granted_in_part"
    REFUSED = "refused"


ANSWER_LABELS = {
    Answer.OPEN: N_("Đang xem xét"),
    Answer.GRANTED_IN_PART: N_("Xóa một phần"),
    Answer.REFUSED: N_("Chưa xóa được"),
}


class KeptBecause(StrEnum):
    """The law that makes us keep what is not deleted."""

    REGISTER = "register"
    RECORDING = "recording"
    PENDING = "pending"


KEPT_LABELS = {
    KeptBecause.REGISTER: N_("Sổ tiếp công dân và hồ sơ phải lưu: Nghị định 154/2026, Điều 27 khoản 1"),
    KeptBecause.RECORDING: N_("Bản ghi âm, ghi hình phải lưu: Nghị định 154/2026, Điều 24"),
    KeptBecause.PENDING: N_("Việc còn đang giải quyết: Luật Tiếp công dân, Điều 28"),
}

WORDS_MAX = 2_000


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The moment from which on what was due on this day is late."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def half_time(asked_at: datetime, until: datetime) -> datetime:
    """When half of the time for an answer is over."""
    return asked_at + (until - asked_at) / 2


def clean_wish(typed: str) -> str:
    """What the person wants deleted. Raises InvalidInput when missing or over 2,000 characters."""
    return _clean(typed, "Hãy ghi Ông/Bà muốn xóa gì.", "wish")


def clean_answer(typed: str) -> str:
    """The answer in words for the person. Raises InvalidInput when missing or over 2,000 characters."""
    return _clean(typed, "Hãy ghi câu trả lời để công dân đọc.", "words")


def _clean(typed: str, missing: str, field: str) -> str:
    words = clean_text(typed)
    if not words:
        raise InvalidInput(missing, field)
    if len(words) > WORDS_MAX:
        raise InvalidInput("Bài dài quá 2.000 chữ cái. Hãy rút bớt.", field)
    return words
