"""What a page may tell of a check: closed words and numbers, and nothing else."""

import pytest

from webapp.domain.call_modes import Mode
from webapp.domain.device_check import Check, Found, Line, NotACheck, Way, read_check

LINE = Line(120, 3, 80, Way.RELAY, Mode.VOICE, Mode.SMALL_VIDEO)
FOUND = Check(Found.WORKS, Found.SILENT, Found.REFUSED, LINE)
TOLD = {"microphone": "works", "speaker": "silent", "camera": "refused"}
TOLD_LINE = {"kbits": "120", "loss": "3", "round_trip": "80", "way": "relay", "starts_in": "voice"}


def test_what_the_page_tells_is_read_in_closed_words() -> None:
    assert read_check(TOLD) == Check(Found.WORKS, Found.SILENT, Found.REFUSED)
    assert read_check(TOLD | TOLD_LINE | {"carries": "small_video"}) == FOUND


@pytest.mark.parametrize(
    "wrong",
    [
        {"microphone": "Logitech C270"},
        {"camera": ""},
        {"kbits": "-1"},
        {"kbits": "９"},
        {"loss": "101"},
        {"round_trip": "1e3"},
        {"way": "tunnel"},
        {"carries": "hologram"},
    ],
    ids=lambda wrong: next(iter(wrong)) + "-" + str(len(next(iter(wrong.values())))),
)
def test_other_words_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(NotACheck):
        read_check(TOLD | TOLD_LINE | {"carries": "small_video"} | wrong)
