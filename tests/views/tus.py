"""Speaks tus 1.0 to the pages, as a client in a browser does."""

import base64

from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser
from webapp.extensions import db
from webapp.models import Evidence

TUS = f"{people.FILES}/tus"


def told(**words: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in words.items())


class Tus:
    """Speaks the protocol as a client does."""

    def __init__(self, person: Browser, where: str = TUS):
        self.person, self.where = person, where

    def ask(self, method: str, path: str, content: bytes = b"", **headers: str) -> TestResponse:
        about = {name.replace("_", "-"): value for name, value in headers.items()}
        about = {
            "Tus-Resumable": "1.0.0",
            "X-CSRFToken": self.person.token(),
            "Accept": "application/json",
        } | about
        if method == "PATCH":
            about.setdefault("Content-Type", "application/offset+octet-stream")
        send = lambda path, **more: self.person.client.open(path, method=method, **more)  # noqa: E731
        return Browser._ask(send, path, data=content, headers=about)

    def create(self, size: int, key: str = "", **words: str) -> TestResponse:
        about = told(key=key or people.key(), **({"name": "Sổ đỏ.jpg"} | words))
        return self.ask("POST", self.where, Upload_Length=str(size), Upload_Metadata=about)

    def patch(self, url: str, offset: int, content: bytes, **headers: str) -> TestResponse:
        return self.ask("PATCH", url, content, Upload_Offset=str(offset), **headers)

    def send(self, content: bytes, **words: str) -> Evidence:
        url = self.create(len(content), **words).headers["Location"]
        self.last = self.patch(url, 0, content)
        code = url.rsplit("/", 1)[1]
        return db.session.query(Evidence).filter_by(code=code).one()
