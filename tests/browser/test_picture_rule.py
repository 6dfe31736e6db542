"""The rule by which a picture gives way to the mixed voice and comes back, told what was measured."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

RULE = (Path(__file__).parents[2] / "webapp/static/js/picture-rule.js").read_text()
WHOLE: dict[str, Any] = {"missing": 0, "lost": 0}
BROKEN: dict[str, Any] = {"missing": 0.08, "lost": 0}
UNHEARD: dict[str, Any] = {"missing": 0, "lost": 0.2}

WATCH = """async ([source, seconds]) => {
  const { createGate } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const gate = createGate();
  return seconds.map((seen, second) => [gate.tick({ ...seen, now: second * 1000 }), gate.rests]);
}"""

Gate = Callable[..., list[tuple[bool, bool]]]


@pytest.fixture
def gate(chromium: Browser) -> Iterator[Gate]:
    """After each second: whether a picture may flow, and whether one had to give way."""
    page = chromium.new_page()

    def run(*seconds: dict[str, Any]) -> list[tuple[bool, bool]]:
        return [tuple(one) for one in page.evaluate(WATCH, [RULE, list(seconds)])]

    yield run
    page.close()


def opened(steps: list[tuple[bool, bool]]) -> list[int]:
    """The seconds in which a picture began to be let through."""
    flows = [False, *(may for may, _rests in steps)]
    return [second for second in range(len(steps)) if flows[second + 1] and not flows[second]]


def test_the_voice_begins_alone_and_a_whole_voice_lets_a_picture_in(gate: Gate) -> None:
    steps = gate(*[WHOLE] * 10)
    assert opened(steps) == [4]
    assert not any(rests for _may, rests in steps)


@pytest.mark.parametrize("strain", [BROKEN, UNHEARD])
def test_a_voice_that_loses_sound_either_way_ends_the_picture_within_seconds(
    gate: Gate, strain: dict[str, Any]
) -> None:
    steps = gate(*[WHOLE] * 10, *[strain] * 3)
    assert steps[9:] == [(True, False), (True, False), (True, False), (False, True)]


def test_one_bad_second_is_nothing(gate: Gate) -> None:
    assert all(may for may, _rests in gate(*[WHOLE] * 10, BROKEN, BROKEN, *[WHOLE] * 5)[5:])


def test_the_picture_is_tried_again_after_calm_each_time_later(gate: Gate) -> None:
    seconds = [*[WHOLE] * 5, *([*[BROKEN] * 3, *[WHOLE] * 50] * 4)]
    starts = opened(gate(*seconds))
    waits = [start - (7 + 53 * number) for number, start in enumerate(starts[1:])]
    assert waits == [10, 20, 40], "a fourth would come after 80 s"


def test_a_voice_that_stays_broken_gets_no_picture(gate: Gate) -> None:
    assert opened(gate(*[BROKEN] * 100)) == []
    assert opened(gate(*[WHOLE, WHOLE, WHOLE, BROKEN] * 30)) == []
