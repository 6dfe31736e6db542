"""What one side heard and saw, judged from the timeline that watch.js kept."""

from dataclasses import dataclass
from itertools import pairwise

AUDIBLE = 0.005
"""getStats' audioLevel above which someone is heard"""

GAP = 1.0
"""seconds without voice that are a break, not loss"""


@dataclass(frozen=True)
class Moment:
    """Sums since the page was opened; `level` and the picture's size as they were at this moment."""

    at: float
    total: float
    concealed: float
    silent: float
    buffered: float
    emitted: float
    frames: int
    level: float
    width: int
    height: int


class Heard:
    """A side's timeline."""

    def __init__(self, moments: list[Moment]):
        self.moments = moments

    def first_voice(self) -> float | None:
        return next((one.at for one in self.moments if one.level > AUDIBLE), None)

    def picture_from(self, height: int) -> float | None:
        """When the picture was first this high."""
        return next((one.at for one in self.moments if one.frames and one.height >= height), None)

    def between(self, since: float, until: float) -> dict[str, float | str | None]:
        """Shares and speeds over a window; where nothing was played, all of it is missing."""
        inside = [one for one in self.moments if since <= one.at <= until]
        if len(inside) < 2:
            return {"concealed": 100.0, "silent": 0.0, "jitter_ms": None, "fps": 0.0, "size": None}
        first, last = inside[0], inside[-1]
        total = last.total - first.total
        concealed, silent = last.concealed - first.concealed, last.silent - first.silent
        emitted = last.emitted - first.emitted
        return {
            "concealed": 100 * (concealed - silent) / total if total else 100.0,
            "silent": 100 * silent / total if total else 0.0,
            "jitter_ms": 1000 * (last.buffered - first.buffered) / emitted if emitted else None,
            "fps": (last.frames - first.frames) / (last.at - first.at),
            "size": f"{last.width}x{last.height}" if last.frames > first.frames else None,
        }

    def back_after(self, event: float) -> float | None:
        """When the last break that began after `event` ended; `event` where there was none, None where it goes on."""
        back: float | None = event
        quiet_since: float | None = None
        for before, after in pairwise(one for one in self.moments if one.at >= event):
            if _is_heard(before, after):
                if quiet_since is not None and before.at - quiet_since >= GAP:
                    back = before.at
                quiet_since = None
            elif quiet_since is None:
                quiet_since = before.at
        if quiet_since is not None and self.moments[-1].at - quiet_since >= GAP:
            return None
        return back


def _is_heard(before: Moment, after: Moment) -> bool:
    total = after.total - before.total
    return total > 0 and (after.concealed - before.concealed) < 0.5 * total
