"""A person with a browser, and what every page that they are shown must have."""

from collections import Counter
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import people
from webapp.clock import utc_now
from webapp.domain.devices import Device
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.guest_identity import Guest
from webapp.models import Account, Desk, Participant, Petition, Sitting, Visit
from webapp.services import participants, reception, sessions
from webapp.services.actor import citizen, officer
from webapp.services.participants import Invitation

NO_CONTENT = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNLABELLED = {"hidden", "submit", "button"}


@pytest.fixture
def database() -> str:
    """Pages are the same on both databases: one is enough."""
    return "sqlite"


class Page(HTMLParser):
    """An answer as read: its elements in order, its words, its links."""

    def __init__(self, html: str):
        super().__init__()
        self.whole = html.lstrip().lower().startswith("<!doctype")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self.words: list[str] = []
        self.told: dict[int, str] = {}
        self._open: list[int] = []
        self.above: list[list[int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.above.append(list(self._open))
        if tag not in NO_CONTENT:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self.elements[self._open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.told[place] = self.told.get(place, "") + data
        inside = self.elements[self._open[-1]][0] if self._open else ""
        if inside == "title":
            self.title += data
        elif inside not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [found for tag, found in self.elements if tag in tags]

    def links(self) -> list[str]:
        return [found["href"] for found in self.all("a") if found.get("href", "").startswith("/")]

    def values(self, name: str) -> list[str]:
        """What the fields of this name hold."""
        return [found.get("value", "") for found in self.all("input") if found.get("name") == name]

    def holds(self, name: str) -> list[str]:
        """What the person would send under this name if they pressed the button now."""
        found, choosing = [], False
        for place, (tag, one) in enumerate(self.elements):
            if "name" in one:
                choosing = tag == "select" and one["name"] == name
            if one.get("name") == name:
                if tag == "textarea":
                    found.append(self.told.get(place, "").removeprefix("\n"))
                elif tag == "input" and (one.get("type") not in ("radio", "checkbox") or "checked" in one):
                    found.append(one.get("value", ""))
            elif tag == "option" and choosing and "selected" in one:
                found.append(one.get("value", ""))
        return found

    def beside(self, field: str) -> str:
        """The sentence that stands at the field as its error."""
        places = [place for place, (_tag, one) in enumerate(self.elements) if one.get("id") == f"{field}-e1"]
        return " ".join(self.told[place] for place in places)

    def problems(self) -> list[str]:
        """Everything that no page may lack."""
        found = []
        if self.whole:
            found += [] if self.title.strip().strip("–") and self.title.strip()[0] != "–" else ["no title"]
            found += [] if self.all("html")[0].get("lang") in ("vi", "en") else ["no language"]
        ids = Counter(one["id"] for _tag, one in self.elements if "id" in one)
        found += [f"id {name} {times} times" for name, times in ids.items() if times > 1]
        return found + self._unlabelled() + self._forms_without_token()

    def _unlabelled(self) -> list[str]:
        labelled = {one.get("for") for one in self.all("label")}
        found = []
        for place, (tag, one) in enumerate(self.elements):
            if tag not in ("input", "select", "textarea") or one.get("type") in UNLABELLED:
                continue
            inside = any(self.elements[above][0] == "label" for above in self.above[place])
            if not (inside or one.get("id") in labelled or one.get("aria-label")):
                found.append(f"no label for {tag} {one.get('name')}")
        return found

    def _forms_without_token(self) -> list[str]:
        tokens = {
            above
            for place, (_tag, one) in enumerate(self.elements)
            if one.get("name") == "csrf_token" and one.get("value")
            for above in self.above[place]
        }
        return [
            f"no token in the form to {one.get('action')}"
            for place, (tag, one) in enumerate(self.elements)
            if tag == "form" and one.get("method", "get").lower() == "post" and place not in tokens
        ]


class Browser:
    """A client signed in as an account, as a guest, or as nobody; every page that it is shown is looked over."""

    def __init__(self, app: Flask, account: Account | Guest | None = None):
        self.client = app.test_client()
        self._token = ""
        if account is not None:
            if isinstance(account, Account):
                begun = sessions.begin(account, Device("Chrome", "Android"), now=utc_now())
                account.session_code = begun.code
            with self.client.session_transaction() as session:
                session["_user_id"] = account.get_id()
                session["_fresh"] = True

    def get(self, path: str, **about: object) -> TestResponse:
        return self._ask(self.client.get, path, **about)

    def part(self, path: str, **headers: str) -> TestResponse:
        """What a script on the page asks for to swap it in."""
        return self.get(path, headers={"HX-Request": "true", **headers})

    def post(
        self, path: str, data: dict[str, object] | None = None, token: str | None = None, **about: object
    ) -> TestResponse:
        """Send a form with the token of a page, as every form of ours carries it."""
        sent = {"csrf_token": self.token() if token is None else token, **(data or {})}
        return self._ask(self.client.post, path, data=sent, **about)

    def put(
        self, path: str, content: bytes, media_type: str = "application/octet-stream", **headers: str
    ) -> TestResponse:
        """Send a content as it is, as a script of ours does, with the token beside it."""
        about = {"content_type": media_type, "headers": {"X-CSRFToken": self.token(), **headers}}
        return self._ask(self.client.put, path, data=content, **about)

    def send_as_it_is(self, path: str, **about: object) -> TestResponse:
        """A form that the test itself has put together."""
        return self._ask(self.client.post, path, **about)

    def send(self, method: str, path: str, data: dict[str, Any]) -> TestResponse:
        """A form, or the one content of a PUT."""
        return self.post(path, data) if method == "POST" else self.put(path, data[""])

    def token(self) -> str:
        """Holds as long as the session does."""
        self._token = self._token or Page(self.get("/login").text).values("csrf_token")[-1]
        return self._token

    @staticmethod
    def _ask(method: Callable[..., TestResponse], path: str, **about: object) -> TestResponse:
        """Outside the test's own context, which would lend one person's sign-in to another."""
        answer = Context().run(method, path, **about)
        db.session.rollback()  # what the test reads next is what was written
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            assert Page(answer.text).problems() == [], f"{answer.status_code} at {path}"
        return answer


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Makes a browser for an account, or for nobody."""

    def make(account: Account | None = None) -> Browser:
        return Browser(app, account)

    return make


@pytest.fixture
def page() -> Callable[[TestResponse], Page]:
    """Reads an answer as a page, which must have what every page has."""

    def read(answer: TestResponse) -> Page:
        found = Page(answer.text)
        assert found.problems() == []
        return found

    return read


@dataclass
class Scene:
    """A sitting that is open now, an officer at a desk, and a citizen who waits."""

    sitting: Sitting
    desk: Desk
    officer: Account
    citizen: Account
    petition: Petition
    visit: Visit
    now: datetime

    @property
    def code(self) -> str:
        return self.visit.code

    def call(self) -> "Scene":
        by = officer(self.officer.id)
        self.visit = reception.call(self.visit.id, self.desk.id, by=by, now=utc_now(), key=people.key())
        return self

    def receive(self) -> "Scene":
        self.call()
        self.visit = reception.enter_room(self.visit.id, by=citizen(self.citizen.id), now=utc_now())
        return self


def a_scene() -> Scene:
    now = utc_now()
    sitting, person = people.a_sitting(start=now), people.a_citizen()
    desk, by = people.an_open_desk(now)
    visit, _ = people.a_waiting_visit(sitting, now, person)
    held_by = db.session.get_one(Account, by.account_id)
    petition = db.session.get_one(Petition, visit.petition_id)
    return Scene(sitting, desk, held_by, person, petition, visit, now)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def a_denouncer_waits(sitting: Sitting, now: datetime, point: int | None = None, **changed: object) -> Visit:
    """Someone who denounces, asked for no protection, and waits for an officer's decision."""
    account = people.a_citizen()
    told: dict[str, object] = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}
    petition = people.a_petition(account, now, **(told | changed))
    by = citizen(account.id)
    return reception.take_number(
        petition.id, sitting.id, bridge_point_id=point, by=by, now=now, key=people.key()
    )


def an_invitation(scene: Scene, role: str = "interpreter", **more: str) -> tuple[Participant, str]:
    """Someone whom the officer of the visit invited, and the link's token."""
    wanted = Invitation(role, "Trần Thị Mỵ", "Trung tâm phiên dịch", **more)
    by = officer(scene.officer.id)
    return participants.invite(scene.visit.id, wanted, by=by, now=utc_now(), key=people.key())


def a_guest_inside(scene: Scene, role: str = "interpreter") -> Participant:
    """Someone who opened the link and was let in."""
    invited, token = an_invitation(scene, role)
    participants.open_link(token, now=utc_now(), key=people.key())
    return participants.admit(invited.id, by=officer(scene.officer.id), now=utc_now(), key=people.key())
