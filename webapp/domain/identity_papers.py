"""The four kinds of paper by which a person identifies themselves (decree 154/2026 art. 12.1)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .errors import InvalidInput
from .petition_matter import read_date
from .texts import N_, clean_line


class PaperKind(StrEnum):
    """Kind of identity paper."""

    CITIZEN_CARD = "citizen_card"
    CERTIFICATE = "certificate"
    PERSONAL_NUMBER = "personal_number"
    PASSPORT = "passport"


PAPER_LABELS = {
    PaperKind.CITIZEN_CARD: N_("Thẻ căn cước"),
    PaperKind.CERTIFICATE: N_("Giấy chứng nhận căn cước"),
    PaperKind.PERSONAL_NUMBER: N_("Số định danh cá nhân"),
    PaperKind.PASSPORT: N_("Hộ chiếu"),
}

ISSUERS = (
    "Bộ Công an",
    "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    "Cục Quản lý xuất nhập cảnh",
    "Công an thành phố Hà Nội",
)
"""Who issues most papers, as the papers have it: offered while one types, none is refused."""

_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,8}|[0-9]{6,9}")
"""Vietnam's begin with letters; many countries' are digits alone."""


def read_kind(value: str | None) -> PaperKind:
    """The kind that was chosen. Raises InvalidInput."""
    if value not in set(PaperKind):
        raise InvalidInput("Hãy chọn loại giấy tờ.", "paper_kind")
    return PaperKind(value)


def clean_paper_number(kind: PaperKind, typed: str) -> str:
    """The number as it is kept: no spaces or dots, capitals.

    Twelve-digit numbers are checked for form only: three digits of province, one of century and
    sex, two of birth year, six at random; there is no check digit (decree 137/2015 art. 13).

    Raises:
        InvalidInput: the number is not of the kind's form.
    """
    number = re.sub(r"[\s.\-]", "", typed).upper()
    if kind is PaperKind.PASSPORT:
        if not _PASSPORT.fullmatch(number):
            raise InvalidInput(
                "Số hộ chiếu gồm 6 đến 9 chữ số, trước đó có thể có một hoặc hai chữ cái.", "paper_number"
            )
        return number
    if not _TWELVE_DIGITS.fullmatch(number):
        raise InvalidInput("Số này phải có đủ 12 chữ số.", "paper_number")
    if not 1 <= int(number[:3]) <= 96:
        raise InvalidInput(
            "Ba chữ số đầu không phải mã tỉnh, thành phố. Hãy xem lại trên giấy.", "paper_number"
        )
    return number


@dataclass(frozen=True)
class Issue:
    """When and where a paper was issued, as far as its owner tells it."""

    on: date | None = None
    by: str = ""


def read_issue(day: str, month: str, year: str, place: str, *, birth_year: str | None, today: date) -> Issue:
    """Date and place of issue, which forms ask for beside the number (decree 154/2026, form 02/TCD).

    Each may be left out.

    Raises:
        InvalidInput: no such day, in the future or before birth; too long a place.
    """
    on, by = read_date(day, month, year, today=today, field="issued_day"), clean_line(place)
    if on is not None and birth_year and birth_year.isdecimal() and on.year < int(birth_year):
        raise InvalidInput("Ngày cấp này trước năm sinh. Hãy xem lại trên giấy tờ.", "issued_day")
    if len(by) > 120:
        raise InvalidInput("Nơi cấp dài quá 120 chữ cái.", "issued_by")
    return Issue(on, by)


def paper_warning(kind: PaperKind, number: str, birth_year: int | None) -> str | None:
    """What to tell who gives a birth year that the number contradicts: a warning, never a refusal.

    The number is as `clean_paper_number` gives it. Its fourth digit is the century and the sex
    (0 and 1: born 19xx, 2 and 3: 20xx, ...), the next two the year (decree 137/2015 art. 13). A
    passport's number tells no year. Birth years that were corrected later do differ.

    >>> paper_warning(PaperKind.CITIZEN_CARD, "001062012345", 1962) is None
    True
    """
    if kind is PaperKind.PASSPORT or birth_year is None or not _TWELVE_DIGITS.fullmatch(number):
        return None
    if birth_year == 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]):
        return None
    return N_(
        "Số giấy tờ và năm sinh không khớp nhau. Ông/Bà xem lại giúp; nếu cả hai đều đúng thì cứ đi tiếp."
    )


def masked(number: str) -> str:
    """All but the last three characters hidden."""
    return "•" * max(len(number) - 3, 0) + number[-3:]


def masked_day(day: date) -> str:
    """A date of issue of which only the year shows, where the number is masked."""
    return f"••/••/{day.year}"
