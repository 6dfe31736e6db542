"""That a petition was received: for whoever wants it on paper, or keeps it as a file."""

from dataclasses import asdict, dataclass
from datetime import datetime

from .typesetting import pdf as typeset


@dataclass(frozen=True)
class Part:
    """A title and its lines."""

    title: str
    lines: list[str]


@dataclass(frozen=True)
class Paper:
    """What the paper says, in the reader's language; `facts` are pairs of label and value."""

    lang: str
    title: str
    place_and_date: str
    opening: str
    facts: list[tuple[str, str]]
    parts: list[Part]
    note: str


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """The PDF; `at` is when the petition was received."""
    return typeset("receipt-of-petition", asdict(paper), at=at)
