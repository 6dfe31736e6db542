"""Today in the demo: fifteen petitions, and how far each has come."""

import json
from datetime import timedelta

from ..domain.outcomes import OutcomeKind
from ..domain.petition_kinds import PetitionKind
from .lives import cancels, is_deferred, is_received, just_waits, leaves, misses, only_petitions
from .story import DATA, Decision, Life, Matter, Story, Turn

_DONE = (7, 11, 12, 14, 15, 6)
_OPEN = (1, 2, 3, 4, 5, 8, 9, 10, 13)
_WHOSE = dict(zip(_DONE, range(6), strict=True)) | dict(zip(_OPEN, range(10, 19), strict=True))
"""Which citizen brings which petition: the first ten keep no open visit, for whoever tries the demo."""
_AT_POINT = {4: "Điểm cầu xã Ba Vì"}
_PRIORITY = {9}

_KINDS = {
    "KHIẾU NẠI": PetitionKind.COMPLAINT,
    "KIẾN NGHỊ": PetitionKind.RECOMMENDATION,
    "PHẢN ÁNH": PetitionKind.FEEDBACK,
    "TỐ CÁO": PetitionKind.DENUNCIATION,
}


def _matters(story: Story) -> dict[int, Matter]:
    """The fifteen petitions by their numbers, sent in over the last days."""
    rows = json.loads((DATA / "demo_petitions.json").read_text(encoding="utf-8"))
    return {row["n"]: _matter(story, row["n"], row["route"], row["text"], row["unit"]) for row in rows}


def _matter(story: Story, n: int, route: str, text: str, unit: str) -> Matter:
    kind = next((kind for words, kind in _KINDS.items() if route.startswith(words)), PetitionKind.UNSURE)
    return Matter(
        who=_WHOSE[n],
        kind=kind,
        narrative=text,
        lives_in=unit.split(" ", 1)[1],
        told=story.now - timedelta(days=1 + n % 6, minutes=37 * n),
        key=f"demo-{n}",
        protection_wanted=True if kind is PetitionKind.DENUNCIATION else None,
    )


def todays_visits(story: Story) -> list[Life]:
    """Eight people wait, one has a place tomorrow, and the others are done in every way there is."""
    matters, ago = _matters(story), story.ago
    accepted = Decision(
        OutcomeKind.ACCEPTED,
        "Đơn thuộc thẩm quyền của Thành phố, được đề nghị thụ lý. "
        "Ba người đại diện sẽ nhận thông báo bằng văn bản.",
    )
    guided = Decision(
        OutcomeKind.GUIDED,
        "Bản án phúc thẩm đã có hiệu lực pháp luật. Cán bộ hướng dẫn gửi đơn đề nghị xem xét "
        "theo thủ tục giám đốc thẩm đến Tòa án có thẩm quyền.",
    )
    done: list[Life] = [
        is_received(story, matters[7], Turn(ago(230), ago(215), ago(190)), accepted),
        is_received(story, matters[11], Turn(ago(200), ago(185), ago(160), desk=1), guided),
        misses(story, matters[12], Turn(ago(170), ago(150), ago(144))),
        leaves(story, matters[14], ago(120), ago(95)),
        cancels(story, matters[15], ago(110), ago(104)),
        is_deferred(story, matters[13], ago(100), ago(70)),
        only_petitions(story, matters[6]),
    ]
    waiting = [
        just_waits(story, matters[n], ago(minutes), point=_AT_POINT.get(n), priority=n in _PRIORITY)
        for n, minutes in ((1, 85), (2, 74), (3, 61), (4, 52), (5, 40), (8, 27), (9, 15), (10, 6))
    ]
    return done + waiting
