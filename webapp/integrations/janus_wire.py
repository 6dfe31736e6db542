"""The line to Janus 1.1: its HTTP interface of sessions, handles and messages, as janus.py needs it."""

import contextlib
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from .media_engine import EngineDown

PATIENCE = 3.0
_GONE = (458, 459)
"""Errors of a session and of a handle that are no more."""

Body = dict[str, Any]
Place = tuple[int, int]
"""A session and the handle in it."""


class Refused(EngineDown):
    """Janus answered with an error."""

    def __init__(self, code: int, reason: str):
        super().__init__(f"{code} {reason}")
        self.code = code


class Wire:
    """Safe for several threads; a handle of its own for each plugin steers rooms."""

    def __init__(self, url: str, api_secret: str):
        self._url, self._secret = url, api_secret
        self._control: dict[str, Place] = {}  # by plugin
        self._lock = threading.Lock()

    def _attach(self, plugin: str) -> Place:
        session = int(self._post("", {"janus": "create"})["data"]["id"])
        handle = int(self._post(f"/{session}", {"janus": "attach", "plugin": plugin})["data"]["id"])
        return session, handle

    def _destroy(self, session: int) -> None:
        # Gone already, or Janus lets it go by itself.
        with contextlib.suppress(EngineDown):
            self._post(f"/{session}", {"janus": "destroy"})

    def _exchange(self, place: Place, body: Body, kind: str, sdp: str | None) -> str | None:
        """Send a request with a description and wait for its event; the description that it carries."""
        session, handle = place
        sent: Body = {"janus": "message", "body": body}
        if sdp is not None:
            sent["jsep"] = {"type": kind, "sdp": sdp}
        mark = self._post(f"/{session}/{handle}", sent)["transaction"]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for event in self._poll(session):
                if event.get("transaction") == mark:
                    found: str | None = _check(event).get("jsep", {}).get("sdp")
                    return found
        raise EngineDown("no answer")

    def _poll(self, session: int) -> list[Body]:
        found: Any = self._get(f"/{session}?maxev=10")
        return found if isinstance(found, list) else [found]

    def _steer(self, plugin: str, body: Body) -> Body:
        """A request about a room, answered at once; the handle for it is made anew when it is gone."""
        for attempt in (1, 2):
            with self._lock:
                control = self._control.get(plugin)
            if control is None:
                control = self._attach(plugin)
                with self._lock:
                    self._control[plugin] = control
            session, handle = control
            try:
                answer = self._post(f"/{session}/{handle}", {"janus": "message", "body": body})
            except Refused as problem:
                if problem.code not in _GONE or attempt == 2:
                    raise
                with self._lock:
                    self._control.pop(plugin, None)
            else:
                return dict(answer.get("plugindata", {}).get("data", {}))
        raise EngineDown("no handle")

    def _post(self, path: str, body: Body) -> Body:
        sent = {"transaction": secrets.token_hex(8), "apisecret": self._secret, **body}
        request = urllib.request.Request(  # noqa: S310 - the operator's own address
            self._url + path, json.dumps(sent).encode(), {"Content-Type": "application/json"}
        )
        return _check(dict(self._ask(request)))

    def _get(self, path: str) -> Any:
        mark = "&" if "?" in path else "?"
        return self._ask(
            urllib.request.Request(f"{self._url}{path}{mark}apisecret={self._secret}")  # noqa: S310
        )

    @staticmethod
    def _ask(request: urllib.request.Request) -> Any:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)
        except (OSError, ValueError) as problem:
            raise EngineDown(type(problem).__name__) from None


def _check(answer: Body) -> Body:
    """The answer, unless it is an error of Janus or of the room."""
    if answer.get("janus") == "error":
        raise Refused(answer["error"]["code"], answer["error"]["reason"])
    data = answer.get("plugindata", {}).get("data", {})
    if "error_code" in data:
        raise Refused(data["error_code"], data.get("error", ""))
    return answer
