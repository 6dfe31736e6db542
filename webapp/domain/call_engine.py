"""Which way the sound of a room goes, by how many ends it has and what their links carry.

Direct links hold a voice on the weakest links, so two ends always talk directly. A mixer sends each
end one voice whatever their number, but needs a link that carries its packets of 20 ms. Without a mixer
an end that does not carry all the others' voices keeps as many as it carries, of those who matter most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import combinations

from .participants import MOST_ENDS

MIXER_NEEDS, MIXER_WELL = 40.0, 64.0
"""kbit/s each way below which the mixer drowns a link, and from which it can repair losses too."""

VOICE_NEEDS = 20.0
"""kbit/s that one direct voice takes on the wire."""


class Engine(StrEnum):
    """How the people in a room hear each other."""

    DIRECT = "direct"
    MIXER = "mixer"
    WORDS = "words"


@dataclass(frozen=True)
class End:
    """One end of a room: the code of its place, and what its link carries in kbit/s, None where not known."""

    code: str
    kbits: float | None

    @property
    def voices(self) -> int:
        """How many direct voices its link carries; all of them where nobody knows better."""
        return voices_of(self.kbits)


def voices_of(kbits: float | None) -> int:
    """So many direct voices such a link carries, of those that a room can ask for."""
    most = MOST_ENDS - 1
    return most if kbits is None else min(most, int(kbits // VOICE_NEEDS))


RISES_AFTER = timedelta(seconds=20)
"""So long a link must have been as it was before more is believed of it; less is believed at once."""


@dataclass(frozen=True)
class Profile:
    """What one end sends to the mixer and gets from it."""

    bitrate: int
    expected_loss: int


GOOD = Profile(bitrate=24_000, expected_loss=15)
CAREFUL = Profile(bitrate=12_000, expected_loss=0)
"""In-band repair works from about 24 kbit/s on: below, it would only take the place of the voice."""


def weakest(ends: Sequence[End]) -> float | None:
    """The thinnest link of a room in kbit/s, of those that are known."""
    return min((one.kbits for one in ends if one.kbits is not None), default=None)


def engine_of(ends: Sequence[End], *, mixer: bool) -> Engine:
    """The engine of a room: direct for two, and for more the mixer where there is one."""
    return Engine.MIXER if mixer and len(ends) > 2 else Engine.DIRECT


def is_carried(ends: Sequence[End]) -> bool:
    """Whether every link carries the voices of all others directly; of two it always does."""
    thinnest = weakest(ends)
    return len(ends) <= 2 or thinnest is None or voices_of(thinnest) >= len(ends) - 1


def direct_pairs(ends: Sequence[End]) -> frozenset[frozenset[str]]:
    """Who talks directly with whom; `ends` in the order in which they matter, the chair first.

    All with all where every link carries it. Else each link takes as many voices as it carries: the more
    weighty pair first. The first two, the chair and the citizen, talk whatever their links: without them
    there is no reception, and a weak link holds the one voice that it holds in a room of two.
    """
    pairs = list(combinations(ends, 2))
    left = {one.code: len(ends) - 1 if is_carried(ends) else one.voices for one in ends}
    taken: set[frozenset[str]] = set()
    for one, other in pairs:
        if (one, other) == pairs[0] or (left[one.code] > 0 and left[other.code] > 0):
            taken.add(frozenset({one.code, other.code}))
            left[one.code] -= 1
            left[other.code] -= 1
    return frozenset(taken)


def profile_of(kbps: float | None) -> Profile | None:
    """How an end joins the mixer; None where its link cannot, and words and voice messages remain."""
    if kbps is None:
        return CAREFUL
    if kbps < MIXER_NEEDS:
        return None
    return GOOD if kbps >= MIXER_WELL else CAREFUL
