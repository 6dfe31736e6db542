"""Everything wrong that a citizen may send, as one table: what it is, its status, and the sentence they read.

Each case is sent to the application as its page would send it, in Vietnamese and in English;
`python -m tests.bad_inputs` writes what came of it to docs/bad-inputs.md.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from flask import Flask
from werkzeug.test import TestResponse

from tests.openid import OpenIdProvider
from tests.views.conftest import Browser, Page
from tests.views.tus import Tus

Sent = Mapping[str, object]
LANGUAGES = ("vi", "en")


class File(NamedTuple):
    """A file as a form sends it."""

    name: str
    content: bytes


class Case(NamedTuple):
    """What is sent besides what is right, the field that is blamed, and what is said beside it.

    No field: it is said on the page. `what` tells in words what the value itself does not show.
    """

    sent: Sent
    field: str
    sentence: str
    status: int = 422
    what: tuple[str, str] = ("", "")
    path: str = ""


@dataclass(frozen=True)
class Place:
    """A person before a page, and where its form goes."""

    person: Browser
    path: str
    usual: Sent = field(default_factory=dict)
    """What else the form holds, all of it right."""
    meant: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """What words in braces mean here and now."""
    method: str = "POST"
    kept: Callable[[], object] = lambda: None
    """What a bad input must not change."""


@dataclass(frozen=True)
class World:
    """The application, with a provider of electronic identities."""

    app: Flask
    provider: OpenIdProvider


@dataclass(frozen=True)
class Group:
    """The cases of one page, in the order in which one person sends them."""

    name: str
    title: tuple[str, str]
    come: Callable[[World], Place]
    cases: list[Case]
    stays: bool = True
    """Whether the page has the form in which everything typed must still be."""
    summed: bool = True
    """Whether a summary leads to the field."""


class Result(NamedTuple):
    """What came of a case: the sentence as it was read, and what was lost or wrong."""

    case: Case
    status: int
    sentence: str
    wrong: list[str]


CHOSEN = {
    "kind",
    "protection_wanted",
    "on_behalf",
    "paper_kind",
    "lives_in",
    "happened_in",
    "split",
    "settled",
    "score",
    "place",
    "slot",
    "of",
}
"""One of several that are offered: what the page never offered cannot stay."""
HIDDEN = {"key", "sitting", "csrf_token", "version", "base", "shows_who", "proof"}
BUTTONS = {"answer", "do", "online"}
"""What the button tells that was pressed."""


def run(group: Group, world: World, language: str = "vi") -> list[Result]:
    """Send all cases of the group, as one person who reads this language."""
    place = group.come(world)
    place.person.client.set_cookie("lang", language)
    before, results = place.kept(), []
    for case in group.cases:
        sent = {name: _meant(value, place) for name, value in (place.usual | case.sent).items()}
        answer = _send(place, place.path + case.path, sent)
        page = Page(answer.text if answer.mimetype == "text/html" else "")
        said = (
            page.beside(case.field) if case.field else answer.json["problem"] if answer.json else _said(page)
        )
        wrong = [] if answer.status_code == case.status else [f"status {answer.status_code}"]
        if language == "vi" and case.sentence not in said:
            wrong.append(f"the sentence is: {said}")
        if group.summed and case.field and f"#{case.field}" not in {one.get("href") for one in page.all("a")}:
            wrong.append("the summary does not lead to it")
        if group.stays:
            wrong += [f"{name} is gone" for name, typed in sent.items() if _is_gone(page, name, typed)]
        if place.kept() != before:
            wrong.append("something was changed")
        results.append(Result(case, answer.status_code, _bare(said), wrong))
    return results


def _meant(value: object, place: Place) -> object:
    if isinstance(value, str) and value.startswith("{") and value[1:-1] in place.meant:
        return place.meant[value[1:-1]]()
    return value


def _send(place: Place, path: str, sent: Sent) -> TestResponse:
    if place.method == "GET":
        return place.person.get(path)
    if place.method == "TUS":
        return _send_in_pieces(Tus(place.person, path), sent)
    token = sent.get("csrf_token")
    form = {
        name: [(io.BytesIO(one.content), one.name) for one in value] if isinstance(value, list) else value
        for name, value in sent.items()
        if name != "csrf_token"
    }
    return place.person.post(path, form, token=None if token is None else str(token))


def _send_in_pieces(tus: Tus, sent: Sent) -> TestResponse:
    content = sent["content"]
    assert isinstance(content, bytes)
    told = {name: str(sent[name]) for name in ("name", "duration") if name in sent}
    begun = tus.create(int(str(sent.get("size", len(content)))), **told)
    return begun if begun.status_code != 201 else tus.patch(begun.headers["Location"], 0, content)


def _said(page: Page) -> str:
    """What stands on the page for the person to know: its summary, its alert, or all it says."""
    for tag, role in (("div", "alert"), ("div", "status")):
        for at, (found, one) in enumerate(page.elements):
            if found == tag and one.get("role") == role:
                items = [
                    page.told[inside]
                    for inside, (inner, _one) in enumerate(page.elements)
                    if inner == "li" and at in page.above[inside]
                ]
                words = " ".join((items[0] if items else page.told.get(at, "")).split())
                if words:
                    return words
    heading = max((at for at, (tag, _one) in enumerate(page.elements) if tag == "h1"), default=0)
    paragraphs = [at for at, (tag, _one) in enumerate(page.elements) if tag == "p" and at > heading]
    return next((words for at in paragraphs if (words := " ".join(page.told.get(at, "").split()))), "")


def _bare(said: str) -> str:
    return re.sub(r"^(Lỗi|Error): ?", "", " ".join(said.split()))


def _is_gone(page: Page, name: str, typed: object) -> bool:
    fields = [one for one in page.all("input", "select", "textarea") if one.get("name") == name]
    if (
        not isinstance(typed, str)
        or name in HIDDEN | BUTTONS
        or (fields and fields[0].get("type") == "password")
    ):
        return False
    if fields and fields[0].get("type") == "checkbox":
        return bool(typed) != bool(page.holds(name))
    if not fields and not typed.strip():
        return False
    if name in CHOSEN and typed not in {
        one.get("value") for one in page.all("input") if one.get("name") == name
    }:
        return False
    if not typed:
        return page.holds(name) not in ([], [""])
    return page.holds(name) != [typed.replace("\r\n", "\n")]
