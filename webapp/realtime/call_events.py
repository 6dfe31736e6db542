"""What pages say of a call: how people can talk, how links fare, and their way into the room's mixer."""

from flask import request
from flask_login import current_user

from ..clock import utc_now
from ..domain.call_modes import Cause, Mode
from ..domain.errors import DomainError, NotFound
from ..domain.visit_flow import By
from ..extensions import socketio
from ..rendering import clock
from ..services import links, room
from . import mixing
from .announcer import people_of
from .sides import Payload, place_in, place_of, visit_of

SIGNAL_MAX = 24 * 1024
KBITS_MOST = 1_000_000
_DELAY_MOST, _PERCENT_MOST = 600_000, 100
_PICTURE_TOLD = ("", "picture_thin", "picture_rests", "words")
"""What an end may tell of its picture: nothing, none on so thin a link, given up for the voice, no voice either."""


def mode(payload: Payload) -> Payload:
    """How people can talk now, as the officer's page finds it; `kept` says whether there is a record yet."""
    visit, by = visit_of(payload)
    if by.by is not By.OFFICER:
        raise NotFound
    how, why = _mode_or_none(payload.get("mode")), payload.get("cause")
    if how is None or not isinstance(why, str) or why not in set(Cause):
        raise DomainError
    ways = room.Ways(_mode_or_none(payload.get("ours")), _mode_or_none(payload.get("theirs")))
    return {"kept": room.change_mode(visit.id, how, Cause(why), by=by, now=utc_now(), ways=ways)}


def _mode_or_none(word: object) -> Mode | None:
    if word is None:
        return None
    if not isinstance(word, str) or word not in set(Mode):
        raise DomainError
    return Mode(word)


def hang_up(payload: Payload) -> Payload:
    """The citizen or the officer ended the call, or `again` calls in a room of several; the others are told."""
    visit, by = visit_of(payload)
    if by.by is By.GUEST:
        raise NotFound
    now, again = utc_now(), payload.get("again") is True
    kept = again or room.hang_up(visit.id, by=by, now=now)
    if kept:
        told = {"visit": visit.code, "by": by.by, "at": clock(now), "again": again}
        for account_id in people_of(visit) - {current_user.id}:
            socketio.emit("hung_up", told, to=f"account:{account_id}")
    return {"kept": kept}


def link(payload: Payload) -> None:
    """How the link of this end of several fares: kept as far as it decides, and shown to the chair as it came."""
    visit, by = visit_of(payload)
    one = place_in(visit, by)
    kbits = figure(payload, "kbits", KBITS_MOST)
    told = {
        "kbits": kbits,
        "delay": figure(payload, "delay", _DELAY_MOST),
        "lost": figure(payload, "lost", _PERCENT_MOST),
        "picture": payload.get("picture", ""),
    }
    if told["picture"] not in _PICTURE_TOLD:
        raise DomainError
    if kbits is not None:
        links.note(visit.id, kbits, by=by, now=utc_now())
    if visit.officer_id:
        socketio.emit(
            "figures", {"visit": visit.code, "who": one.code, **told}, to=f"account:{visit.officer_id}"
        )


def figure(payload: Payload, name: str, most: int) -> int | None:
    """A whole number of this range, or nothing. Raises DomainError."""
    value = payload.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise DomainError
    return value


def mix(payload: Payload) -> Payload:
    """Join the room's mixer: a description of the sound offered goes up, its answer comes down."""
    one, offer, kbps = place_of(payload), _description(payload, "offer"), payload.get("kbps")
    known = isinstance(kbps, int | float) and not isinstance(kbps, bool) and kbps >= 0
    if not (known or kbps is None):
        raise DomainError
    return mixing.join(
        one,
        offer,
        kbps=float(kbps) if known and kbps is not None else None,
        again=payload.get("restart") is True,
        sid=request.sid,  # type: ignore[attr-defined]
    )


def show(payload: Payload) -> Payload:
    """Show one's own small picture: a description goes up, its answer comes down."""
    sid = request.sid  # type: ignore[attr-defined]
    return mixing.show(place_of(payload), _description(payload, "offer"), sid=sid)


def watch(payload: Payload) -> Payload:
    """Ask for the one picture that is for this person; its description comes down, and goes up as `watched`."""
    return mixing.watch(place_of(payload), sid=request.sid)  # type: ignore[attr-defined]


def watched(payload: Payload) -> None:
    """The answer to what `watch` offered."""
    mixing.confirm_watch(place_of(payload), _description(payload, "answer"))


def rest(payload: Payload) -> None:
    """Show or watch no more."""
    if payload.get("what") not in ("show", "watch"):
        raise DomainError
    mixing.rest(place_of(payload), own=payload["what"] == "show")


def _description(payload: Payload, name: str) -> str:
    given = payload.get(name)
    if not isinstance(given, str) or len(given) > SIGNAL_MAX:
        raise DomainError
    return given
