"""A copy of a text from which nobody learns who wrote it (law on denunciations: identity is kept secret)."""

import re
from collections.abc import Iterable

from .texts import search_form

HIDDEN = "▇▇▇"
_NUMBERS = re.compile(r"(?<![\w.])\+?\d(?:[ .\-]?\d){7,14}(?![\w])")
"""Phones and identity numbers: eight to fifteen digits, however they are grouped."""
_MONEY = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
"""Sums stay: 250.000.000 belongs to the matter."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with each secret hidden, as typed with or without marks and capitals; numbers and mail too.

    Names that the text gives to other people stay: what is told is not changed.
    """
    for secret in sorted({part for one in secrets for part in _forms(one)}, key=len, reverse=True):
        text = _hide(text, secret)
    text = _NUMBERS.sub(lambda found: found[0] if _MONEY.fullmatch(found[0]) else HIDDEN, text)
    return _MAIL.sub(HIDDEN, text)


def _forms(secret: str) -> list[str]:
    """The whole, and of a name of three words or more also its last two, as people call one another."""
    whole = search_form(secret)
    words = whole.split()
    return [form for form in (whole, " ".join(words[-2:]) if len(words) > 2 else "") if len(form) > 2]


def _hide(text: str, secret: str) -> str:
    """Found in the text without marks, which has one letter for each letter of the text."""
    plain = "".join(search_form(ch) or " " for ch in text)
    if len(plain) != len(text):
        plain = "".join((search_form(ch) or " ")[0] for ch in text)
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, secret.split())) + r"(?!\w)"
    parts, end = [], 0
    for found in re.finditer(pattern, plain):
        parts += [text[end : found.start()], HIDDEN]
        end = found.end()
    return "".join([*parts, text[end:]])
