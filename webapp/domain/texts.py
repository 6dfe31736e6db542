"""Cleaning what people type, without changing what they said."""

import unicodedata

_KEPT = {"\n", "\t"}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a text that is translated where it is shown; the domain itself knows no language."""
    return text


def clean_text(typed: str) -> str:
    """The text in composed form (NFC), unix line ends, no control characters, no blank edges.

    Emoji with joiners and combining marks stay; NUL, escape and direction overrides go.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(ch for ch in text if ch in _KEPT or not _is_control(ch))
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(not _is_joiner(ch) and not ch.isspace() for ch in text) else ""


def clean_line(typed: str) -> str:
    """As `clean_text`, on one line with single spaces."""
    return " ".join(clean_text(typed).split())


def _is_control(ch: str) -> bool:
    category = unicodedata.category(ch)
    return category in ("Cc", "Cs") or (category == "Cf" and not _is_joiner(ch) and not _is_tag(ch))


def _is_joiner(ch: str) -> bool:
    return ch in ("\u200c", "\u200d")


def _is_tag(ch: str) -> bool:
    """Tag characters spell the flags of regions after a black flag."""
    return 0xE0020 <= ord(ch) <= 0xE007F


def search_form(text: str) -> str:
    """For comparing as people type: small letters, no marks, đ as d.

    >>> search_form("Đỗ Văn Khoát")
    'do van khoat'
    """
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(ch for ch in plain if not unicodedata.combining(ch)).split())
