"""From a template and its data to a PDF with tagged, searchable text (PDF/UA-1, PDF/A-2a)."""

import json
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from ..services.passwords import off_loop

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "static" / "vendor" / "tinos"
"""Tinos has every Vietnamese letter; fonts of the machine are not used, so that each machine prints the same."""

_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_LONGEST_WORD = 40
_BREAK = "\u200b"
_BOX = "\u25a1"


def pdf(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """Lay the data out by `templates/TEMPLATE.typ`; `at` is the document's own time."""
    return off_loop(_set, template, data, at)


def _set(template: str, data: dict[str, Any], at: datetime) -> bytes:
    return typst.compile(
        HERE / "templates" / f"{template}.typ",
        root=HERE / "templates",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(cleaned(data), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(at.timestamp()),
    )


def cleaned(data: Any) -> Any:
    """Every text composed (NFC), without what cannot be printed, with room to break in long words."""
    if isinstance(data, str):
        return _printable(data)
    if isinstance(data, dict):
        return {name: cleaned(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [cleaned(value) for value in data]
    return data


def _printable(text: str) -> str:
    shown, run = [], 0
    for ch in unicodedata.normalize("NFC", text).replace("\t", " "):
        if ch == "\n":
            shown.append(ch)
            run = 0
            continue
        if unicodedata.category(ch) in _NOT_SHOWN:
            continue
        run = 0 if ch.isspace() else run + 1
        shown.append(ch if _has_letter(ch) else _BOX)
        if run and run % _LONGEST_WORD == 0:
            shown.append(_BREAK)
    return "".join(shown)


def _has_letter(ch: str) -> bool:
    """Tinos has Latin with the Vietnamese letters, Greek, Cyrillic and common marks; of others it has none."""
    code = ord(ch)
    return code < 0x0530 or 0x1E00 <= code <= 0x1EFF or 0x2010 <= code <= 0x2044 or ch in "₫€№™"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
