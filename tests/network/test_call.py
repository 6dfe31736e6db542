"""A call over a bad link, the short form of `make bench-network`."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.network import ends
from bench.network.call import Cell, run
from bench.network.link import Links

pytestmark = [pytest.mark.browser, pytest.mark.links]


@pytest.mark.timeout(200)
def test_voice_flows_both_ways_on_a_thin_and_lossy_link(playwright: Playwright, tmp_path: Path) -> None:
    cell = Cell(50, rtt=400, loss=5, settle=8, window=12, patience=60)
    with Links() as links:
        found = run(playwright, links, ends.props(tmp_path), cell, "ours")
    assert None not in found["first_voice"], found
    assert max(found["concealed"]) <= 15, found
    assert max(found["silent"]) <= 15, found
    assert found["overflowed"] == [0, 0], found
