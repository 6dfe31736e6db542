"""The rule by which a call goes down with its link and up again, told what was measured."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LADDER = (Path(__file__).parents[2] / "webapp/static/js/ladder.js").read_text()
GOOD: dict[str, Any] = {
    "concealed": 0,
    "queue": 5,
    "capacity": 4000,
    "available": 3000,
    "highest": 9,
    "pairs": 1,
}

CLIMB = """async ([source, estimate, seconds]) => {
  const { createLadder, RUNGS } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const ladder = createLadder(estimate);
  return seconds.map((seen, second) => {
    const now = second * 1000;
    if (seen.asking) ladder.makeRoom(now);
    const rung = "missed" in seen ? ladder.miss({ ...seen, now }) : ladder.tick({ ...seen, now });
    return [rung, RUNGS[rung].mode, Boolean(ladder.load.voice.single)];
  });
}"""
MESSAGES, LOWEST_VOICE, PLAIN_VOICE, TOP = 0, 1, 3, 9

Climb = Callable[..., list[tuple[int, str]]]


@pytest.fixture
def climb(chromium: Browser) -> Iterator[Climb]:
    """Where a ladder stands after each second of what was seen in it."""
    page = chromium.new_page()

    def run(*seconds: dict[str, Any], estimate: float | None = None) -> list[tuple[int, str]]:
        steps = page.evaluate(CLIMB, [LADDER, estimate, list(seconds)])
        run.lean = [single for _, _, single in steps]
        return [(rung, mode) for rung, mode, _ in steps]

    yield run
    page.close()


def seen(seconds: int, **measured: Any) -> list[dict[str, Any]]:
    return [GOOD | measured] * seconds


def silent(seconds: int, pace: float = 0.9) -> list[dict[str, Any]]:
    """No report comes, where one is due each `pace` seconds."""
    return [{"missed": int((second + 1) / pace), "highest": 9} for second in range(seconds)]


def test_a_good_link_climbs_from_voice_to_the_best_picture(climb: Climb) -> None:
    steps = climb(*seen(30))
    assert steps[0] == (PLAIN_VOICE, "voice")
    assert steps[-1] == (TOP, "video")


def test_a_link_that_was_never_seen_to_carry_more_gets_no_picture(climb: Climb) -> None:
    assert climb(*seen(60, capacity=None))[-1][1] in {"voice", "still"}


def test_a_page_that_came_fast_proves_no_link_to_carry_a_picture(climb: Climb) -> None:
    """It came to one of the two: the officer's own line says nothing of the citizen's."""
    assert climb(*seen(60, capacity=None), estimate=2000)[-1][1] in {"voice", "still"}
    late = climb(*seen(10, capacity=None), *seen(20, capacity=100, available=50), estimate=2000)
    assert {mode for _, mode in late[-5:]} == {"small_video"}, (
        "and a measured one counts, whatever was thought"
    )


def test_a_single_lost_packet_does_not_hold_up_the_first_picture(climb: Climb) -> None:
    one_in_three = [*seen(2, capacity=100), *seen(1, capacity=100, concealed=0.06)] * 4
    assert climb(*one_in_three)[-1][1] == "small_video"


def test_the_rung_is_never_above_what_the_people_want(climb: Climb) -> None:
    assert {rung for rung, _ in climb(*seen(20), *seen(5, highest=PLAIN_VOICE))[-5:]} == {PLAIN_VOICE}


def test_who_wants_words_alone_has_them_though_no_report_comes(climb: Climb) -> None:
    assert climb(*seen(5), {"missed": 1, "highest": MESSAGES})[-1][0] == MESSAGES


def test_a_queue_that_grows_takes_the_picture_away_at_once(climb: Climb) -> None:
    steps = climb(*seen(30), *seen(1, queue=900))
    assert steps[-2][0] == TOP
    assert steps[-1] == (PLAIN_VOICE, "voice")


def test_reports_that_stop_coming_take_the_picture_then_all_but_the_thinnest_voice_then_that(
    climb: Climb,
) -> None:
    steps = climb(*seen(30), *silent(20))[30:]
    assert steps[1][0] == TOP  # one or two lost reports say nothing
    assert steps[3][0] <= PLAIN_VOICE
    assert steps[7][0] == LOWEST_VOICE
    assert steps[-1] == (MESSAGES, "messages")
    assert [rung for rung, _ in steps] == sorted((rung for rung, _ in steps), reverse=True)


def test_a_full_queue_left_by_the_picture_does_not_end_the_voice(climb: Climb) -> None:
    draining = [GOOD | {"queue": queue, "capacity": None} for queue in range(9000, 0, -1000)]
    assert climb(*seen(30), *silent(8), *draining)[-1][0] >= LOWEST_VOICE


def test_a_queue_that_stays_full_or_a_voice_not_understood_leaves_words_alone(climb: Climb) -> None:
    assert climb(*seen(20, queue=5000, capacity=None), estimate=20)[-1][0] == MESSAGES
    assert climb(*seen(20, concealed=0.5, queue=0, capacity=None), estimate=20)[-1][0] == MESSAGES


def test_a_voice_that_keeps_the_queue_full_gives_way_to_words(climb: Climb) -> None:
    crowded = {"queue": 1200, "capacity": None}
    steps = climb(*seen(15, **crowded), *seen(5, capacity=None), *seen(30, **crowded), estimate=20)
    assert {rung for rung, _ in steps[:20]} == {
        LOWEST_VOICE
    }  # what the page still loaded had its time to pass
    assert steps[-1][0] == MESSAGES


def test_the_last_voice_lets_a_full_queue_flow_off_before_it_repeats_its_sounds_again(climb: Climb) -> None:
    climb(*seen(7, capacity=20), *seen(2, queue=900), *seen(4, queue=300), *seen(2, queue=100), estimate=20)
    assert climb.lean == [True] * 5 + [False] * 2 + [True] * 6 + [False] * 2
    steps = climb(*seen(8, queue=650, capacity=45), estimate=45)
    assert {rung for (rung, _), lean in zip(steps, climb.lean, strict=True) if lean} == {LOWEST_VOICE}


def test_the_last_voice_begins_so_that_what_the_page_left_in_the_queue_flows_off(climb: Climb) -> None:
    """Of a queue that was there before the first sound its own reports tell nothing: it passes for none."""
    climb(*seen(8, queue=0, capacity=None), estimate=20)
    assert climb.lean == [True] * 5 + [False] * 3


def test_a_voice_that_loses_packets_without_a_queue_says_each_sound_twice_at_once(climb: Climb) -> None:
    lossy = {"concealed": 0.12, "queue": 10}
    climb(*seen(2, queue=300, concealed=0.12, capacity=None), *seen(3, capacity=None, **lossy), estimate=20)
    assert climb.lean == [True] * 2 + [False] * 3
    climb(*seen(8, capacity=20, **lossy), estimate=20)
    assert climb.lean == [True] * 5 + [False] * 3, "not where pairs have shown that the voice fills the link"


def test_two_reports_lost_in_a_row_do_not_make_the_voice_lean_where_the_link_carries_more(
    climb: Climb,
) -> None:
    silence = [{"missed": missed, "highest": 9} for missed in (1, 2, 3)]
    lossy = {"queue": 20, "concealed": 0.08}
    climb(*seen(7, capacity=20, **lossy), *silence, estimate=20)
    assert climb.lean == [True] * 5 + [False] * 3 + [True] * 2
    climb(*seen(7, capacity=35, **lossy), *silence, estimate=20)
    assert climb.lean == [True] + [False] * 8 + [True]


def test_the_last_voice_makes_room_before_the_page_asks_for_something(climb: Climb) -> None:
    calm = {"capacity": 20, "queue": 20}
    climb(*seen(7, **calm), *seen(1, asking=True, **calm), *seen(7, **calm), estimate=20)
    assert climb.lean == [True] * 5 + [False] * 2 + [True] * 2 + [False] * 6
    climb(
        *seen(1, asking=True, **calm),
        *seen(2, **calm),
        *seen(1, asking=True, **calm),
        *seen(4, **calm),
        estimate=20,
    )
    assert climb.lean == [True] * 5 + [False] * 3, "the beginning is no shorter for it"
    wide = {"capacity": 28, "queue": 20}
    climb(*seen(7, **wide), *seen(1, asking=True, **wide), *seen(4, **wide), estimate=20)
    assert climb.lean == [True] * 5 + [False] * 7, "a line that carries more keeps each sound twice"


def test_what_a_full_link_lets_through_is_what_it_carries(climb: Climb) -> None:
    full = {"queue": 1400, "rate": 9}
    steps = climb(*seen(12, **full, capacity=None), *seen(40, rate=1, pairs=2), estimate=20)
    assert steps[11][0] == MESSAGES, "some seconds are enough to see it"
    assert {rung for rung, _ in steps[11:]} == {MESSAGES}, "one pair that says 4,000 is not believed"
    assert climb(*seen(12, **full), *seen(120, pairs=2), estimate=20)[-1][0] > MESSAGES, "but not for ever"
    shared = [seen(1, queue=1400, rate=rate)[0] for rate in (8, 12, 7, 9)] * 4
    assert climb(*shared, estimate=20)[-1][0] == LOWEST_VOICE, "a page that loads takes its share for a while"


def test_a_link_that_fell_is_known_for_thin_though_hardly_a_report_gets_through(climb: Climb) -> None:
    told = [{"missed": 3, "queue": 1500, "rate": 9, "highest": 9}, *silent(6, pace=1.9)]
    steps = climb(*seen(30), *(told * 6))
    assert steps[29][0] == TOP
    assert steps[-1][0] == MESSAGES


def test_a_voice_is_tried_again_only_where_the_link_may_carry_it(climb: Climb) -> None:
    thin = climb(*seen(40, queue=5000, capacity=14), *seen(200, capacity=14, pairs=2), estimate=20)
    assert {rung for rung, _ in thin[40:]} == {MESSAGES}
    better = climb(*seen(40, queue=5000, capacity=14), *seen(200, capacity=30, pairs=2), estimate=20)
    assert LOWEST_VOICE in {rung for rung, _ in better[40:]}


def test_a_page_that_came_by_drops_begins_with_words(climb: Climb) -> None:
    assert climb(*seen(60, capacity=12), estimate=4)[-1][0] == MESSAGES
    assert climb(*seen(1, capacity=None), estimate=4)[0][0] == MESSAGES
    assert climb(*seen(60, capacity=60), estimate=4)[-1][0] >= LOWEST_VOICE


def test_a_voice_given_up_is_tried_again_and_each_time_later(climb: Climb) -> None:
    dead = {"queue": 5000, "capacity": None}
    rungs = [rung for rung, _ in climb(*seen(200, **dead), estimate=20)]
    ends = [at for at in range(1, 200) if rungs[at - 1 : at + 1] == [LOWEST_VOICE, MESSAGES]]
    tries = [at for at in range(1, 200) if rungs[at - 1 : at + 1] == [MESSAGES, LOWEST_VOICE]]
    pauses = [again - end for end, again in zip(ends, tries, strict=False)]
    assert len(pauses) > 1
    assert pauses == sorted(set(pauses))


def test_a_link_that_was_good_for_long_forgets_its_failures(climb: Climb) -> None:
    """After a bad minute the way back to the picture is long, after a bad second short."""

    def seconds_to_the_top(*before: dict[str, Any]) -> int:
        steps = climb(*before, *seen(600, pairs=2))[len(before) :]
        return next(at for at, (rung, _) in enumerate(steps) if rung == TOP)

    bad = seen(1, queue=900)
    once = seconds_to_the_top(*seen(30), *bad)
    often = seconds_to_the_top(*seen(30), *(bad + seen(20)) * 4, *bad)
    forgotten = seconds_to_the_top(*seen(30), *(bad + seen(20)) * 4, *seen(300), *bad)
    assert once <= forgotten < often


def test_a_cut_is_no_failure_the_picture_comes_back_when_the_link_was_measured_anew(climb: Climb) -> None:
    steps = climb(*seen(30), *silent(20), *seen(3, capacity=None), *seen(12, pairs=2))[50:]
    assert steps[0][0] == LOWEST_VOICE  # at the first report
    assert steps[2][1] == "voice"
    assert steps[-1] == (TOP, "video")


def test_silence_on_a_link_known_to_be_thin_is_its_own_voice(climb: Climb) -> None:
    steps = climb(*silent(8, pace=0.5), *seen(8, capacity=None), estimate=20)
    assert {rung for rung, _ in steps[8:]} == {MESSAGES}


def test_a_link_that_came_back_thin_is_taken_for_thin(climb: Climb) -> None:
    steps = climb(*seen(30), *silent(8), *seen(60, capacity=45, pairs=2))[38:]
    assert {mode for _, mode in steps} <= {"voice", "still"}
