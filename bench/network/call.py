"""One call over one link, measured: `python -m bench.network.call --rate 50 --rtt 400 --loss 5`."""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from bench.network import chat, ends
from bench.network.line import Shape
from bench.network.link import Links

OPENING = Shape()
"""How pages are loaded that are there before the bad link begins"""


@dataclass(frozen=True)
class Cell:
    """A link, the same both ways, and what happens on it."""

    rate: float
    rtt: float = 300
    loss: float = 0
    queue: float = 1500
    burst: tuple[float, float, float] | None = None
    cut: float = 0
    """seconds without the link, once the call runs"""
    move: bool = False
    """the citizen's address changes, once the call runs"""
    cached: bool = True
    """the citizen's browser has the scripts from an earlier visit"""
    chat: bool = False
    """messages are written instead of voice being measured"""

    patience: float = field(default=45, kw_only=True)
    """seconds to wait for voice, or for its return"""
    settle: float = field(default=10, kw_only=True)
    window: float = field(default=15, kw_only=True)

    @property
    def shape(self) -> Shape:
        return Shape(rate=self.rate, delay=self.rtt / 2, loss=self.loss, queue=self.queue, burst=self.burst)


Figures = dict[str, Any]
"""Pairs are (officer, citizen) for what is heard and seen, (up, down) for what is sent."""


def run(playwright: Playwright, links: Links, props: ends.Props, cell: Cell, variant: str) -> Figures:
    """One call from the citizen's answer to the end of the window."""
    links.shape(OPENING)
    links.mend()
    with ends.call(playwright, links, props, variant) as call:
        if cell.cached:
            call.visit_before()
        links.shape(cell.shape)
        call.open()
        call.citizen.page.wait_for_timeout(4_000)  # what the page still loads is not the call's
        links.forget()
        told = time.time()
        call.answer()
        if cell.chat:
            return chat.exchange(call, cell.patience)
        wait(call, lambda: call.officer.hears() and call.citizen.hears(), cell.patience)
        figures = joining(links, call, told)
        if cell.cut or cell.move:
            call.citizen.page.wait_for_timeout(cell.settle * 1000)
            return figures | breaking(links, call, cell)
        return figures | holding(links, call, cell, told)


def wait(call: ends.Call, until: Any, patience: float) -> None:
    end = time.time() + patience
    while time.time() < end and not until():
        call.citizen.page.wait_for_timeout(200)


def joining(links: Links, call: ends.Call, told: float) -> Figures:
    """Until first voice; bytes are those offered to the link, those that its queue dropped too."""
    heard = [end.listen().first_voice() for end in (call.officer, call.citizen)]
    traffic = links.traffic(told, heard[1])
    return {
        "first_voice": [_since(at, told) for at in heard],
        "join_bytes": [one.offered_bytes for one in traffic],
    }


def holding(links: Links, call: ends.Call, cell: Cell, told: float) -> Figures:
    call.citizen.page.wait_for_timeout(cell.settle * 1000)
    began, ticks = time.time(), _ticks()
    call.citizen.page.wait_for_timeout(cell.window * 1000)
    until = time.time()
    cpu = _cpu(ticks, _ticks())
    heard = [end.listen() for end in (call.officer, call.citizen)]
    both = [one.between(began, until) for one in heard]
    traffic = links.traffic(began, until)
    return {
        **{name: [_rounded(one[name]) for one in both] for name in both[0]},
        "picture_360": [_since(one.picture_from(360), told) for one in heard],
        "wire_kbits": [round(one.delivered_bytes * 8 / 1000 / (until - began), 1) for one in traffic],
        "queue_mean": [round(one.queue_mean) for one in traffic],
        "queue_max": [round(one.queue_max) for one in traffic],
        "overflowed": [one.overflowed for one in traffic],
        "cpu": cpu,
    }


def breaking(links: Links, call: ends.Call, cell: Cell) -> Figures:
    """Cut or move, then until both have heard for eight seconds on end, or patience ends."""
    event = time.time()
    if cell.cut:
        links.cut()
        call.citizen.page.wait_for_timeout(cell.cut * 1000)
        links.mend()
    if cell.move:
        links.move()
    over, ticks = time.time(), _ticks()
    both = (call.officer, call.citizen)
    quiet = 8.0

    def settled() -> bool:
        backs = [end.listen().back_after(event) for end in both]
        return all(back is not None and time.time() - max(back, over) > quiet for back in backs)

    wait(call, settled, cell.patience)
    return {
        "voice_back": [_since(end.listen().back_after(event), over) for end in both],
        "cpu": _cpu(ticks, _ticks()),
    }


def _since(at: float | None, told: float) -> float | None:
    return None if at is None else max(0.0, round(at - told, 2))


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _ticks() -> list[int]:
    return [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]


def _cpu(before: list[int], after: list[int]) -> int:
    """Percent of all cores that was not idle."""
    spent = [late - early for early, late in zip(before, after, strict=True)]
    return round(100 * (1 - (spent[3] + spent[4]) / max(1, sum(spent))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=ends.VARIANTS, default="ours")
    for name in ("rate", "rtt", "loss", "queue", "cut", "settle", "window", "patience"):
        default = getattr(Cell, name, None)
        parser.add_argument(f"--{name}", type=float, default=default, required=default is None)
    parser.add_argument("--move", action="store_true")
    parser.add_argument("--cold", dest="cached", action="store_false")
    wanted = vars(parser.parse_args())
    variant = wanted.pop("variant")
    with tempfile.TemporaryDirectory() as folder, Links() as links, sync_playwright() as playwright:
        props = ends.props(Path(folder))
        print(json.dumps(run(playwright, links, props, Cell(**wanted), variant), indent=1))


if __name__ == "__main__":
    main()
