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
  return seconds.map((seen, second) => [gate.tick({ ...seen, now: second * 1000 }), gate.rests, gate.size]);
}"""

Step = tuple[bool, bool, str]
Gate = Callable[..., list[Step]]


@pytest.fixture
def gate(chromium: Browser) -> Iterator[Gate]:
    """After each second: whether a picture may flow, whether one had to give way, and how large one may be."""
    page = chromium.new_page()

    def run(*seconds: dict[str, Any]) -> list[Step]:
        return [tuple(one) for one in page.evaluate(WATCH, [RULE, list(seconds)])]

    yield run
    page.close()


def opened(steps: list[Step]) -> list[int]:
    """The seconds in which a picture began to be let through."""
    flows = [False, *(may for may, _rests, _size in steps)]
    return [second for second in range(len(steps)) if flows[second + 1] and not flows[second]]


def test_the_voice_begins_alone_and_a_whole_voice_lets_a_picture_in(gate: Gate) -> None:
    steps = gate(*[WHOLE] * 10)
    assert opened(steps) == [4]
    assert not any(rests for _may, rests, _size in steps)


@pytest.mark.parametrize("strain", [BROKEN, UNHEARD])
def test_a_voice_that_loses_sound_either_way_ends_the_picture_within_seconds(
    gate: Gate, strain: dict[str, Any]
) -> None:
    steps = gate(*[WHOLE] * 10, *[strain] * 3)
    small, none = (True, False, "small"), (False, True, "none")
    assert steps[9:] == [small, small, small, none]


@pytest.mark.parametrize(
    "strain", [{"missing": 0.4, "lost": 0}, {"missing": 0, "lost": 0.5}], ids=["down", "up"]
)
def test_a_voice_that_is_hardly_left_ends_it_at_once_and_it_comes_back_smaller_first(
    gate: Gate, strain: dict[str, Any]
) -> None:
    sizes = [size for _may, _rests, size in gate(*[WHOLE] * 10, strain, *[WHOLE] * 40)]
    assert sizes[9:11] == ["small", "none"]
    back = sizes[11:]
    assert back == sorted(back, key=["none", "tiny", "small"].index), "by steps, and never down again"
    assert set(back) == {"none", "tiny", "small"}
    assert back.count("tiny") >= 10


def test_one_bad_second_is_nothing(gate: Gate) -> None:
    assert all(may for may, _rests, _size in gate(*[WHOLE] * 10, BROKEN, BROKEN, *[WHOLE] * 5)[5:])


def test_the_picture_is_tried_again_after_calm_each_time_later(gate: Gate) -> None:
    seconds = [*[WHOLE] * 5, *([*[BROKEN] * 3, *[WHOLE] * 50] * 4)]
    starts = opened(gate(*seconds))
    waits = [start - (7 + 53 * number) for number, start in enumerate(starts[1:])]
    assert waits == [10, 20, 40], "a fourth would come after 80 s"


def test_a_voice_that_stays_broken_gets_no_picture(gate: Gate) -> None:
    assert opened(gate(*[BROKEN] * 100)) == []
    assert opened(gate(*[WHOLE, WHOLE, WHOLE, BROKEN] * 30)) == []
