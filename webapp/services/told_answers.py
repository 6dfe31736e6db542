"""What of a draft is told by word of mouth: whoever cannot write is not asked to.

Beside the person's answers stands, where something was told by voice, how that stands (`RECORDED`).
"""

from ..domain.petition_matter import least_written
from ..domain.telling import Telling
from ..domain.texts import clean_text

Answers = dict[str, str]

TICKS = {
    "narrative": "told_story",
    "against": "told_against",
    "settled_by": "told_settled",
    "wish": "told_wish",
}
"""The tick "I cannot write it" of each text."""
RECORDED, KEPT = "recorded", "kept"
"""No answer of the person's: that something was told by voice, and whether it is here whole."""


def least_of(answers: Answers) -> dict[str, int]:
    """How many characters of each text one writes who tells nothing by word of mouth."""
    return least_written(answers.get("kind", ""), answers.get("settled"))


def is_told(answers: Answers, field: str) -> bool:
    """Whether this text need not be written: it is told, or the whole story is, to the officer or by voice."""
    return bool(answers.get(TICKS[field]) or answers.get(TICKS["narrative"]) or answers.get(RECORDED))


def telling_of(answers: Answers) -> Telling:
    """How the person tells what they did not write."""
    if not told_aloud(answers):
        return Telling.WRITTEN
    return Telling.VOICE if RECORDED in answers else Telling.OFFICER


def told_aloud(answers: Answers) -> frozenset[str]:
    """The texts that the person tells by word of mouth."""
    ticked = {field for field, tick in TICKS.items() if answers.get(tick)}
    return frozenset(ticked | _lacking(answers))


def waits_for_voice(answers: Answers) -> bool:
    """Whether what is told by voice is still on its way, and the officer was not asked to write it down."""
    ticked = any(answers.get(tick) for tick in TICKS.values())
    return answers.get(RECORDED, KEPT) != KEPT and not ticked and bool(_lacking(answers))


def _lacking(answers: Answers) -> set[str]:
    short = least_of(answers).items()
    return {field for field, least in short if len(clean_text(answers.get(field, ""))) < least}
