"""How a timeline of what was heard is judged."""

import math
from itertools import accumulate
from statistics import median

import pytest

from bench.network.heard import Heard, Moment
from bench.network.rows import Goal, medians

RATE = 48_000


def heard(*stretches: tuple[float, float]) -> Heard:
    """Stretches of (seconds, share of sound that had to be made up), looked at five times a second."""
    shares = [share for seconds, share in stretches for _ in range(round(seconds * 5))]
    made_up = accumulate((share * RATE / 5 for share in shares), initial=0.0)
    return Heard(
        [
            Moment(n / 5, n * RATE / 5, concealed, 0, 0, 0, n, 0.0 if n < 10 else 0.1, 640, 480)
            for n, concealed in enumerate(made_up)
        ]
    )


def test_concealment_is_the_share_of_the_window_alone() -> None:
    call = heard((5, 1.0), (10, 0.1), (5, 1.0))
    assert call.between(5, 15)["concealed"] == pytest.approx(10)
    assert call.between(0, 20)["concealed"] == pytest.approx(55)


def test_where_nothing_was_played_all_is_missing() -> None:
    assert Heard([]).between(0, 20)["concealed"] == 100
    deaf = Heard([Moment(at, 0, 0, 0, 0, 0, 0, 0, 0, 0) for at in range(20)])
    assert deaf.between(0, 20)["concealed"] == 100


def test_first_voice_is_when_something_is_audible() -> None:
    assert heard((5, 0)).first_voice() == 2.0
    assert Heard([]).first_voice() is None


def test_voice_is_back_when_the_last_break_ends() -> None:
    assert heard((10, 0), (12, 1), (10, 0)).back_after(10) == pytest.approx(22)
    assert heard((10, 0), (4, 1), (3, 0), (5, 1), (9, 0)).back_after(10) == pytest.approx(22)


def test_a_moment_of_loss_is_no_break() -> None:
    assert heard((10, 0), (0.6, 1), (10, 0)).back_after(10) == 10


def test_a_voice_that_does_not_come_back_is_not_taken_for_one_that_does() -> None:
    assert heard((10, 0), (12, 1)).back_after(10) is None


def test_what_never_came_counts_as_later_than_everything() -> None:
    runs = [{"first_voice": [2.0, seconds]} for seconds in (3.0, None, 4.0, None, None)]
    middle = medians(runs, median)
    assert middle == {"first_voice": [2.0, math.inf]}
    assert not Goal("first_voice", 45).is_met(middle)
    assert Goal("first_voice", 45).is_met({"first_voice": [2.0, 4.0]})
    assert not Goal("fps", 1, enough=True).is_met({"fps": [5.0, 0.2]})
