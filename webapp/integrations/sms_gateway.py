"""SMS by whatever gateway speaks HTTP: address, headers and body are templates from the settings."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from string import Template
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from ..config import SmsSettings
from ..domain.deliveries import (
    BROKEN_OFF,
    GATEWAY_SAYS,
    NO_ANSWER_IN_TIME,
    NOT_REACHED,
    NoAnswer,
    NotTaken,
    Receipt,
    Refused,
)

_MOST_BYTES = 64 * 1024
_ASK_LATER = (429, 503)


class SmsGateway:
    """Hands over one message a connection: an answer that comes twice is never taken for the next one's."""

    def __init__(self, settings: SmsSettings):
        self._settings = settings

    def send(self, recipient: str, body: str, key: str) -> Receipt:
        """Raises NotTaken before the message is on its way, NoAnswer when nobody can say any more."""
        told = self._settings
        values = {"to": recipient, "digits": recipient.lstrip("+"), "text": body, "key": key}
        address = urlsplit(_fill(told.url, values, lambda value: quote(value, safe="")))
        headers = {name: _fill(text, values, str) for name, text in told.headers.items()}
        content = _fill(told.body, values, escape_for(told.headers)).encode()
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection = _open(address.scheme, address.netloc, told.timeout)
        try:
            with _at_most(told.timeout, connection):
                connection.request(told.method, path, content or None, {**headers, "Connection": "close"})
                answer = connection.getresponse()
                return self._read(answer.status, answer.read(_MOST_BYTES))
        except TimeoutError:
            raise NoAnswer(NO_ANSWER_IN_TIME) from None
        except (OSError, HTTPException):
            raise NoAnswer(BROKEN_OFF) from None
        finally:
            connection.close()

    def _read(self, status: int, content: bytes) -> Receipt:
        if status in _ASK_LATER:
            raise NotTaken(f"HTTP {status}")
        if status >= 500 or status == 408:
            raise NoAnswer(f"HTTP {status}")  # it may have got that far only after passing the message on
        if not 200 <= status < 300:
            raise Refused(f"HTTP {status}")
        try:
            told = json.loads(content)
        except ValueError:
            told = None
        path, _, expected = self._settings.ok.partition("=")
        if path and _at(told, path) != expected:
            raise NotTaken(f"{GATEWAY_SAYS}: {re.sub(r'[^A-Za-z0-9._-]', '', _at(told, path))[:20] or '?'}")
        return Receipt(_at(told, self._settings.id_path) if self._settings.id_path else "")


def _open(scheme: str, netloc: str, timeout: float) -> HTTPConnection:
    connection = (HTTPSConnection if scheme == "https" else HTTPConnection)(netloc, timeout=timeout)
    try:
        connection.connect()
    except OSError as problem:
        connection.close()
        raise NotTaken(f"{NOT_REACHED}: {type(problem).__name__}") from None
    return connection


@contextmanager
def _at_most(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """The socket's own limit is for each read: one that sends a byte now and then would hold us for ever."""

    def cut() -> None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(seconds, cut)
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def escape_for(headers: dict[str, str]) -> Callable[[str], str]:
    """How a value is written into a body of the type that the headers name."""
    kind = next((text for name, text in headers.items() if name.lower() == "content-type"), "")
    if "json" in kind:
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    return quote_plus if "x-www-form-urlencoded" in kind else str


def _fill(template: str, values: dict[str, str], escape: Callable[[str], str]) -> str:
    return Template(template).substitute({name: escape(value) for name, value in values.items()})


def _at(told: Any, path: str) -> str:
    """What stands at `data.0.id` of an answer in JSON, as text; empty when there is nothing."""
    for step in path.split("."):
        if isinstance(told, list):
            told = told[int(step)] if step.isdecimal() and int(step) < len(told) else None
        else:
            told = told.get(step) if isinstance(told, dict) else None
    return "" if told is None or isinstance(told, dict | list) else str(told)
