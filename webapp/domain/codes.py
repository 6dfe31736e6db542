"""Public codes in addresses: random, unguessable, readable aloud, with a check character."""

import re
import secrets

from .texts import clean_text

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 characters: none that is taken for another (0 o, 1 i l)."""

_BODY = 13  # 31**13 is 64 bits


_REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


def is_request_key(text: object) -> bool:
    """Whether this can be the key by which a repeated request is known to be the same request."""
    return isinstance(text, str) and _REQUEST_KEY.fullmatch(text) is not None


def new_code() -> str:
    """A new public code: 13 random characters and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_BODY))
    return body + _check_character(body)


def is_code(text: str) -> bool:
    """Whether the text has the form of a code and its check character is right."""
    return (
        len(text) == _BODY + 1
        and all(ch in ALPHABET for ch in text)
        and _check_character(text[:-1]) == text[-1]
    )


def read_code(typed: str) -> str:
    """A code as people copy it, in capitals and with spaces, strokes or whatever lies between, as it is kept."""
    return "".join(ch for ch in clean_text(typed).lower() if ch.isalnum())


def in_groups(code: str) -> str:
    """For eyes and ears: groups of five, five and four.

    >>> in_groups("abcdefghjkmnpq")
    'abcde-fghjk-mnpq'
    """
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def _check_character(body: str) -> str:
    """Weighted sum modulo the prime 31: finds each single slip and each swap of neighbours."""
    total = sum((place + 2) * ALPHABET.index(ch) for place, ch in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]
