"""Which way the sound of a room goes, by how many ends it has and what their links carry.

Direct links hold a voice on the weakest links, so two ends always talk directly. A mixer sends each
end one voice whatever their number, but needs a link that carries its packets of 20 ms.
"""

from dataclasses import dataclass
from enum import StrEnum

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
class Profile:
    """What one end sends to the mixer and gets from it."""

    bitrate: int
    expected_loss: int


GOOD = Profile(bitrate=24_000, expected_loss=15)
CAREFUL = Profile(bitrate=12_000, expected_loss=0)
"""In-band repair works from about 24 kbit/s on: below, it would only take the place of the voice."""


def engine_of(ends: int, weakest: float | None, *, mixer: bool) -> Engine:
    """The engine of a room; `weakest` is the thinnest link in kbit/s, None where not yet known."""
    if ends <= 2:
        return Engine.DIRECT
    if mixer:
        return Engine.MIXER
    if weakest is not None and weakest < (ends - 1) * VOICE_NEEDS:
        return Engine.WORDS
    return Engine.DIRECT


def profile_of(kbps: float | None) -> Profile | None:
    """How an end joins the mixer; None where its link cannot, and words and voice messages remain."""
    if kbps is None:
        return CAREFUL
    if kbps < MIXER_NEEDS:
        return None
    return GOOD if kbps >= MIXER_WELL else CAREFUL
