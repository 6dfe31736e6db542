"""The rows of the table: each a link, what happens on it, and what must be reached there."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.network.call import Cell


@dataclass(frozen=True)
class Goal:
    """A figure that must not be passed by the worse side; `enough` turns it round."""

    figure: str
    limit: float
    enough: bool = False

    def is_met(self, medians: dict[str, list[float]]) -> bool:
        values = medians.get(self.figure)
        if not values:
            return False
        return min(values) >= self.limit if self.enough else max(values) <= self.limit

    def __str__(self) -> str:
        return f"{NAMES[self.figure]} {'≥' if self.enough else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Row:
    name: str
    cell: Cell
    goals: tuple[Goal, ...] = ()
    variants: tuple[str, ...] = ("ours", "defaults")

    def __str__(self) -> str:
        cell = self.cell
        said = f"{cell.rate:g} kbit/s, RTT {cell.rtt:g} ms, {cell.loss:g} % loss"
        if cell.cut:
            said += f", cut for {cell.cut:g} s"
        return said + (", address changed" if cell.move else "") + (", chat" if cell.chat else "")


NAMES = {
    "concealed": "concealed %",
    "silent": "silence put in %",
    "first_voice": "first voice s",
    "join_bytes": "bytes to join",
    "fps": "pictures/s",
    "jitter_ms": "jitter buffer ms",
    "wire_kbits": "wire kbit/s",
    "queue_mean": "queue ms, mean",
    "queue_max": "queue ms, max",
    "overflowed": "overflowed",
    "picture_360": "360p after s",
    "voice_back": "voice back s",
    "chat_wrong": "messages missing, doubled or out of order",
    "chat_s": "message there s",
    "cpu": "CPU %",
}
"""Of figures that are medians; pairs are (officer, citizen) or (up, down)."""

WAITED_FOR = ("first_voice", "picture_360", "voice_back", "chat_s")
"""Figures that may never come."""

_SPOKEN = Goal("first_voice", 45)


def _concealed(limit: float) -> tuple[Goal, ...]:
    return (Goal("concealed", limit), _SPOKEN)


_FAST = (Goal("first_voice", 3.5), Goal("join_bytes", 12_000))
_QUIET = (Goal("fps", 1, enough=True), Goal("queue_mean", 100))
_BACK = Goal("voice_back", 2.5)

TABLE = (
    Row("20k-5", Cell(20, loss=5), _concealed(5)),
    Row("30k-10", Cell(30, loss=10), _concealed(3)),
    Row("50k-0", Cell(50, rtt=400), _FAST),
    Row("50k-2", Cell(50, rtt=400, loss=2), _FAST),
    Row("50k-10", Cell(50, rtt=400, loss=10), (Goal("first_voice", 6),)),
    Row("100k-5", Cell(100, loss=5), (*_concealed(2), *_QUIET)),
    Row("500k-0", Cell(500, settle=20), (Goal("picture_360", 20),)),
    Row("1000k-0", Cell(1000, settle=20), (Goal("picture_360", 20),)),
    Row("cut-10", Cell(100, cut=10), (_BACK,)),
    Row("cut-25", Cell(100, cut=25), (_BACK,)),
    Row("cut-40", Cell(100, cut=40), (_BACK,)),
    Row("move", Cell(100, move=True), (Goal("voice_back", 6),)),
    *(
        Row(f"chat-{rate}k", Cell(rate, loss=2, chat=True), (Goal("chat_wrong", 0),), ("ours",))
        for rate in (5, 10, 15)
    ),
)
CURVE = tuple(Row(f"{rate}k-5", Cell(rate, loss=5)) for rate in (30, 50, 75, 150, 250, 500))
"""With the table's own rows at 5 % loss, the chart's points."""

ROWS = {row.name: row for row in (*TABLE, *CURVE)}


BUSY = 90
"""percent of CPU above which a run says more about this machine than about the call"""


def is_busy(figures: dict[str, Any]) -> bool:
    return bool(figures.get("cpu", 0) > BUSY)


def counted(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in runs if not is_busy(one)]


def medians(runs: list[dict[str, Any]], pick: Callable[[list[float]], float]) -> dict[str, list[float]]:
    """For each figure and side, `pick` of all runs; what never came is infinitely late."""
    found: dict[str, list[float]] = {}
    for name in NAMES:
        sides = zip(*(_pair(run[name]) for run in runs if name in run), strict=True)
        values = [pick(list(side)) for side in sides]
        if values:
            found[name] = values
    return found


def _pair(value: Any) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [math.inf if one is None else float(one) for one in values]
