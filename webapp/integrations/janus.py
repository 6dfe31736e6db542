"""Janus 1.1 as the mixer, by its HTTP interface: AudioBridge, one room a visit.

Each participant has a session of its own there. Whoever is connected here has it kept alive; one who
has gone is let go by Janus itself after its session timeout, which is the grace in which a lost
line of signalling does not end a voice that still flows. Rooms are steered by their secret, so that
any process can mute and put out, and a Janus that was restarted is filled again by fresh joins.
"""

import contextlib
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from ..domain.call_engine import Profile
from .media_engine import EngineDown
from .sdp import for_mixer

PATIENCE = 3.0
_AUDIO = "janus.plugin.audiobridge"
_ROOM_EXISTS, _NO_ROOM, _NO_USER, _ID_TAKEN = 486, 485, 492, 490
_GONE = (458, 459)
"""Errors of a session and of a handle that are no more."""

Body = dict[str, Any]


class Refused(EngineDown):
    """Janus answered with an error."""

    def __init__(self, code: int, reason: str):
        super().__init__(f"{code} {reason}")
        self.code = code


class Janus:
    """The engine. Safe for several threads; keeps only which session is whose."""

    mixes = True

    def __init__(self, url: str, *, api_secret: str, admin_key: str, room_key: str):
        self._url, self._secret, self._admin_key = url, api_secret, admin_key
        self._room_key = room_key.encode()
        self._places: dict[str, tuple[int, int]] = {}  # participant: session and handle
        self._control: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def open_room(self, room: str) -> None:
        try:
            self._steer(
                {
                    "request": "create",
                    "room": room,
                    "admin_key": self._admin_key,
                    "secret": self._key_of(room, "secret"),
                    "pin": self._key_of(room, "pin"),
                    "is_private": True,
                    "permanent": False,
                    "sampling_rate": 16_000,
                    "audiolevel_event": False,
                    "default_prebuffering": 6,
                }
            )
        except Refused as problem:
            if problem.code != _ROOM_EXISTS:
                raise

    def join(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        if "m=audio" not in offer:
            raise EngineDown("no voice in the offer")
        self.leave(who)
        self.open_room(room)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._join(room, who, offer, profile, muted)
            except Refused as problem:
                if problem.code != _ID_TAKEN or time.monotonic() > until:
                    raise
            # The name is held by a session that is just ending, or by one of another process.
            self.kick(room, who)
            time.sleep(0.05)

    def _join(self, room: str, who: str, offer: str, profile: Profile, muted: bool) -> str:
        place = self._attach()
        try:
            answer = self._describe(
                place,
                {
                    "request": "join",
                    "room": room,
                    "pin": self._key_of(room, "pin"),
                    "id": who,
                    "display": "",
                    "codec": "opus",
                    "muted": muted,
                    "bitrate": profile.bitrate,
                    "expected_loss": profile.expected_loss,
                },
                offer,
                profile,
            )
        except EngineDown:
            self._destroy(place[0])
            raise
        with self._lock:
            self._places[who] = place
        return answer

    def restart(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        with self._lock:
            place = self._places.get(who)
        if place is not None:
            try:
                return self._describe(place, {"request": "configure", "update": True}, offer, profile)
            except EngineDown:
                self.leave(who)
        return self.join(room, who, offer, profile, muted=muted)

    def mute(self, room: str, who: str, on: bool) -> None:
        self._steer_one("mute" if on else "unmute", room, who)

    def kick(self, room: str, who: str) -> None:
        self._steer_one("kick", room, who)
        self.leave(who)

    def _steer_one(self, request: str, room: str, who: str) -> None:
        about = {"request": request, "room": room, "secret": self._key_of(room, "secret"), "id": who}
        try:
            self._steer(about)
        except Refused as problem:
            if problem.code not in (_NO_ROOM, _NO_USER):
                raise

    def leave(self, who: str) -> None:
        with self._lock:
            place = self._places.pop(who, None)
        if place is not None:
            self._destroy(place[0])

    def record(self, room: str, folder: str | None) -> None:
        about: Body = {
            "request": "enable_mjrs",
            "room": room,
            "secret": self._key_of(room, "secret"),
            "mjrs": folder is not None,
        }
        try:
            self._steer(about | ({"mjrs_dir": folder} if folder else {}))
        except Refused as problem:
            if problem.code != _NO_ROOM:
                raise

    def close_room(self, room: str) -> None:
        try:
            self._steer({"request": "destroy", "room": room, "secret": self._key_of(room, "secret")})
        except Refused as problem:
            if problem.code != _NO_ROOM:
                raise

    def listing(self, room: str) -> dict[str, bool]:
        try:
            found = self._steer({"request": "listparticipants", "room": room})
        except Refused as problem:
            if problem.code == _NO_ROOM:
                return {}
            raise
        return {one["id"]: bool(one.get("muted")) for one in found.get("participants", [])}

    def keep_alive(self, who: str) -> bool:
        with self._lock:
            place = self._places.get(who)
        if place is None:
            return False
        try:
            self._post(f"/{place[0]}", {"janus": "keepalive"})
        except Refused:
            with self._lock:
                if self._places.get(who) == place:
                    del self._places[who]
            return False
        return True

    def health(self) -> str:
        try:
            return "ok" if self._get("/info").get("janus") == "server_info" else "down"
        except EngineDown:
            return "down"

    def _key_of(self, room: str, use: str) -> str:
        """A room's secret or pin: any process of ours knows it, and nobody else."""
        return hmac.new(self._room_key, f"{use}\0{room}".encode(), hashlib.sha256).hexdigest()[:32]

    def _attach(self) -> tuple[int, int]:
        session = int(self._post("", {"janus": "create"})["data"]["id"])
        handle = int(self._post(f"/{session}", {"janus": "attach", "plugin": _AUDIO})["data"]["id"])
        return session, handle

    def _destroy(self, session: int) -> None:
        # Gone already, or Janus lets it go by itself.
        with contextlib.suppress(EngineDown):
            self._post(f"/{session}", {"janus": "destroy"})

    def _describe(self, place: tuple[int, int], body: Body, offer: str, profile: Profile) -> str:
        """Send an offer with a request and wait for the event that carries the answer."""
        session, handle = place
        jsep = {"type": "offer", "sdp": for_mixer(offer, profile)}
        mark = self._post(f"/{session}/{handle}", {"janus": "message", "body": body, "jsep": jsep})[
            "transaction"
        ]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for event in self._poll(session):
                if event.get("transaction") == mark:
                    _check(event)
                    if "jsep" in event:
                        return for_mixer(event["jsep"]["sdp"], profile)
        raise EngineDown("no answer to the offer")

    def _poll(self, session: int) -> list[Body]:
        found: Any = self._get(f"/{session}?maxev=10")
        return found if isinstance(found, list) else [found]

    def _steer(self, body: Body) -> Body:
        """A request about a room, answered at once; the handle for it is made anew when it is gone."""
        for attempt in (1, 2):
            with self._lock:
                control = self._control
            try:
                control = control or self._attach()
                session, handle = control
                answer = self._post(f"/{session}/{handle}", {"janus": "message", "body": body})
            except Refused as problem:
                if problem.code not in _GONE or attempt == 2:
                    raise
                control = None
            with self._lock:
                self._control = control
            if control is not None:
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
