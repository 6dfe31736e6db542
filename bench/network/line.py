"""One direction of a link: what happens to each packet, and what is remembered of it. Knows no sockets."""

import math
from collections import deque
from dataclasses import asdict, dataclass
from random import Random


@dataclass(frozen=True)
class Shape:
    """What a direction does to packets."""

    rate: float = 0.0
    """kbit/s of IP bytes; 0 sends at once"""
    delay: float = 0.0
    """ms from the last bit sent to its arrival"""
    queue: float = 1500.0
    """ms of sending that may wait; who comes later is dropped"""
    loss: float = 0.0
    """percent, each packet by itself, after it has used its time on the air"""
    burst: tuple[float, float, float] | None = None
    """chances, per packet, that a bad spell begins, that it ends, and that a packet in it is lost"""

    def time_on_air(self, size: int) -> float:
        return size * 8 / (self.rate * 1000) if self.rate else 0.0


@dataclass
class Passage:
    """One packet's way: when it came, how long it took to get on the air, how it ended."""

    at: float
    size: int
    queued: float | None = None
    end: str = "under way"


@dataclass(frozen=True)
class Traffic:
    """A stretch of time in sums."""

    offered_bytes: int
    offered_packets: int
    delivered_bytes: int
    delivered_packets: int
    overflowed: int
    lost: int
    cut: int
    queue_mean: float
    queue_max: float

    as_dict = asdict


class Direction:
    """A queue, a sender of a certain rate, and a way that takes time and loses."""

    def __init__(self, chance: Random):
        self._chance = chance
        self._shape = Shape()
        self._waiting: deque[tuple[bytes, Passage]] = deque()
        self._under_way: deque[tuple[float, bytes, Passage]] = deque()
        self._waiting_bytes = 0
        self._free_at = 0.0
        self._sent_at: float | None = None
        self._bad_spell = False
        self._cut = False
        self._log: list[Passage] = []

    def reshape(self, shape: Shape) -> None:
        self._shape = shape

    def cut(self) -> None:
        """Nothing passes; what was under way is gone too."""
        self._cut = True
        for _packet, passage in self._waiting:
            passage.end = "cut"
        for _at, _packet, passage in self._under_way:
            passage.end = "cut"
        self._waiting.clear()
        self._under_way.clear()
        self._waiting_bytes, self._sent_at = 0, None

    def mend(self) -> None:
        self._cut = False

    def take(self, packet: bytes, now: float) -> None:
        passage = Passage(now, len(packet))
        self._log.append(passage)
        self._send(now)
        if self._cut:
            passage.end = "cut"
        elif self._backlog(now) > self._shape.queue / 1000:
            passage.end = "overflowed"
        else:
            self._waiting.append((packet, passage))
            self._waiting_bytes += len(packet)
            self._send(now)

    def arrived(self, now: float) -> list[bytes]:
        """The packets whose time has come."""
        self._send(now)
        packets = []
        while self._under_way and self._under_way[0][0] <= now:
            _at, packet, passage = self._under_way.popleft()
            passage.end = "delivered"
            packets.append(packet)
        return packets

    def next_at(self) -> float:
        """When something will happen here by itself."""
        arrives = self._under_way[0][0] if self._under_way else math.inf
        return min(arrives, self._sent_at if self._sent_at is not None else math.inf)

    def _backlog(self, now: float) -> float:
        rest = self._sent_at - now if self._sent_at is not None else 0.0
        behind = self._waiting_bytes - (len(self._waiting[0][0]) if self._waiting else 0)
        return rest + self._shape.time_on_air(behind)

    def _send(self, now: float) -> None:
        """Put on the air whatever could have gone until now."""
        while self._waiting:
            packet, passage = self._waiting[0]
            if self._sent_at is None:
                self._sent_at = max(self._free_at, passage.at) + self._shape.time_on_air(len(packet))
            if self._sent_at > now:
                return
            self._waiting.popleft()
            self._waiting_bytes -= len(packet)
            self._free_at, self._sent_at = self._sent_at, None
            passage.queued = self._free_at - passage.at
            if self._is_lost():
                passage.end = "lost"
                continue
            arrives = self._free_at + self._shape.delay / 1000
            # A shorter delay does not make later packets overtake earlier ones.
            latest = self._under_way[-1][0] if self._under_way else 0.0
            self._under_way.append((max(arrives, latest), packet, passage))

    def _is_lost(self) -> bool:
        if self._shape.burst is None:
            return self._chance.random() * 100 < self._shape.loss
        begins, ends, loses = self._shape.burst
        self._bad_spell = self._chance.random() < (1 - ends if self._bad_spell else begins)
        return self._bad_spell and self._chance.random() < loses

    def traffic(self, since: float, until: float) -> Traffic:
        """Sums of the packets that came in [since, until)."""
        came = [one for one in self._log if since <= one.at < until]
        through = [one for one in came if one.end == "delivered"]
        queued = [one.queued * 1000 for one in came if one.queued is not None]
        return Traffic(
            offered_bytes=sum(one.size for one in came),
            offered_packets=len(came),
            delivered_bytes=sum(one.size for one in through),
            delivered_packets=len(through),
            overflowed=sum(one.end == "overflowed" for one in came),
            lost=sum(one.end == "lost" for one in came),
            cut=sum(one.end == "cut" for one in came),
            queue_mean=sum(queued) / len(queued) if queued else 0.0,
            queue_max=max(queued, default=0.0),
        )

    def forget(self) -> None:
        """Begin the record anew."""
        self._log.clear()
