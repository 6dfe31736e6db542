"""What tells a person though nobody knows of it: numbers of accounts and cards, plates, initials, ages, kin.

The record of a petition names its author; these stand in the text alone, so they are known by their form. Sums of
money, dates, numbers of decisions, articles and parcels of land have other forms and stay.
"""

import re
from collections.abc import Iterator

from .person_names import EVERYBODYS, is_family, public_places
from .texts import search_form

Span = tuple[int, int]
_FROM, _TO = r"(?<![^\W_])", r"(?![^\W_])"

_ROW = re.compile(r"(?<![\w.])\(?\+?\d(?:[\s.\-()]{0,2}\d){7,}(?!\w)")
"""Phones, identity numbers, bank accounts: eight digits and more, however they are grouped."""
_LETTERED = re.compile(rf"{_FROM}[^\W\d_]{{1,4}}\d(?:[\s.\-]{{0,2}}\d){{7,}}{_TO}")
"""Cards of health insurance and the like: letters, then eight digits or more."""
_MONEY, _DATE = r"[1-9]\d{0,2}(?:\.\d{3})+", r"\d{1,2}\s?[.\-]\s?\d{1,2}\s?[.\-]\s?(?:19|20)\d\d"
_OF_THE_MATTER = re.compile(rf"(?:{_MONEY}|{_DATE})(?:[\s\-]{{1,3}}(?:{_MONEY}|{_DATE}))*")
_PLAIN_MONEY = re.compile(r"[1-9]\d{0,2}(?:\s\d{3})+|[1-9]\d+")
_CURRENCY = re.compile(r"\s*(?:dong|d|vnd|trieu|ty)(?![^\W_])")
_PLATE = re.compile(
    rf"{_FROM}\d\d(?:-?[A-ZĐ][A-ZĐ0-9]?\s?[-. ]\s?|-?[a-zđ][a-zđ0-9]?-)(?:\d{{3}}\.\d\d|\d{{4,5}}){_TO}"
    rf"|{_FROM}\d\d[A-ZĐ][A-ZĐ0-9]?\d{{3}}\.?\d\d{_TO}"
)
_INITIALS = re.compile(r"(?<![\w.])[^\W\d_](?:\.\s?[^\W\d_]){1,4}(?![^\W_])\.?")
_NO_INITIALS = {"ubnd", "hdnd", "chxhcn", "chxhcnvn", "vn", "tp", "tu", "tw"}
_OFFICE = re.compile(
    r"(?:chu tich|bi thu|truong|pho|giam doc|can bo|cong chuc|chu nhiem|thon|xa|phuong)(?:\s+(?:ong|ba))?\s+$"
)
_DIGIT = r"(?:mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin)"
AGES_IN_WORDS = (
    rf"{_FROM}(?P<hide>(?:{_DIGIT}\s+(?:muoi|chuc)(?:\s+{_DIGIT})?|{_DIGIT}\s+(?:mot|tu|lam|nham)"
    r"|muoi\s+(?:sau|bay|tam|chin)))(?=\s+tuoi)"
)
"""Of grown people, in letters without marks."""
KIN = (
    rf"{_FROM}(?P<hide>(?:con|vo|chong|bo|me|cha|ba|ma|u|bu|thay|ong|em|anh|chi|chau|co|di|chu|bac|cau|mo|thim|duong)"
    r"(?:\s+(?:trai|gai|ruot|de|dau|re|nuoi|ca|ut|lon|nho|noi|ngoai|ho|vo|chong|thu hai)){0,2}"
    r"\s+(?:cua\s+)?(?:chung\s+toi|nha\s+toi|gia dinh\s+toi|toi|minh)"
    r"(?:\s*[,:(]?\s*(?:co ten|ten|la|chau|anh|chi|ong|ba|em|co)(?![^\W_])){0,3})(?=[\s,:(])"
)
"""A word for somebody of the author's family; what they are called may follow."""
_NAME = re.compile(r"[\s,:(]{1,2}((?:[^\W\d_]+)(?:[ \u00a0]+[^\W\d_]+){0,4})")
_AND = re.compile(r"\s*(?:,|(v\w))(?=\s)")


def numbers(text: str) -> Iterator[Span]:
    """Rows of digits that may be anybody's, with letters in front or not, and plates."""
    for found in _ROW.finditer(text):
        row = found[0]
        if _OF_THE_MATTER.fullmatch(row.strip("() ")):
            continue
        behind = search_form(text[found.end() : found.end() + 12])
        if _PLAIN_MONEY.fullmatch(row) and _CURRENCY.match(behind):
            continue
        yield found.span()
    for pattern in (_LETTERED, _PLATE):
        yield from (found.span() for found in pattern.finditer(text))


def initials(text: str, own: set[str]) -> Iterator[Span]:
    """Names in initials (N.T.H), but for those of an office ("Chủ tịch T.V.K") that are not the author's."""
    for found in _INITIALS.finditer(text):
        letters = "".join(ch for ch in found[0] if ch.isalpha())
        if not letters.isupper() or search_form(letters) in _NO_INITIALS:
            continue
        of_an_office = _OFFICE.search(search_form(text[max(0, found.start() - 40) : found.start()]) + " ")
        if letters in own or not of_an_office:
            yield found.span()


def initials_of(names: tuple[str, ...]) -> set[str]:
    """A name's initials: all of them, and those of its last two words."""
    words = [name.split() for name in names]
    return {"".join(word[0] for word in part).upper() for one in words for part in (one, one[-2:]) if part}


def names_after(text: str, ends: Iterator[int]) -> Iterator[str]:
    """What people are called whose name begins at these places, and others named in one breath with them."""
    for end in ends:
        name = _name_at(text, end)
        while name:
            words, end = name
            yield " ".join(words)
            more = _AND.match(text, end)
            together = more is not None and search_form(more[1] or "va") == "va"
            name = _name_at(text, more.end()) if more and together else None
            if name and not (len(name[0]) > 1 and is_family(name[0][0])):
                break


def _name_at(text: str, place: int) -> tuple[list[str], int] | None:
    """Capitalised words; without capitals a family name with "văn" or "thị", and one word more."""
    found = _NAME.match(text, place)
    if found is None:
        return None
    words = re.split(r"[ \u00a0]+", found[1])
    capital = next((number for number, word in enumerate(words) if not word[0].isupper()), len(words))
    if not capital and len(words) > 2 and is_family(words[0]) and words[1].casefold() in EVERYBODYS:
        capital = 3
    taken = words[:capital]
    if not taken or public_places(taken):
        return None
    end = found.start(1) + len(found[1])
    if capital < len(words):
        end = text.index(taken[-1], found.start(1) + len(" ".join(taken[:-1]))) + len(taken[-1])
    return taken, end
