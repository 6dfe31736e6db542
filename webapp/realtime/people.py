"""Who sits behind which socket of this process, and how much each may send."""

import time
from collections import defaultdict
from dataclasses import dataclass, field

from ..extensions import socketio

RATE, BURST = 20.0, 80.0
"""Events a second that a socket may send in the long run, and at once."""


@dataclass
class Allowance:
    """A bucket of tokens: filled at `RATE`, never above `BURST`."""

    tokens: float = BURST
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.at) * RATE)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


_sockets: dict[str, set[str]] = defaultdict(set)
"""By the code of the session through which they came, or of a guest's place."""
_who: dict[str, str] = {}
"""Through whom each socket came: many may leave at one instant."""
_allowances: dict[str, Allowance] = {}


def arrived(who: str, sid: str) -> None:
    _sockets[who].add(sid)
    _who[sid] = who
    _allowances[sid] = Allowance()


def left(sid: str) -> None:
    _allowances.pop(sid, None)
    who = _who.pop(sid, None)
    if who is not None:
        _sockets[who].discard(sid)
        if not _sockets[who]:
            del _sockets[who]


def may_send(sid: str) -> bool:
    allowance = _allowances.get(sid)
    return allowance is not None and allowance.take()


def cut(who: str) -> None:
    """End the sockets of a session, or of a guest, in this process."""
    for sid in list(_sockets.get(who, ())):
        socketio.server.disconnect(sid, namespace="/")


def how_many(who: str) -> int:
    """So many sockets of this process came through it."""
    return len(_sockets.get(who, ()))


def anyone_connected() -> bool:
    return bool(_sockets)


def is_here(sid: str) -> bool:
    """Whether this socket is still open."""
    return sid in _allowances
