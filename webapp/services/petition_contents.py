"""What a petition tells, for those who work with it: in whole, or without its authors where they are sealed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from ..domain.redaction import Secrets, redact
from ..models import Petition
from . import localities
from .petitions import home_of


@dataclass(frozen=True)
class Content:
    """What is told in a petition, for those who work with it.

    `told_aloud` are the texts told by word of mouth, `statement` what an officer wrote down of them last.
    """

    narrative: str
    against: str
    settled_by: str
    wish: str
    additions: tuple[tuple[datetime, str], ...]
    told_aloud: frozenset[str]
    statement: str
    withdrawal_reason: str
    redacted: bool


def content_of(petition: Petition, *, whole: bool = False) -> Content:
    """What the petition tells; of a sealed one a copy without its authors, unless `whole`.

    The whole of a sealed one is for those alone who have just opened the identity.
    """
    sealed = petition.petitioner.sealed and not whole
    return _content(petition, _secrets(petition) if sealed else None)


def copy_of(petition: Petition, struck: tuple[str, ...] = (), *, at: datetime) -> Content:
    """For those who read only the content, of whatever petition: as it stood then, these words struck too."""
    return _content(petition, replace(_secrets(petition), struck=struck), at)


def mark_of(content: Content, struck: tuple[str, ...]) -> str:
    """By what a copy that somebody read is known again: another text, or other words struck, have another."""
    told = asdict(content) | {"told_aloud": sorted(content.told_aloud), "struck": struck}
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def missed_of(petition: Petition, struck: tuple[str, ...], *, at: datetime) -> tuple[str, ...]:
    """Those of the struck words that hide nothing more of the copy."""
    usual = copy_of(petition, at=at)
    return tuple(words for words in struck if copy_of(petition, (words,), at=at) == usual)


def _content(petition: Petition, secrets: Secrets | None, at: datetime | None = None) -> Content:
    additions = [one for one in petition.additions if at is None or one.added_at <= at]
    written = [one for one in petition.statements if at is None or one.written_at <= at]
    shown = _reader(secrets)
    return Content(
        shown(petition.narrative),
        shown(petition.against),
        shown(petition.settled_by),
        shown(petition.wish),
        tuple((one.added_at, shown(one.body)) for one in additions),
        petition.told_aloud,
        shown(written[-1].body) if written else "",
        shown(petition.withdrawal_reason or ""),
        secrets is not None,
    )


def shown_of(petition: Petition, text: str) -> str:
    """A text about the petition, as a file's name, without its authors where their identity is sealed."""
    return reader_of(petition)(text)


def reader_of(petition: Petition) -> Callable[[str], str]:
    """`shown_of` for many texts of one petition: what would tell its authors is gathered once."""
    return _reader(_secrets(petition) if petition.petitioner.sealed else None)


def _reader(secrets: Secrets | None) -> Callable[[str], str]:
    return partial(redact, secrets=secrets) if secrets is not None else str


def _secrets(petition: Petition) -> Secrets:
    """Everything that the sealed record tells of a petition's authors."""
    who, home = petition.petitioner, home_of(petition)
    others = who.representatives
    issues = [who.told_issue, *(one.issue for one in who.corrections)]
    return Secrets(
        names=_told(who.full_name, who.represented, *(one.full_name for one in others)),
        places=_told(
            who.village, who.old_address, *(one.address for one in others), *(one.by for one in issues)
        ),
        communes=(home.name, *localities.former_names(home)) if home else (),
        also_the_matter=home is not None and home.code == petition.happened_in_code,
        numbers=_told(who.paper_number, who.phone, *(one.phone for one in others)),
        days=tuple(issue.on for issue in issues if issue.on),
        birth=who.birth_year or "",
        said_in=petition.submitted_at.year,
        language=who.language or "",
    )


def _told(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
