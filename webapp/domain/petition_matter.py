"""What a petition tells beside its story: help, opponent, earlier settlement, wish, dates."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from .errors import InvalidInput
from .petition_kinds import NARRATIVE_MIN, PetitionKind
from .texts import N_, clean_line, clean_text

COMPLAINT_DAYS = 90
"""Days within which one complains after getting or learning of a decision or act (law on complaints art. 9)."""

ADDITIONS_AN_HOUR = 10
"""To one petition: each goes out with a letter, and is read by an officer."""
LONGEST_ANSWER, LONGEST_ADDITION, LONGEST_REASON = 3_000, 10_000, 500


class Need(StrEnum):
    """Help that a person asks for. Which people they belong to is never asked (law 91/2025)."""

    SIGN_LANGUAGE = "sign"
    INTERPRETER = "spoken"
    WRITER = "writing"


NEED_LABELS = {
    Need.SIGN_LANGUAGE: N_("Người phiên dịch ngôn ngữ ký hiệu"),
    Need.INTERPRETER: N_("Người phiên dịch tiếng nói"),
    Need.WRITER: N_("Người viết hộ, đọc hộ"),
}


def needs_of(answers: Mapping[str, str]) -> frozenset[Need]:
    """What is asked for, by the ticks `need_…`; who names the language to interpret asks for that too."""
    ticked = {need for need in Need if answers[f"need_{need}"]}
    return frozenset(ticked | ({Need.INTERPRETER} if clean_line(answers["language"]) else set()))


class Settled(StrEnum):
    """Whether somebody has dealt with the matter before."""

    NO = "no"
    AGENCY = "agency"
    COURT = "court"
    UNSURE = "unsure"


SETTLED_LABELS = {
    Settled.NO: N_("Chưa ai giải quyết"),
    Settled.AGENCY: N_("Cơ quan nhà nước đã trả lời hoặc giải quyết"),
    Settled.COURT: N_("Tòa án đã hoặc đang xử"),
    Settled.UNSURE: N_("Tôi không rõ"),
}


def needs_opponent(kind: str) -> bool:
    """Complaints and denunciations are against something or somebody; others need not be."""
    return kind in (PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION)


def needs_wish(kind: str) -> bool:
    """A complaint says what it asks for (law on complaints art. 8); with others it may go without."""
    return kind == PetitionKind.COMPLAINT


def least_written(kind: str, settled: str | None) -> dict[str, int]:
    """So many characters of each text one writes at least who tells nothing by word of mouth."""
    return {
        "narrative": NARRATIVE_MIN,
        "against": 3 if needs_opponent(kind) else 0,
        "settled_by": 3 if settled in (Settled.AGENCY, Settled.COURT) else 0,
        "wish": 5 if needs_wish(kind) else 0,
    }


def clean_answer(typed: str, field: str, *, least: int = 0) -> str:
    """A short free answer. Raises InvalidInput: under `least` characters, or over 3,000."""
    text = clean_text(typed)
    if len(text) < least:
        raise InvalidInput("Hãy ghi vài chữ cho rõ.", field)
    if len(text) > LONGEST_ANSWER:
        raise InvalidInput("Dài quá 3.000 chữ cái. Hãy rút bớt.", field)
    return text


def clean_name(typed: str, field: str = "full_name") -> str:
    """A person's name as it is kept. Raises InvalidInput: too short or too long."""
    name = clean_line(typed)
    if not 2 <= len(name) <= 120:
        raise InvalidInput("Hãy ghi họ và tên, từ 2 đến 120 chữ cái.", field)
    return name


def clean_village(typed: str, field: str = "village") -> str:
    """House, hamlet, village or street. Raises InvalidInput: empty or over 200 characters."""
    village = clean_line(typed)
    if not 2 <= len(village) <= 200:
        raise InvalidInput("Hãy ghi thôn, xóm, tổ dân phố hoặc số nhà, từ 2 đến 200 chữ cái.", field)
    return village


def read_birth_year(typed: str, *, today: date) -> int:
    """A year of birth, of someone from 14 to 120 years old. Raises InvalidInput."""
    year = clean_line(typed)
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise InvalidInput("Hãy ghi năm sinh bằng 4 chữ số, ví dụ 1956.", "birth_year")
    if not today.year - 120 <= int(year) <= today.year:
        raise InvalidInput("Năm sinh này chưa đúng. Hãy xem lại trên giấy tờ.", "birth_year")
    if int(year) > today.year - 14:
        raise InvalidInput("Người dưới 14 tuổi cần cha mẹ hoặc người giám hộ trình bày thay.", "birth_year")
    return int(year)


def read_date(day: str, month: str, year: str, *, today: date, field: str = "learned_day") -> date | None:
    """A past day out of three boxes, of which `field` is the first; all empty is no date.

    Raises:
        InvalidInput: a box is missing or no number, no such day, in the future, or before 1945.
    """
    boxes = [clean_line(box) for box in (day, month, year)]
    if not any(boxes):
        return None
    if not all(box.isascii() and box.isdecimal() and len(box) <= 4 for box in boxes):
        raise InvalidInput("Hãy ghi đủ ngày, tháng, năm bằng chữ số, hoặc để trống cả ba ô.", field)
    try:
        found = date(int(boxes[2]), int(boxes[1]), int(boxes[0]))
    except ValueError:
        raise InvalidInput("Ngày này không có trong lịch. Hãy xem lại ngày hoặc tháng.", field) from None
    if found > today:
        raise InvalidInput("Ngày này chưa tới. Hãy xem lại năm.", field)
    if found.year < 1945:
        raise InvalidInput("Hãy ghi năm bằng 4 chữ số, ví dụ 2026.", field)
    return found


def complaint_is_late(kind: str, learned_on: date | None, *, today: date) -> bool:
    """Whether more than 90 days have passed: told to the person, never a reason to refuse here.

    Illness, disaster, war, work or study far away and other objective hindrances do not count
    (law on complaints art. 9): so an officer looks at each case.
    """
    late = learned_on is not None and (today - learned_on).days > COMPLAINT_DAYS
    return kind == PetitionKind.COMPLAINT and late
