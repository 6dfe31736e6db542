"""The line told in a few bytes: every message fits, overlaps the one before, and adds up on a phone."""

from itertools import pairwise

import pytest

from tests import phone_line
from webapp.domain.line_changes import (
    MOST_BYTES,
    Log,
    Logged,
    Standing,
    base36,
    figures_of,
    messages,
    word_of,
)
from webapp.domain.queue_order import Lengths, expected_wait

LENGTHS = Lengths(118, 239, 240)
FRAME = 2
LONGEST = word_of(9_999, Standing(key="H" + base36(2**31)), Standing(desk=999)) or ""


def on_the_wire(message: str) -> int:
    return len(f'42["line","{message}"]'.encode()) + FRAME


def ids(message: str) -> list[int]:
    """The changes that the message tells, after the one that came before them."""
    _sitting, before, _figures, *words = message.split()
    found = [int(before, 36)]
    for word in words:
        found.append(found[-1] + int(word[: min(word.find(sign) for sign in "-+=" if sign in word)], 36))
    return found[1:]


def test_the_longest_change_in_a_busy_hall_fits_into_a_hundred_bytes() -> None:
    log = Log([(2**31 - 2, LONGEST)], before=10)
    [only] = messages(999_999, log, 10, figures_of(999, LENGTHS))
    assert on_the_wire(only) <= MOST_BYTES


@pytest.mark.parametrize("told", [1, 30, 49], ids=["much", "some", "one"])
def test_what_is_new_is_told_whole_in_messages_that_join(told: int) -> None:
    changes: list[Logged] = [(number * 2, f"-fz2k4.{base36(number)}@2") for number in range(1, 51)]
    found = messages(7, Log(changes, before=1), told * 2, figures_of(4, Lengths(9, 15, 22)))
    told_now = [ids(one) for one in found]
    assert all(on_the_wire(one) <= MOST_BYTES for one in found)
    assert {number for one in told_now for number in one} >= {
        number for number, _ in changes if number > told * 2
    }
    for one, after in pairwise(found):
        assert ids(one)[-1] == int(after.split()[1], 36), "each says what came right before it"
    assert len(told_now[-1]) > 4, "and repeats older ones as far as there is room"


def test_a_phone_expects_the_wait_that_the_server_expects() -> None:
    cases = [
        (ahead, desks, lengths)
        for ahead in (*range(12), 47, 1_000, 4_999)
        for desks in (1, 3, 50)
        for lengths in (Lengths(1, 1, 1), Lengths(4, 15, 40), Lengths(9, 14, 26))
    ]
    asked = [[ahead, figures_of(desks, lengths)] for ahead, desks, lengths in cases]
    answers = phone_line.ask(waits=[*asked, [3, "4"], [3, figures_of(0, LENGTHS)]])["waits"]
    assert answers == [*(list(expected_wait(*case)) for case in cases), None, None]


def test_nobody_moves_within_the_line() -> None:
    with pytest.raises(ValueError, match="within the line"):
        word_of(1, Standing(key="a"), Standing(key="b"))
    assert word_of(1, Standing(key="a"), Standing(key="a")) is None
