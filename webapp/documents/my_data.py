"""Everything kept about a person, as a PDF."""

from dataclasses import asdict, dataclass
from datetime import datetime

from .typesetting import pdf as typeset


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


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """The PDF; `at` is when it was made."""
    return typeset("my-data", asdict(paper), at=at)
