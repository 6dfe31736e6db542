"""The mixer follows the record: who may be heard and seen, who is put out, when the room ends.

`agree` brings the mixer to what the record says, from wherever it stands; it may run twice, in any
order and in any process. Nothing here runs inside a unit of work.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask, current_app

from ..domain.call_engine import profile_of
from ..domain.errors import Conflict, NotFound
from ..domain.participants import is_seen, seen_by
from ..domain.recording import RecordingState
from ..domain.visit_flow import ENDED
from ..extensions import db, socketio
from ..integrations import room_tape
from ..integrations.media_engine import EngineDown, MediaEngine, engine
from ..logs import log
from ..models import Participant
from ..services import participants, recordings, visits
from . import people

KEEP_ALIVE = 20.0
"""Seconds between signs of life; the mixer forgets whoever gave none for a minute."""

_lock = threading.Lock()
_sids: dict[str, str] = {}
_next = {"at": 0.0}


def join(one: Participant, offer: str, *, kbps: float | None, again: bool, sid: str) -> dict[str, Any]:
    """Take a participant into the mixer of their room.

    Raises:
        NotFound: there is no mixer. Conflict: the mixer does not answer.
    """
    mixer = engine()
    if not mixer.mixes:
        raise NotFound
    profile = profile_of(kbps)
    if profile is None:
        return {"answer": None}  # too thin a link: words remain
    room, who, muted = one.visit.code, one.code, not one.microphone_open
    enter = mixer.restart if again else mixer.join
    db.session.rollback()  # whoever waits for the mixer holds no connection
    try:
        answer = enter(room, who, offer, profile, muted=muted)
    except EngineDown as problem:
        log.warning("mixer refused", problem=str(problem))
        raise Conflict("Chưa nối được tiếng. Hệ thống tự thử lại.") from None
    _sids[who] = sid
    agree(room)  # what changed while the answer was on its way
    return {"answer": answer, "muted": muted, "bitrate": profile.bitrate}


def show(one: Participant, offer: str, *, sid: str) -> dict[str, Any]:
    """Take in the picture of a participant whom the room is shown; all of the room are told.

    Raises:
        NotFound: there is no mixer, or nobody is to see them. Conflict: the mixer does not answer.
    """
    mixer, (inside, me) = _mixer(), _inside(one)
    if not is_seen(me, inside):
        raise NotFound
    room, who = one.visit.code, one.code
    db.session.rollback()  # whoever waits for the mixer holds no connection
    with _or_later():
        answer = mixer.show(room, who, offer)
    _sids[who] = sid
    agree(room)
    socketio.emit("shown", {"visit": room, "who": who}, to=f"visit:{room}")
    return {"answer": answer}


def watch(one: Participant, *, sid: str) -> dict[str, Any]:
    """Offer a participant the one picture that the rule gives them; None while it is not shown.

    Raises:
        NotFound: there is no mixer, or nobody for them to see. Conflict: the mixer does not answer.
    """
    mixer, (inside, me) = _mixer(), _inside(one)
    whom = seen_by(me, inside)
    if whom is None:
        raise NotFound
    room, who, shown = one.visit.code, one.code, whom.code
    db.session.rollback()  # whoever waits for the mixer holds no connection
    with _or_later():
        offer = mixer.watch(room, who, shown)
    _sids[who] = sid
    return {"offer": offer, "who": shown}


def confirm_watch(one: Participant, answer: str) -> None:
    """The participant's answer to what `watch` offered. Raises NotFound, Conflict as it does."""
    mixer, who = _mixer(), one.code
    db.session.rollback()  # whoever waits for the mixer holds no connection
    with _or_later():
        mixer.confirm_watch(who, answer)


def rest(one: Participant, *, own: bool) -> None:
    """End the participant's own picture, or what they watch. Raises NotFound, Conflict as `watch`."""
    mixer, room, who = _mixer(), one.visit.code, one.code
    db.session.rollback()  # whoever waits for the mixer holds no connection
    with _or_later():
        if own:
            mixer.stop_showing(room, who)
        else:
            mixer.stop_watching(who)


def _mixer() -> MediaEngine:
    if not engine().mixes:
        raise NotFound
    return engine()


def _inside(one: Participant) -> tuple[list[Participant], Participant]:
    """Everyone in the room, and this one among them. Raises NotFound when they are not."""
    inside = participants.in_order(one.visit_id, inside_only=True)
    me = next((other for other in inside if other.id == one.id), None)
    if me is None:
        raise NotFound
    return inside, me


@contextlib.contextmanager
def _or_later() -> Iterator[None]:
    try:
        yield
    except EngineDown as problem:
        log.warning("mixer refused a picture", problem=str(problem))
        raise Conflict("Chưa nối được hình. Hệ thống tự thử lại.") from None


def put_out(who: str) -> None:
    """What this process holds in the mixer for someone removed ends: what they watch, no other can end."""
    if engine().mixes:
        engine().leave(who)


def agree(code: str) -> None:
    """Mute, open, hide, put out and end as the record says."""
    mixer = engine()
    if not mixer.mixes:
        return
    try:
        with _lock:
            _agree(code)
    except EngineDown as problem:
        # Fresh joins carry the record's word, so a mixer that comes back agrees by itself.
        log.warning("mixer does not answer", problem=str(problem))


def _agree(code: str) -> None:
    mixer, visit = engine(), visits.by_code(code)
    if not participants.had_guests(visit.id):
        return  # two talk directly
    inside = participants.in_order(visit.id, inside_only=True)
    heard, over = {one.code: one.microphone_open for one in inside}, visit.state in ENDED
    seen = {one.code for one in inside if is_seen(one, inside)}
    recording = recordings.of_visit(visit.id)
    recorded = recording is not None and recording.state is RecordingState.RUNNING
    db.session.rollback()  # whoever waits for the mixer holds no connection
    if over:
        mixer.close_room(code)
        return
    for who, muted in mixer.listing(code).items():
        if who not in heard:
            mixer.kick(code, who)
        elif muted is heard[who]:
            mixer.mute(code, who, not muted)
    for who in mixer.showing(code) - seen:
        mixer.stop_showing(code, who)
    _record(code, recorded)


def _record(code: str, on: bool) -> None:
    """The mixer records from the reception's beginning on, but for the chair's pauses."""
    if current_app.config["SETTINGS"].janus_record_dir is None:
        return
    try:
        folder = room_tape.folder_of(code) if on else None
    except OSError as problem:
        log.error("no folder for the mixer's recording", problem=type(problem).__name__)
        return
    engine().record(code, folder)


def tick() -> None:
    """Once in a while, keep alive whoever is connected here; told every second."""
    if time.monotonic() < _next["at"] or not _sids or not engine().mixes:
        return
    _next["at"] = time.monotonic() + KEEP_ALIVE
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    socketio.start_background_task(_keep_alive, app)


def _keep_alive(app: Flask) -> None:
    with app.app_context():
        for who, sid in list(_sids.items()):
            try:
                if not (people.is_here(sid) and engine().keep_alive(who)):
                    _sids.pop(who, None)
            except EngineDown:
                return  # a mixer that is down is asked again the next time
