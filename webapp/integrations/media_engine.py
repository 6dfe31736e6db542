"""What carries sound and pictures of a room with more than two ends; the rooms know nothing of its maker.

The record says who may be in a room and who is heard; an engine keeps nothing that the record needs.
"""

from typing import Protocol

from flask import current_app

from ..config import Settings
from ..domain.call_engine import Profile


class EngineDown(Exception):
    """The engine does not answer, or not as it should."""


class MediaEngine(Protocol):
    """One room a visit, one name a participant. Every call may raise EngineDown."""

    mixes: bool
    """Whether this engine has a part on the server; without it all talk directly."""

    def open_room(self, room: str) -> None:
        """Make the room; one that is there stays as it is."""

    def join(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        """Take the participant in and answer their offer (SDP); an earlier join of theirs ends."""

    def restart(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        """Answer a new offer of one who is in, on the same way; joins where that is gone."""

    def mute(self, room: str, who: str, on: bool) -> None:
        """Close or open what the participant sends."""

    def kick(self, room: str, who: str) -> None:
        """Put the participant out of the room, their picture too."""

    def leave(self, who: str) -> None:
        """The participant has gone: free what was theirs."""

    def show(self, room: str, who: str, offer: str) -> str:
        """Take the participant's picture and answer their offer (SDP); an earlier picture of theirs ends."""

    def watch(self, room: str, who: str, whom: str) -> str | None:
        """An offer (SDP) of somebody's picture, None while they show none; an earlier watch ends."""

    def confirm_watch(self, who: str, answer: str) -> None:
        """The participant's answer to the offer of `watch`: the picture begins to flow."""

    def stop_showing(self, room: str, who: str) -> None:
        """End the participant's picture, wherever it was taken in; who watches it gets nothing more."""

    def stop_watching(self, who: str) -> None:
        """The participant watches nobody any more."""

    def showing(self, room: str) -> set[str]:
        """Who shows a picture."""

    def record(self, room: str, folder: str | None) -> None:
        """Write each participant's sound into the folder, or stop writing; asked again nothing happens."""

    def close_room(self, room: str) -> None:
        """End the room for all."""

    def listing(self, room: str) -> dict[str, bool]:
        """Who is in the room, and whether they are muted."""

    def keep_alive(self, who: str) -> bool:
        """Say that the participant is still there; False when the engine no longer knows them."""

    def health(self) -> str:
        """A word for the operator: `ok`, `off` or `down`."""


class Direct:
    """The ends talk to each other; the server has no part in it."""

    mixes = False

    def open_room(self, room: str) -> None:
        pass

    def join(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        raise EngineDown("no mixer is set")

    def restart(self, room: str, who: str, offer: str, profile: Profile, *, muted: bool) -> str:
        raise EngineDown("no mixer is set")

    def mute(self, room: str, who: str, on: bool) -> None:
        pass

    def kick(self, room: str, who: str) -> None:
        pass

    def leave(self, who: str) -> None:
        pass

    def show(self, room: str, who: str, offer: str) -> str:
        raise EngineDown("no mixer is set")

    def watch(self, room: str, who: str, whom: str) -> str | None:
        raise EngineDown("no mixer is set")

    def confirm_watch(self, who: str, answer: str) -> None:
        raise EngineDown("no mixer is set")

    def stop_showing(self, room: str, who: str) -> None:
        pass

    def stop_watching(self, who: str) -> None:
        pass

    def showing(self, room: str) -> set[str]:
        return set()

    def record(self, room: str, folder: str | None) -> None:
        pass

    def close_room(self, room: str) -> None:
        pass

    def listing(self, room: str) -> dict[str, bool]:
        return {}

    def keep_alive(self, who: str) -> bool:
        return False

    def health(self) -> str:
        return "off"


def make_engine(settings: Settings) -> MediaEngine:
    """The engine that the settings name."""
    from .janus import Janus

    if not settings.janus_url:
        return Direct()
    return Janus(
        settings.janus_url,
        api_secret=settings.janus_api_secret,
        admin_key=settings.janus_admin_key,
        room_key=settings.secret_key,
    )


def engine() -> MediaEngine:
    """The application's engine, made when it is first needed."""
    found: MediaEngine = current_app.extensions.setdefault(
        "media_engine", make_engine(current_app.config["SETTINGS"])
    )
    return found
