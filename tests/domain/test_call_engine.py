"""Which way a room's sound goes: by the number of ends and what their links carry."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.call_engine import (
    CAREFUL,
    GOOD,
    VOICE_NEEDS,
    End,
    Profile,
    direct_pairs,
    engine_of,
    profile_of,
    voices_of,
)
from webapp.integrations.sdp import for_mixer

LINKS = st.lists(st.none() | st.floats(0, 2000), min_size=2, max_size=5)


def ends(*kbits: float | None) -> list[End]:
    """The chair, the citizen, then guests: named by their places in the order."""
    return [End("abcde"[place], carried) for place, carried in enumerate(kbits)]


def pairs(*kbits: float | None) -> list[str]:
    return sorted("".join(sorted(pair)) for pair in direct_pairs(ends(*kbits)))


@pytest.mark.parametrize(
    ("count", "mixer", "engine"),
    [(1, True, "direct"), (2, True, "direct"), (3, True, "mixer"), (5, True, "mixer"), (3, False, "direct")],
)
def test_two_talk_directly_and_more_by_the_mixer_where_there_is_one(
    count: int, mixer: bool, engine: str
) -> None:
    for kbits in (None, 15, 500):
        assert engine_of(ends(*[kbits] * count), mixer=mixer) == engine


@pytest.mark.parametrize(
    ("kbits", "told"),
    [
        ((15, 5), ["ab"]),
        ((None, None, None), ["ab", "ac", "bc"]),
        ((None, 40, 40), ["ab", "ac", "bc"]),
        ((None, 39, 500), ["ab", "ac"]),
        ((None, 500, 39), ["ab", "ac"]),
        ((None, 19, 500), ["ab", "ac"]),
        ((None, 39, 39, 39), ["ab", "ac", "ad"]),
        ((None, 45, 500, 500), ["ab", "ac", "ad", "bc", "cd"]),
        ((19, 19, 19), ["ab"]),
    ],
    ids=str,
)
def test_a_link_that_a_mesh_would_drown_keeps_the_voices_that_matter_most(
    kbits: Sequence[float | None], told: list[str]
) -> None:
    assert pairs(*kbits) == told


@given(LINKS)
def test_no_link_is_asked_for_more_than_it_carries_and_chair_and_citizen_always_talk(
    kbits: list[float | None],
) -> None:
    found = pairs(*kbits)
    assert "ab" in found
    for end in ends(*kbits):
        taken = sum(end.code in pair for pair in found if pair != "ab" or voices_of(end.kbits))
        assert end.kbits is None or taken * VOICE_NEEDS <= end.kbits


@pytest.mark.parametrize(
    ("kbps", "profile"),
    [(None, CAREFUL), (39.9, None), (40, CAREFUL), (63, CAREFUL), (64, GOOD), (5000, GOOD)],
)
def test_an_end_joins_the_mixer_as_its_link_allows(kbps: float | None, profile: Profile | None) -> None:
    assert profile_of(kbps) == profile


def test_a_description_without_a_voice_passes_as_it_is() -> None:
    assert for_mixer("v=0\r\nm=video 9 x 96\r\n", GOOD) == "v=0\r\nm=video 9 x 96\r\n"
