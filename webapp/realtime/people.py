"""Who sits behind which socket of this process, and how much each may send."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

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


Key = int | str
"""An account's id, or the code of a guest's place."""

_sockets: dict[Key, dict[str, datetime]] = defaultdict(dict)
_allowances: dict[str, Allowance] = {}


def arrived(who: Key, sid: str, now: datetime) -> None:
    _sockets[who][sid] = now
    _allowances[sid] = Allowance()


def left(sid: str) -> None:
    _allowances.pop(sid, None)
    for who in [one for one, sids in _sockets.items() if sid in sids]:
        del _sockets[who][sid]
        if not _sockets[who]:
            del _sockets[who]


def may_send(sid: str) -> bool:
    allowance = _allowances.get(sid)
    return allowance is not None and allowance.take()


def cut(who: Key, connected_before: datetime | None = None) -> None:
    """End someone's sockets in this process; those that came after the moment may stay."""
    for sid, since in list(_sockets.get(who, {}).items()):
        if connected_before is None or since <= connected_before:
            socketio.server.disconnect(sid, namespace="/")


def anyone_connected() -> bool:
    return bool(_sockets)


def is_here(sid: str) -> bool:
    """Whether this socket is still open."""
    return sid in _allowances
