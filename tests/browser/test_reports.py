"""What two ends tell each other of the link between them, by the times of their reports alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

REPORTS = (Path(__file__).parents[2] / "webapp/static/js/reports.js").read_text()
EXCHANGE = """async ([source, waits, each]) => {
  const { createReports } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const under_way = [];
  let [now, wait] = [0, 0];
  const end = (other) => createReports((text) => under_way.push({ at: now + wait, to: other, text }));
  const ends = { here: end("there"), there: end("here") };
  for (wait of waits) {
    for (const until = now + each; now < until; now += 50) {
      if (now % 1000 === 0) ends.here.say(now, [0]);
      if (now % 1000 === 500) ends.there.say(now, [0]);
      while (under_way.length && under_way[0].at <= now) {
        const { to, text } = under_way.shift();
        ends[to].take(text, now);
      }
    }
  }
  return ends.here.about(now).queue;
}"""

PAIRS = """async ([source, gaps]) => {
  const { createReports } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  let [now, capacity, sent] = [0, null, []];
  const here = createReports((text) => sent.push(text));
  const there = createReports((text) => (capacity = JSON.parse(text)[5]));
  for (const gap of gaps) {
    sent = [];
    here.probe();
    for (const half of sent) there.take(half, (now += gap));
  }
  there.say(now, []);
  return capacity;
}"""

Exchange = Callable[..., float]


@pytest.fixture
def queue_after(chromium: Browser) -> Iterator[Exchange]:
    """ms that what is sent is taken to wait, once packets took so many ms each way, for `each` ms each."""
    page = chromium.new_page()
    yield lambda *waits, each=10000: page.evaluate(EXCHANGE, [REPORTS, list(waits), each])
    page.close()


def test_a_queue_shows_by_what_it_adds_to_the_way(queue_after: Exchange) -> None:
    assert queue_after(150) == 0
    assert queue_after(150, 950) == 800


def test_a_queue_that_was_there_before_the_first_report_shows_while_it_flows_off(
    queue_after: Exchange,
) -> None:
    flowing = (900, 900, 700, 500, 300)
    assert queue_after(*flowing, each=1000) >= 200
    assert queue_after(*flowing, 300, 300, each=1000) == 0


def test_a_queue_that_was_there_before_the_first_report_shows_too(queue_after: Exchange) -> None:
    """No link takes three seconds there and back: a page that still loads had filled it."""
    assert queue_after(1650) == 1150


def test_a_link_that_is_merely_long_is_not_taken_for_a_full_one(queue_after: Exchange) -> None:
    assert queue_after(450) == 0


def test_a_queue_that_has_flowed_off_is_gone(queue_after: Exchange) -> None:
    assert queue_after(1650, 150) == 0


@pytest.mark.parametrize(
    ("gaps", "kbits"),
    [
        ((47.2,), 0),
        ((47.2, 47.2), 100),
        ((47.2, 300), 0),
        ((47.2, 300, 47.2), 100),
        ((47.2, 0.5, 47.2), 100),
        ((47.2, 47.2, 300, 47.2, 0.5), 100),
    ],
    ids=["one", "two alike", "two unlike", "one held up", "one late", "the middle of five"],
)
def test_the_rate_of_a_link_is_told_once_pairs_agree(
    chromium: Browser, gaps: tuple[float, ...], kbits: int
) -> None:
    """A pair whose second half waited, or whose first came late to the page, is outvoted."""
    page = chromium.new_page()
    assert page.evaluate(PAIRS, [REPORTS, list(gaps)]) == kbits
    page.close()
