"""A PDF looked through by pikepdf: whether it opens without a password, runs nothing, how many pages it has."""

import io
from collections.abc import Iterable
from typing import Any

import pikepdf

from ..domain import evidence as rules
from ..domain.errors import InvalidInput

_RUNS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute", "/Rendition"}
_BY_ITSELF = _RUNS | {"/URI", "/GoToR", "/GoToE", "/Named"}
"""What is harmless when a person clicks on it, and is not when it happens as the file opens."""
_SCRIPTS = ("/JS", "/JavaScript", "/XFA")
_DEEPEST = 50


def pages_of(content: bytes) -> int:
    """How many pages. Raises InvalidInput: locked, broken, or with commands of its own."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if any(_commands(one) for one in every_part(pdf)):
                raise InvalidInput(rules.PDF_SCRIPT, "files")
            return len(pdf.pages)
    except pikepdf.PasswordError:
        raise InvalidInput(rules.LOCKED, "files") from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, TypeError):
        raise InvalidInput(rules.BROKEN, "files") from None


def every_part(pdf: pikepdf.Pdf) -> Iterable[Any]:
    """Every object of the file, those in object streams too, and what lies within each."""
    waiting = [(one, 0) for one in pdf.objects] + [(pdf.trailer, 0)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            yield one
            within: Iterable[Any] = [one.get(name) for name in one.keys()]  # noqa: SIM118 - pikepdf's own keys
        elif isinstance(one, pikepdf.Array):
            within = list(one)
        else:
            continue
        if depth < _DEEPEST:
            waiting += [(part, depth + 1) for part in within if not _is_apart(part)]


def _is_apart(part: Any) -> bool:
    """An object with a number of its own comes by itself; numbers and strings hold nothing."""
    return not isinstance(part, pikepdf.Object) or part.is_indirect


def _commands(one: Any) -> bool:
    if any(name in one for name in _SCRIPTS):
        return True
    if str(one.get("/S", "")) in _RUNS:
        return True
    at_times = one.get("/AA")
    if isinstance(at_times, pikepdf.Dictionary) and any(_runs(run, _BY_ITSELF) for run in at_times.values()):
        return True
    return "/OpenAction" in one and _runs(one["/OpenAction"], _BY_ITSELF)


def _runs(action: Any, kinds: set[str]) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in kinds
