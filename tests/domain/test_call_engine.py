"""Which way a room's sound goes: by the number of ends and what their links carry."""

import pytest

from webapp.domain.call_engine import CAREFUL, GOOD, Profile, engine_of, profile_of
from webapp.integrations.sdp import for_mixer


@pytest.mark.parametrize(
    ("ends", "weakest", "mixer", "engine"),
    [
        (1, None, True, "direct"),
        (2, None, True, "direct"),
        (2, 15, True, "direct"),
        (3, None, True, "mixer"),
        (3, 30, True, "mixer"),
        (5, 500, True, "mixer"),
        (3, None, False, "direct"),
        (3, 40, False, "direct"),
        (3, 39, False, "words"),
        (5, 80, False, "direct"),
        (5, 79, False, "words"),
    ],
)
def test_two_talk_directly_and_more_by_the_mixer_where_there_is_one(
    ends: int, weakest: float | None, mixer: bool, engine: str
) -> None:
    assert engine_of(ends, weakest, mixer=mixer) == engine


@pytest.mark.parametrize(
    ("kbps", "profile"),
    [(None, CAREFUL), (39.9, None), (40, CAREFUL), (63, CAREFUL), (64, GOOD), (5000, GOOD)],
)
def test_an_end_joins_the_mixer_as_its_link_allows(kbps: float | None, profile: Profile | None) -> None:
    assert profile_of(kbps) == profile


def test_a_description_without_a_voice_passes_as_it_is() -> None:
    assert for_mixer("v=0\r\nm=video 9 x 96\r\n", GOOD) == "v=0\r\nm=video 9 x 96\r\n"
