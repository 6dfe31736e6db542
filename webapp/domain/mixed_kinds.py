"""Whether a text speaks of more than one kind of petition (decree 154/2026 art. 14.4).

Only the words below count, and only where nothing before them turns them round. What is found is an
offer to the person, who decides; no machine classifies.
"""

import re

from .petition_kinds import PetitionKind
from .texts import clean_line

WORDS: dict[PetitionKind, tuple[str, ...]] = {
    PetitionKind.COMPLAINT: ("khiếu nại",),
    PetitionKind.DENUNCIATION: (
        "tố cáo",
        "tham nhũng",
        "nhận hối lộ",
        "đòi tiền",
        "vòi tiền",
        "ăn chặn",
        "làm giả giấy tờ",
    ),
    PetitionKind.RECOMMENDATION: ("kiến nghị",),
    PetitionKind.FEEDBACK: ("phản ánh",),
}
TURNS = ("không", "chưa", "không phải", "không phải là", "chứ không")
_TURNED_ROUND = re.compile(rf"({'|'.join(TURNS)})\s*$")
_SAME = frozenset({PetitionKind.RECOMMENDATION, PetitionKind.FEEDBACK})
"""One law, one way of handling: these two need not be told apart."""


def other_kinds(narrative: str, kind: str) -> tuple[PetitionKind, ...]:
    """Kinds that the text speaks of beside the one that was chosen, in the order of `WORDS`."""
    if kind not in WORDS:
        return ()
    text = clean_line(narrative).casefold()
    found = {one for one, words in WORDS.items() if any(_says(text, word) for word in words)}
    found -= _SAME if kind in _SAME else {PetitionKind(kind)}
    if found >= _SAME:
        found.discard(PetitionKind.FEEDBACK)
    return tuple(one for one in WORDS if one in found)


def _says(text: str, word: str) -> bool:
    places = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    return any(not _TURNED_ROUND.search(text[: place.start()]) for place in places)
