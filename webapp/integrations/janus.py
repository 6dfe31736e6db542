"""Janus 1.1 as the mixer, by its HTTP interface: AudioBridge and VideoRoom, one room of each a visit.

Each participant has a session of its own there for the voice, and one for each picture. Whoever is
connected here has them kept alive; one who has gone is let go by Janus itself after its session
timeout, which is the grace in which a lost line of signalling does not end a voice that still flows.
Rooms are steered by their secret, so that any process can mute, hide and put out, and a Janus that
was restarted is filled again by fresh joins.
"""

import contextlib
import hashlib
import hmac
import time
from collections.abc import Iterator
from enum import Enum

from ..domain.call_engine import Profile
from ..domain.participants import MOST_ENDS
from .janus_wire import PATIENCE, Body, Place, Refused, Wire
from .media_engine import EngineDown
from .sdp import for_mixer

PICTURE_BITS = 100_000
"""bit/s that a picture takes at most: Janus tells each sender, and lets nobody ask for more."""

_ROOM_EXISTS, _NO_ROOM, _NO_USER, _ID_TAKEN = (486, 427), (485, 426), (492, 428), (490, 436)
"""What each plugin says of it: AudioBridge, VideoRoom."""


class Use(Enum):
    """What a participant's place is for; its value is the plugin that serves it."""

    VOICE = "janus.plugin.audiobridge", "voice"
    SHOW = "janus.plugin.videoroom", "show"
    WATCH = "janus.plugin.videoroom", "watch"

    @property
    def plugin(self) -> str:
        return self.value[0]


class Janus(Wire):
    """The engine. Safe for several threads; keeps only which session is whose."""

    mixes = True

    def __init__(self, url: str, *, api_secret: str, admin_key: str, room_key: str):
        super().__init__(url, api_secret)
        self._admin_key, self._room_key = admin_key, room_key.encode()
        self._places: dict[tuple[Use, str], Place] = {}

    def open_room(self, room: str) -> None:
        about = {"sampling_rate": 16_000, "audiolevel_event": False, "default_prebuffering": 6}
        self._create(Use.VOICE, room, about)

    def _create(self, use: Use, room: str, about: Body) -> None:
        shared = {
            "request": "create",
            "room": room,
            "admin_key": self._admin_key,
            "secret": self._key_of(room, "secret"),
            "pin": self._key_of(room, "pin"),
            "is_private": True,
            "permanent": False,
        }
        with _unless(_ROOM_EXISTS):
            self._steer(use.plugin, shared | about)

    def join(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        if "m=audio" not in offer:
            raise EngineDown("no voice in the offer")
        self.open_room(room)
        about = {
            "request": "join",
            "room": room,
            "pin": self._key_of(room, "pin"),
            "id": who,
            "display": "",
            "codec": "opus",
            "muted": muted,
            "bitrate": profile.bitrate,
            "expected_loss": profile.expected_loss,
        }
        sdp = self._take_in(Use.VOICE, room, who, about, for_mixer(offer, profile))
        return for_mixer(sdp, profile)

    def _take_in(self, use: Use, room: str, who: str, about: Body, offer: str) -> str:
        """A place under the participant's name, which an earlier one of theirs may still hold."""
        self._let_go(use, who)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._enter(use, who, about, offer)
            except Refused as problem:
                if problem.code not in _ID_TAKEN or time.monotonic() > until:
                    raise
            # The name is held by a session that is just ending, or by one of another process.
            self._steer_one(use, "kick", room, who)
            time.sleep(0.05)

    def _enter(self, use: Use, who: str, about: Body, offer: str | None = None) -> str:
        """A new place, kept when Janus takes it; the description (SDP) that came with its word."""
        place = self._attach(use.plugin)
        try:
            sdp = self._exchange(place, about, "offer", offer)
            if sdp is None:
                raise EngineDown("no description")
        except EngineDown:
            self._destroy(place[0])
            raise
        with self._lock:
            self._places[use, who] = place
        return sdp

    def restart(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        place = self._place(Use.VOICE, who)
        if place is not None:
            update = {"request": "configure", "update": True}
            with contextlib.suppress(EngineDown):
                if sdp := self._exchange(place, update, "offer", for_mixer(offer, profile)):
                    return for_mixer(sdp, profile)
        return self.join(room, who, offer, profile, muted=muted)

    def mute(self, room: str, who: str, on: bool) -> None:
        self._steer_one(Use.VOICE, "mute" if on else "unmute", room, who)

    def kick(self, room: str, who: str) -> None:
        self._steer_one(Use.VOICE, "kick", room, who)
        self._steer_one(Use.SHOW, "kick", room, who)
        self.leave(who)

    def _steer_one(self, use: Use, request: str, room: str, who: str) -> None:
        about = {"request": request, "room": room, "secret": self._key_of(room, "secret"), "id": who}
        with _unless((*_NO_ROOM, *_NO_USER)):
            self._steer(use.plugin, about)

    def leave(self, who: str) -> None:
        for use in Use:
            self._let_go(use, who)

    def _let_go(self, use: Use, who: str) -> None:
        with self._lock:
            place = self._places.pop((use, who), None)
        if place is not None:
            self._destroy(place[0])

    def _place(self, use: Use, who: str) -> Place | None:
        with self._lock:
            return self._places.get((use, who))

    def show(self, room: str, who: str, offer: str) -> str:
        if "m=video" not in offer:
            raise EngineDown("no picture in the offer")
        about = {"publishers": MOST_ENDS, "bitrate": PICTURE_BITS, "bitrate_cap": True, "videocodec": "vp8"}
        self._create(Use.SHOW, room, about)
        join = {
            "request": "joinandconfigure",
            "ptype": "publisher",
            "room": room,
            "pin": self._key_of(room, "pin"),
            "id": who,
            "display": "",
        }
        return self._take_in(Use.SHOW, room, who, join, offer)

    def watch(self, room: str, who: str, whom: str) -> str | None:
        self._let_go(Use.WATCH, who)
        join = {
            "request": "join",
            "ptype": "subscriber",
            "room": room,
            "pin": self._key_of(room, "pin"),
            "streams": [{"feed": whom}],
        }
        with _unless((*_NO_ROOM, *_NO_USER)):
            return self._enter(Use.WATCH, who, join)
        return None

    def confirm_watch(self, who: str, answer: str) -> None:
        place = self._place(Use.WATCH, who)
        if place is None:
            raise EngineDown("watches nobody")
        self._exchange(place, {"request": "start"}, "answer", answer)

    def stop_showing(self, room: str, who: str) -> None:
        self._steer_one(Use.SHOW, "kick", room, who)
        self._let_go(Use.SHOW, who)

    def stop_watching(self, who: str) -> None:
        self._let_go(Use.WATCH, who)

    def showing(self, room: str) -> set[str]:
        return {one["id"] for one in self._list(Use.SHOW, room)}

    def record(self, room: str, folder: str | None) -> None:
        about: Body = {
            "request": "enable_mjrs",
            "room": room,
            "secret": self._key_of(room, "secret"),
            "mjrs": folder is not None,
        }
        with _unless(_NO_ROOM):
            self._steer(Use.VOICE.plugin, about | ({"mjrs_dir": folder} if folder else {}))

    def close_room(self, room: str) -> None:
        about = {"request": "destroy", "room": room, "secret": self._key_of(room, "secret")}
        for use in (Use.VOICE, Use.SHOW):
            with _unless(_NO_ROOM):
                self._steer(use.plugin, about)

    def listing(self, room: str) -> dict[str, bool]:
        return {one["id"]: bool(one.get("muted")) for one in self._list(Use.VOICE, room)}

    def _list(self, use: Use, room: str) -> list[Body]:
        with _unless(_NO_ROOM):
            found = self._steer(use.plugin, {"request": "listparticipants", "room": room})
            return list(found.get("participants", []))
        return []

    def keep_alive(self, who: str) -> bool:
        kept = [self._keep(use, who) for use in Use]
        return any(kept)

    def _keep(self, use: Use, who: str) -> bool:
        place = self._place(use, who)
        if place is None:
            return False
        try:
            self._post(f"/{place[0]}", {"janus": "keepalive"})
        except Refused:
            with self._lock:
                if self._places.get((use, who)) == place:
                    del self._places[use, who]
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


@contextlib.contextmanager
def _unless(codes: tuple[int, ...]) -> Iterator[None]:
    """These errors are no trouble here."""
    try:
        yield
    except Refused as problem:
        if problem.code not in codes:
            raise
