"""What a link carries, judged by the pages that came over it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ESTIMATE = (Path(__file__).parents[2] / "webapp/static/js/estimate.js").read_text()
ASK = """async ([source, entries]) => {
  const { estimateLink } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return estimateLink(entries);
}"""

Estimate = Callable[..., float | None]


@pytest.fixture
def estimate(chromium: Browser) -> Iterator[Estimate]:
    """kbit/s from files given as (ms of the request, of the first byte, of the last, bytes)."""
    page = chromium.new_page()

    def judge(*files: tuple[int, int, int, int]) -> float | None:
        names = ("requestStart", "responseStart", "responseEnd", "transferSize")
        entries: list[dict[str, Any]] = [dict(zip(names, file, strict=True)) for file in files]
        return page.evaluate(ASK, [ESTIMATE, entries])

    yield judge
    page.close()


def test_files_that_come_side_by_side_share_the_link(estimate: Estimate) -> None:
    assert estimate((0, 0, 1000, 20_000), (0, 500, 1000, 20_000)) == 320


def test_what_was_waited_for_is_no_slowness_of_the_link(estimate: Estimate) -> None:
    assert estimate((0, 0, 1000, 10_000), (1000, 9000, 10_000, 10_000)) == 80


def test_files_that_loss_has_halted_do_not_hide_the_one_that_came_through(estimate: Estimate) -> None:
    """As measured at 30 kbit/s and 10 % loss: taken together they would leave words alone."""
    page, ahead, style = (
        (2, 989, 33_178, 8917),
        (33_365, 34_312, 43_810, 10_955),
        (34_879, 35_883, 40_493, 6913),
    )
    assert estimate(page, ahead, style) == pytest.approx(9.9, abs=0.1)


def test_a_file_whose_first_packet_was_lost_comes_all_at_once_and_shows_no_fast_link(
    estimate: Estimate,
) -> None:
    assert estimate((0, 0, 7000, 9000), (7000, 13_990, 14_000, 9000)) == pytest.approx(20.5, abs=0.1)


def test_a_small_page_tells_a_slow_link_and_no_fast_one(estimate: Estimate) -> None:
    assert estimate((0, 300, 340, 4000)) is None
    assert estimate((0, 900, 2000, 4000)) == 16
