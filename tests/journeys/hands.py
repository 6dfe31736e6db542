"""A person with a browser that runs no scripts: reads pages, fills forms as they stand, follows links."""

import re
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse


@dataclass
class FormOnPage:
    """A form as the page offers it, with what its fields already hold."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    words: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._form: FormOnPage | None = None
        self._named: dict[str, FormOnPage] = {}
        self._elsewhere: FormOnPage | None = None
        self._area: str | None = None
        self._link: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag in ("style", "script", "template"):
            self._silent += 1
        if tag == "a":
            self._link = found.get("href")
        if tag == "form":
            self._form = FormOnPage(found.get("action", ""))
            self.forms.append(self._form)
            self._named[found.get("id", "")] = self._form
        if tag in ("button", "input") and "form" in found:
            self._elsewhere = self._named.get(found["form"])  # one that stands further down has none of it
        form = self._elsewhere if "form" in found else self._form
        if form is None:
            return
        unticked = found.get("type") in ("radio", "checkbox") and "checked" not in found
        if tag == "input" and "name" in found and not unticked:
            form.values[found["name"]] = found.get("value", "")
        if tag == "textarea":
            self._area = found["name"]
            form.values[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "template"):
            self._silent -= 1
        if tag == "form":
            self._form = None
        if tag == "button":
            self._elsewhere = None
        if tag == "textarea":
            self._area = None
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._area and self._form:
            self._form.values[self._area] += data
        for form in filter(None, (self._form, self._elsewhere)):
            form.words += data
        if self._link:
            self.links.append((data.strip(), self._link))
        self.text.append(data)


class Hands:
    """One person at one browser."""

    def __init__(self, app: Flask):
        self._client = app.test_client()
        self.page: TestResponse | None = None

    def opens(self, path: str) -> "Hands":
        return self._see(self._asks(self._client.get, path))

    def fills(self, button: str, **values: str) -> "Hands":
        """Fill the form that has this button and press it."""
        form = next(form for form in self._read().forms if button in form.words)
        action = form.action or self.path
        return self._see(self._asks(self._client.post, action, data=form.values | values))

    def presses_twice(self, button: str, **values: str) -> "Hands":
        """The same form arrives twice, as on a bad network."""
        form = next(form for form in self._read().forms if button in form.words)
        action, sent = form.action or self.path, form.values | values
        for _ in range(2):
            self._see(self._asks(self._client.post, action, data=sent))
        return self

    def follows(self, words: str) -> "Hands":
        return self.opens(next(where for text, where in self._read().links if words in text))

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.request.full_path.rstrip("?")

    @property
    def reads(self) -> str:
        return " ".join(" ".join(self._read().text).split())

    @staticmethod
    def _asks(method: Callable[..., TestResponse], path: str, **sent: object) -> TestResponse:
        """Outside the test's own application context, which would lend one person's sign-in to another."""
        return Context().run(method, path, follow_redirects=True, **sent)

    def _read(self) -> _Reader:
        assert self.page is not None
        reader = _Reader()
        reader.feed(self.page.get_data(as_text=True))
        return reader

    def _see(self, page: TestResponse) -> "Hands":
        complaints = re.findall(r'class="emsg".*?</p>|<li>.*?</li>', page.get_data(as_text=True))
        assert page.status_code < 400, f"{page.status_code} at {page.request.path}: {complaints}"
        self.page = page
        return self
