"""Everything kept about a person, as a PDF."""

import json
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst

_HERE = Path(__file__).parent
_FONTS = ["Libertinus Serif"]
"""Travels inside the compiler, and has every Vietnamese letter."""

_LONGEST = 40


@dataclass(frozen=True)
class Part:
    """A title and its rows, each of pairs of label and value, in the reader's language."""

    title: str
    rows: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class Paper:
    """What the paper says."""

    lang: str
    office: str
    title: str
    made: str
    nothing: str
    sections: list[Part]


def my_data(paper: Paper) -> bytes:
    """The PDF. Texts go in as data, so that nothing in them can be a command."""
    content = _clean(asdict(paper) | {"fonts": _FONTS})
    data = {"data": json.dumps(content, ensure_ascii=False)}
    return typst.compile(_HERE / "my_data.typ", root=_HERE, font_paths=_fonts(), sys_inputs=data)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _clean(value: object) -> object:
    """Composed letters, no control or direction characters, and long words that can break."""
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """A text as it can be printed."""
    shown = "".join(
        ch for ch in unicodedata.normalize("NFC", text) if ch == "\n" or unicodedata.category(ch)[0] != "C"
    )
    return "".join(_breakable(shown))


def _breakable(text: str) -> list[str]:
    found, since = [], 0
    for ch in text:
        since = 0 if ch.isspace() else since + 1
        found.append(ch)
        if since == _LONGEST:
            found.append("\u200b")
            since = 0
    return found
