"""The four kinds of paper by which a person identifies themselves (decree 154/2026 art. 12.1)."""

import re
from enum import StrEnum

from .errors import InvalidInput
from .texts import N_


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

_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,8}")


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
            raise InvalidInput("Số hộ chiếu gồm một hoặc hai chữ cái rồi đến 6 đến 8 chữ số.", "paper_number")
        return number
    if not _TWELVE_DIGITS.fullmatch(number):
        raise InvalidInput("Số này phải có đủ 12 chữ số.", "paper_number")
    if not 1 <= int(number[:3]) <= 96:
        raise InvalidInput(
            "Ba chữ số đầu không phải mã tỉnh, thành phố. Hãy xem lại trên giấy.", "paper_number"
        )
    return number


def masked(number: str) -> str:
    """All but the last three characters hidden."""
    return "•" * max(len(number) - 3, 0) + number[-3:]
