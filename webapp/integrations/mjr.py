"""Reads the mixer's raw recordings (Janus's .mjr, version 2): Opus over RTP with the times of arrival.

A file is `MJR00002`, then blocks with a length of two bytes: a head in JSON, written with the first
packet, and before each packet `MEET` and the milliseconds since. A file may break off anywhere.
"""

import heapq
import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

RATE = 48_000
"""Ticks of a second, in RTP for Opus always."""

_MARK, _FRAME = b"MJR00002", b"MEET"
_BEFORE = len(_FRAME) + 4 + 2
"""Bytes before a packet: the mark, its milliseconds, its length."""
_OTHER_RUN = 5.0
"""Seconds between a packet's arrival and its stamp from which on they speak of different clocks."""
_HOLE = 2 * RATE
_REORDERED = 8
"""So many packets wait for one that was overtaken."""


class Foreign(Exception):
    """This is no recording of a voice."""


@dataclass(frozen=True)
class Packet:
    """A packet: when it arrived (seconds since 1970), whose it is, its stamp in ticks, and its Opus."""

    arrived: float
    ssrc: int
    stamp: int
    opus: bytes


@dataclass
class Run:
    """Packets of one clock: when the first was sent, and the spans of ticks since in which there are some."""

    arrived: float
    least: float = 0.0
    spans: list[list[int]] = field(default_factory=list)

    @property
    def began(self) -> float:
        """Seconds since 1970, by the packet that waited least on its way."""
        return self.arrived + self.least

    def note(self, late: float, ticks: int) -> None:
        self.least = min(self.least, late)
        if not self.spans or ticks > self.spans[-1][1] + _HOLE:
            self.spans.append([ticks, ticks])
        self.spans[-1][1] = max(self.spans[-1][1], ticks)


@dataclass(frozen=True)
class Frame:
    """A packet as it stands in the file, and when it arrived (seconds since 1970)."""

    arrived: float
    content: bytes

    @property
    def hushed(self) -> bytes:
        """As long, but nothing is said in it: readers pass over it."""
        return self.content[:_BEFORE].ljust(len(self.content), b"\0")


def head(file: BinaryIO) -> tuple[bytes, float]:
    """How the file begins, and when its first packet came; nothing yet in one without packets. Raises Foreign."""
    if file.read(len(_MARK)) != _MARK:
        raise Foreign("not a recording of the mixer")
    told = _block(file)
    if told is None:
        return b"", 0.0
    return _MARK + len(told).to_bytes(2, "big") + told, _began(told)


def frames(file: BinaryIO, began: float) -> Iterator[Frame]:
    """The whole packets from here on."""
    while (mark := file.read(len(_FRAME))) == _FRAME:
        since, block = file.read(4), _block(file)
        if block is None:
            return
        length = len(block).to_bytes(2, "big")
        yield Frame(began + struct.unpack(">I", since)[0] / 1000, mark + since + length + block)


def packets(file: BinaryIO) -> Iterator[Packet]:
    """The packets as they arrived; none in a file of nothing but a head. Raises Foreign."""
    _head, began = head(file)
    for frame in frames(file, began):
        packet = _packet(frame.arrived, frame.content[_BEFORE:])
        if packet is not None:
            yield packet


def runs(file: BinaryIO) -> list[Run]:
    """What is in the file, without its sound. Raises Foreign."""
    found: list[Run] = []
    for run, late, ticks, packet in _in_runs(packets(file)):
        if run == len(found):
            found.append(Run(packet.arrived))
        found[run].note(late, ticks)
    return found


def voice(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Each packet once and in its order: the number of its run, its ticks in it, its Opus. Raises Foreign."""
    last = (-1, 0)
    for run, ticks, opus in _in_order(
        (run, ticks, one.opus) for run, _late, ticks, one in _in_runs(packets(file))
    ):
        if (run, ticks) > last:
            yield run, ticks, opus
            last = (run, ticks)


def _in_order(entries: Iterator[tuple[int, int, bytes]]) -> Iterator[tuple[int, int, bytes]]:
    waiting: list[tuple[int, int, bytes]] = []
    for entry in entries:
        heapq.heappush(waiting, entry)
        if len(waiting) > _REORDERED:
            yield heapq.heappop(waiting)
    while waiting:
        yield heapq.heappop(waiting)


def _in_runs(packets: Iterator[Packet]) -> Iterator[tuple[int, float, int, Packet]]:
    """With the number of their run, how many seconds later they came than the run's first, and their ticks."""
    number = -1
    first: Packet | None = None
    for packet in packets:
        ticks, late = 0, math.inf
        if first is not None and packet.ssrc == first.ssrc:
            ticks = (packet.stamp - first.stamp + 2**31) % 2**32 - 2**31
            late = packet.arrived - first.arrived - ticks / RATE
        if abs(late) > _OTHER_RUN:
            number, first, ticks, late = number + 1, packet, 0, 0.0
        yield number, late, ticks, packet


def _block(file: BinaryIO) -> bytes | None:
    length = file.read(2)
    content = file.read(int.from_bytes(length, "big")) if len(length) == 2 else b""
    return content if len(length) == 2 and len(content) == int.from_bytes(length, "big") else None


def _began(head: bytes) -> float:
    """When the first packet came. Raises Foreign when it is no voice."""
    try:
        told = json.loads(head)
        if (told["t"], told["c"]) == ("a", "opus"):
            return int(told["u"]) / 1_000_000
    except (ValueError, LookupError, TypeError):
        pass
    raise Foreign("not a voice")


def _packet(arrived: float, rtp: bytes) -> Packet | None:
    """RFC 3550; nothing when it is none, or carries nothing."""
    if len(rtp) < 12 or rtp[0] >> 6 != 2:
        return None
    stamp, ssrc = struct.unpack(">II", rtp[4:12])
    start, end = 12 + 4 * (rtp[0] & 0x0F), len(rtp)
    if rtp[0] & 0x10:
        start += 4 + 4 * int.from_bytes(rtp[start + 2 : start + 4], "big")
    if rtp[0] & 0x20:
        end -= rtp[-1]
    return Packet(arrived, ssrc, stamp, rtp[start:end]) if start < end else None
