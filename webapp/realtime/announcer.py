"""After a commit: a few bytes that say what changed, the pushed message, the personal call.

State is announced as a topic only, at most once a second for each topic; whoever watches asks
for itself again. The thousands who wait in one line are told the change itself instead. A lost
announcement is never a wrong state.
"""

import threading
import time

from flask import Flask, current_app

from ..domain.visit_flow import By
from ..extensions import db, socketio
from ..logs import log
from ..models import Message, ReadMark, Visit
from ..rendering import clock, render
from ..services import conversation, line, participants, visits
from ..services.topics import BOARD
from . import mixing, people

INTERVAL = 1.0


class Coalescer:
    """Emits a topic at once, then at most once an interval while changes keep coming."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._pending: set[str] = set()

    def announce(self, topic: str) -> None:
        with self._lock:
            now = time.monotonic()
            wait = self._next.get(topic, 0.0) - now
            if topic in self._pending:
                return
            if wait > 0:
                self._pending.add(topic)
            else:
                self._next[topic] = now + INTERVAL
        if wait > 0:
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            socketio.start_background_task(self._later, app, topic, wait)
        else:
            _emit(topic)

    def _later(self, app: Flask, topic: str, wait: float) -> None:
        socketio.sleep(wait)
        with self._lock:
            self._pending.discard(topic)
            self._next[topic] = time.monotonic() + INTERVAL
            if len(self._next) > 5_000:
                self._next = {kept: at for kept, at in self._next.items() if at > time.monotonic()}
        with app.app_context():
            try:
                _emit(topic)
            except Exception:
                log.exception("announcement failed", kind=topic.partition(":")[0])


coalescer = Coalescer()


def on_commit(topics: frozenset[str]) -> None:
    """Told by every committed unit of work.

    What was committed stays acknowledged, whatever happens to its announcement.
    """
    for topic in sorted(topics):
        try:
            _announce(topic)
        except Exception:
            log.exception("announcement failed", kind=topic.partition(":")[0])


def _announce(topic: str) -> None:
    kind, _, rest = topic.partition(":")
    if kind == "message":
        _push_message(int(rest))
    elif kind == "read":
        visit_id, _, by = rest.partition(":")
        _push_read(int(visit_id), By(by))
    elif kind == "called":
        _push_call(rest)
    elif kind == "revoked":
        people.cut(rest)
    elif kind == "removed":
        people.cut(rest)
        mixing.put_out(rest)
    else:
        coalescer.announce(topic)
    if kind in ("queue", "desks"):
        coalescer.announce(BOARD)
    if kind == "desks":
        for one in _lines_heard():  # the wait is another one now
            coalescer.announce(one)
    if kind == "visit":
        mixing.agree(rest)


def _emit(topic: str) -> None:
    """To whoever watches it; who watches a visit hears of its people too."""
    kind, _, rest = topic.partition(":")
    if kind == "line":
        _tell_line(topic, int(rest))
    else:
        socketio.emit("changed", {"topic": topic}, to=f"visit:{rest}" if kind == "people" else topic)


def _lines_heard() -> list[str]:
    rooms = socketio.server.manager.rooms.get("/", {})
    return [room for room in list(rooms) if isinstance(room, str) and room.startswith("line:")]


def _anyone_hears(topic: str) -> bool:
    return next(iter(socketio.server.manager.get_participants("/", topic)), None) is not None


_told: dict[int, int] = {}
"""By sitting: the last change of its line that this process has told."""


def _tell_line(topic: str, sitting_id: int) -> None:
    """Computed once for all who wait; by a connection of its own, for the request's may look at older times."""
    if not (current_app.config["SETTINGS"].redis_url or _anyone_hears(topic)):
        return  # and no other process has anyone who does
    with db.engine.connect() as connection:
        words, last = line.untold(connection, sitting_id, _told.get(sitting_id))
    if len(_told) > 1_000:
        _told.clear()
    _told[sitting_id] = last
    for one in words:
        socketio.emit("line", one, to=topic)


def _push_message(message_id: int) -> None:
    """The message as the page shows it, to the people of its visit as they are now."""
    message = db.session.get(Message, message_id)
    if message is None:
        return
    content = {
        "visit": message.visit.code,
        "id": message.id,
        "key": message.request_key,
        "html": render("room/_message.html", message=message),
    }
    for room in rooms_of(message.visit).values():
        socketio.emit("message", content, to=room)


def _push_read(visit_id: int, by: By) -> None:
    """How far one side has read, to the people of the visit."""
    mark = db.session.get(ReadMark, (visit_id, by))
    visit = db.session.get(Visit, visit_id)
    if mark is None or visit is None:
        return
    content = {"visit": visit.code, "by": by, "seen": seen_content(conversation.seen_by(mark))}
    for account_id in people_of(visit):
        socketio.emit("read", content, to=f"account:{account_id}")


def seen_content(seen: conversation.Seen | None) -> dict[str, object] | None:
    """As browsers are told it."""
    return None if seen is None else {"id": seen.message_id, "at": clock(seen.at)}


def _push_call(code: str) -> None:
    visit = visits.by_code(code)
    socketio.emit("called", {"visit": code}, to=f"account:{visit.petition.account_id}")


def people_of(visit: Visit) -> set[int]:
    """The accounts that take part in the visit: its citizen and the officer who holds it."""
    return {visit.petition.account_id} | ({visit.officer_id} if visit.officer_id else set())


def rooms_of(visit: Visit) -> dict[str, str]:
    """Where each person inside is reached, by the code of their place; the two sides in any case."""
    inside = participants.in_order(visit.id, inside_only=True)
    seats = {one.account_id: one.code for one in inside if not one.is_guest}
    sides = {seats.get(account, str(account)): f"account:{account}" for account in people_of(visit)}
    return sides | {one.code: f"guest:{one.code}" for one in inside if one.is_guest}
