"""How surely we know who somebody is, and what an electronic identity tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .errors import InvalidInput
from .identity_papers import PaperKind, clean_paper_number
from .texts import N_, clean_line


class IdentityLevel(StrEnum):
    """From the least sure to the surest; a level rests on facts that are kept, so it never falls."""

    DECLARED = "declared"
    """Only what the person wrote."""
    PHONE_CONFIRMED = "phone_confirmed"
    """A code reached the phone."""
    ELECTRONIC = "electronic"
    """Signed in with the national electronic identity."""
    SEEN = "seen"
    """An officer, or the staff of the person's bridge point, saw the paper (decree 154/2026 art. 12.1)."""


LEVEL_LABELS = {
    IdentityLevel.DECLARED: N_("Tự khai"),
    IdentityLevel.PHONE_CONFIRMED: N_("Đã xác nhận số điện thoại"),
    IdentityLevel.ELECTRONIC: N_("Định danh điện tử"),
    IdentityLevel.SEEN: N_("Cán bộ đã thấy giấy tờ"),
}


@dataclass(frozen=True)
class ClaimNames:
    """Under which names a provider tells what we ask."""

    full_name: str = "name"
    number: str = "personal_number"
    assurance: str = "acr"
    phone: str = "phone_number"


@dataclass(frozen=True)
class ElectronicClaims:
    """What a provider told of a person, cleaned; empty where it told nothing that can be used.

    `assurance` is the provider's own word for how it knows the person (level 1 or 2 of decree
    69/2024); `phone` is only a proposal, for a code must reach it first.
    """

    issuer: str
    subject: str
    full_name: str = ""
    number: str = ""
    assurance: str = ""
    phone: str = ""


def claims_from(issuer: str, told: Mapping[str, Any], names: ClaimNames) -> ElectronicClaims:
    """The claims by the names of the settings.

    Raises:
        ValueError: no subject, so nobody in particular.
    """
    subject = told.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise ValueError("no subject")

    def word(name: str, most: int) -> str:
        value = told.get(name)
        return clean_line(str(value))[:most] if isinstance(value, str | int) else ""

    try:
        number = clean_paper_number(PaperKind.PERSONAL_NUMBER, word(names.number, 30))
    except InvalidInput:
        number = ""
    return ElectronicClaims(
        issuer=issuer,
        subject=subject,
        full_name=word(names.full_name, 120),
        number=number,
        assurance=word(names.assurance, 40),
        phone=word(names.phone, 30),
    )
