"""What browsers may say: each event asks policy again, and its payload is checked first."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from flask_socketio import join_room

from ..clock import utc_now
from ..domain.codes import is_request_key
from ..domain.errors import DomainError, NotFound
from ..domain.participants import ROOM_OPEN
from ..domain.visit_flow import By, State
from ..errors import status_of
from ..extensions import db, socketio
from ..logs import log
from ..models import Role, Visit
from ..policy import Permission, ensure, is_guest, permits
from ..services import conversation, links, participants, reception, visits
from ..services.topics import BOARD, STATEMENTS
from . import people
from .announcer import people_of, rooms_of, seen_content
from .call_events import KBITS_MOST, SIGNAL_MAX, figure, hang_up, link, mix, mode, rest, show, watch, watched
from .sides import Payload, visit_of

_ID_MAX = 2**31 - 1
_MOST_BOARDS = 300


def register() -> None:
    socketio.on_event("connect", connect)
    socketio.on_event("disconnect", disconnect)
    socketio.on_event("join", guarded(join, Permission.READ_PUBLIC))
    for handler in (enter, say, read, signal, alive, mode, hang_up, link, mix, show, watch, watched, rest):
        socketio.on_event(handler.__name__, guarded(handler))
    socketio.default_exception_handler = _on_crash


def connect(auth: Any = None) -> bool:
    """Only people signed in, guests who were admitted, and so many boards; anyone else is refused."""
    if not permits(current_user, Permission.LISTEN):
        return isinstance(auth, dict) and auth.get("board") is True and _a_board_came()
    who = current_user.participant.code if is_guest(current_user) else current_user.session_code
    people.arrived(who, request.sid)  # type: ignore[attr-defined]
    join_room(_own_room())
    return True


def _a_board_came() -> bool:
    """A screen that nobody is signed in at: it may hear that numbers were called, and nothing else."""
    if people.how_many(BOARD) >= _MOST_BOARDS:
        return False  # it asks now and then instead
    people.arrived(BOARD, request.sid)  # type: ignore[attr-defined]
    return True


def _own_room() -> str:
    """Where this person alone is reached, in all their windows."""
    if is_guest(current_user):
        return f"guest:{current_user.participant.code}"
    return f"account:{current_user.id}"


def disconnect(*_reason: Any) -> None:
    people.left(request.sid)  # type: ignore[attr-defined]


def guarded(
    handler: Callable[[Payload], Payload | None], permission: Permission = Permission.LISTEN
) -> Callable[..., Payload]:
    """Rate, shape and policy before the handler; its answer or the problem in words after."""

    @wraps(handler)
    def run(payload: Any = None, *_rest: Any) -> Payload:
        if not people.may_send(request.sid):  # type: ignore[attr-defined]
            return {"ok": False, "status": 429}
        if not isinstance(payload, dict):
            return {"ok": False, "status": 400}
        try:
            ensure(current_user, permission)
            return {"ok": True, **(handler(payload) or {})}
        except DomainError as problem:
            return {"ok": False, "status": status_of(problem), "problem": _(problem.message)}
        finally:
            db.session.remove()

    return run


def join(payload: Payload) -> None:
    """Hear when a topic changes."""
    topic = payload.get("topic")
    if topic != BOARD:
        ensure(current_user, Permission.LISTEN)
        if not isinstance(topic, str) or not _may_watch(topic):
            raise NotFound
    join_room(topic)


def _may_watch(topic: str) -> bool:
    kind, _colon, rest = topic.partition(":")
    if kind in ("visit", "minutes"):
        visit, side = visit_of({"visit": rest})
        return kind == "visit" or side.by is By.OFFICER
    if kind == "queue" and rest.isascii() and rest.isdecimal() and len(rest) <= 9:
        return permits(current_user, Permission.READ_QUEUE)
    if kind == "line" and rest.isascii() and rest.isdecimal() and len(rest) <= 9:
        return Role.CITIZEN in current_user.roles and _waits_in(int(rest))
    if topic == STATEMENTS:
        return permits(current_user, Permission.WRITE_STATEMENTS)
    return topic == "desks" and permits(current_user, Permission.READ_QUEUE)


def _waits_in(sitting_id: int) -> bool:
    return any(visit.sitting_id == sitting_id for visit in visits.list_of_citizen(current_user.id))


def enter(payload: Payload) -> Payload:
    """Come into the room of one's visit; the room in another window of the same person closes."""
    visit, by = visit_of(payload)
    if by.by is By.CITIZEN:
        visit = visits.by_code(reception.enter_room(visit.id, by=by, now=utc_now()).code)
        _tell_alive(visit)
    socketio.emit(
        "elsewhere",
        {"visit": visit.code},
        to=_own_room(),
        skip_sid=request.sid,  # type: ignore[attr-defined]
    )
    if (kbits := figure(payload, "kbits", KBITS_MOST)) is not None and visit.state in ROOM_OPEN:
        with suppress(NotFound):  # not seated yet: told again by the call
            links.note(visit.id, kbits, by=by, now=utc_now())
    return {"state": visit.state}


def say(payload: Payload) -> Payload:
    """A chat message, once for each key."""
    visit, by = visit_of(payload)
    key, body = payload.get("key"), payload.get("body")
    if not (is_request_key(key) and isinstance(key, str) and isinstance(body, str)):
        raise DomainError
    message = conversation.say(visit.id, body, by=by, now=utc_now(), key=key)
    return {"id": message.id}


def read(payload: Payload) -> Payload:
    """The messages up to here are on the screen; the answer says how far the other side has read."""
    visit, by = visit_of(payload)
    message_id = payload.get("id")
    if type(message_id) is not int or not 0 <= message_id <= _ID_MAX:
        raise DomainError
    if by.by is By.GUEST:
        return {"seen": None}  # a guest's eyes are neither side's
    conversation.read_up_to(visit.id, message_id, by=by, now=utc_now())
    return {"seen": seen_content(conversation.seen(visit.id, by.by))}


def signal(payload: Payload) -> None:
    """Carry a call's signalling inside one visit: between its two sides, or to the one named in `to`.

    What is addressed comes as `direct`, so that a call between the two sides never takes it for its
    own. `from` is the server's word for who sent it. The two sides need no place in the room yet: the
    way is opened while the citizen's phone rings.
    """
    visit, by = visit_of(payload)
    data, to = payload.get("data"), payload.get("to")
    if visit.state not in ROOM_OPEN:
        raise NotFound
    if not isinstance(data, dict) or len(json.dumps(data)) > SIGNAL_MAX:
        raise DomainError
    content = {"visit": visit.code, "data": data}
    if to is None:
        if by.by is By.GUEST:
            raise DomainError
        for account_id in people_of(visit) - {current_user.id}:
            socketio.emit("signal", content, to=f"account:{account_id}")
        return
    mine = participants.of_actor(visit.id, by).code
    room = rooms_of(visit).get(to) if isinstance(to, str) and to != mine else None
    if room is None:
        raise NotFound
    socketio.emit("direct", content | {"from": mine}, to=room)


def alive(payload: Payload) -> Payload | None:
    """A sign of life; the citizen's is kept, and passed on so that the desk sees a silence within seconds.

    The answer says where their line was taken for lost meanwhile: a device that froze may have kept its socket.
    """
    visit, by = visit_of(payload)
    if by.by is By.GUEST:
        raise NotFound
    if by.by is not By.CITIZEN:
        return None
    reception.sign_of_life(visit.id, now=utc_now())
    _tell_alive(visit)
    return {"state": visit.state} if visit.state is State.INTERRUPTED else None


def _tell_alive(visit: Visit) -> None:
    """From the first moment on: a line may break before the next sign."""
    for account_id in people_of(visit) - {current_user.id}:
        socketio.emit("alive", {"visit": visit.code}, to=f"account:{account_id}")


def _on_crash(_problem: Exception) -> Payload:
    log.exception("socket event failed")
    return {"ok": False, "status": 500}
