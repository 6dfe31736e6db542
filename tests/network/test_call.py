"""A call over bad links, the short form of `make bench-network`."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.network import ends
from bench.network.call import OPENING, Cell, breaking, holding, joining, wait
from bench.network.link import Links

pytestmark = [pytest.mark.browser, pytest.mark.links]

PATIENCE = 60


@pytest.mark.timeout(400)
def test_one_call_over_the_links_of_the_table(playwright: Playwright, tmp_path: Path) -> None:
    with Links() as links:
        links.shape(OPENING)
        with ends.call(playwright, links, ends.props(tmp_path), "ours") as call:
            call.visit_before()
            _begins(links, call, Cell(50, rtt=400, loss=2))
            _holds(links, call, Cell(20, loss=5, settle=6, window=8), concealed=15)
            _holds(links, call, Cell(30, loss=10, settle=5, window=8), concealed=15)
            _comes_back(links, call, Cell(100, move=True))
            _shows(links, call, Cell(500))


def _begins(links: Links, call: ends.Call, cell: Cell) -> None:
    links.shape(cell.shape)
    call.open()
    call.citizen.page.wait_for_timeout(3_000)
    links.forget()
    told = time.time()
    call.answer()
    wait(call, lambda: call.officer.hears() and call.citizen.hears(), PATIENCE)
    found = joining(links, call, told)
    assert None not in found["first_voice"], found
    assert max(found["join_bytes"]) <= 12_000, found


def _holds(links: Links, call: ends.Call, cell: Cell, concealed: float) -> None:
    """Voice both ways; the settling is for what the link before had let into the queue."""
    links.shape(cell.shape)
    found = holding(links, call, cell, time.time())
    assert max(found["concealed"]) <= concealed, (str(cell), found)
    assert max(found["silent"]) <= concealed, (str(cell), found)


def _comes_back(links: Links, call: ends.Call, cell: Cell) -> None:
    links.shape(cell.shape)
    found = breaking(links, call, cell)
    assert None not in found["voice_back"], (str(cell), found)


def _shows(links: Links, call: ends.Call, cell: Cell) -> None:
    """The picture moves, both ways."""
    links.shape(cell.shape)
    both = (call.officer, call.citizen)

    def moves() -> bool:
        now = time.time()
        return all(one.listen().between(now - 4, now)["fps"] > 1 for one in both)

    wait(call, moves, PATIENCE)
    assert moves(), [one.asks("() => window.callStats()") for one in both]
