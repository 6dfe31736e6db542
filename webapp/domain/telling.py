"""Telling a matter by word of mouth: by a recording, or to the officer who writes it down.

Whoever cannot write is not asked to: the officer records what they say in full, truly and exactly, reads it
back, and asks them to confirm it (decree 154/2026 art. 14.1, law on citizen reception art. 25.1).
"""

from datetime import datetime
from enum import StrEnum

from .errors import InvalidInput
from .petition_kinds import NARRATIVE_MAX
from .petition_matter import LONGEST_REASON
from .texts import N_, clean_text
from .working_days import HANOI

STATEMENT_MIN = 20


class Telling(StrEnum):
    """How the author tells what they did not write."""

    WRITTEN = "written"
    VOICE = "voice"
    OFFICER = "officer"

    @property
    def is_oral(self) -> bool:
        return self is not Telling.WRITTEN


TOLD = N_("Trình bày bằng lời")
"""Stands wherever a text would."""

TEXT_TITLES = {
    "narrative": N_("Việc của Ông/Bà"),
    "against": N_("Về quyết định, việc làm hay người nào"),
    "settled_by": N_("Đã ai giải quyết chưa"),
    "wish": N_("Điều đề nghị"),
}
"""What each text that may be told is called."""

TELLING_SENTENCES = {
    Telling.WRITTEN: "",
    Telling.VOICE: N_("Cán bộ nghe, ghi lại thành văn bản rồi đọc lại cho Ông/Bà."),
    Telling.OFFICER: N_("Khi gặp, cán bộ ghi lời Ông/Bà thành văn bản rồi đọc lại cho Ông/Bà."),
}


class StatementStep(StrEnum):
    """What happens to a version of the statement after it is written."""

    READ_BACK = "read_back"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"


STEPS_OF_CITIZEN = (StatementStep.CONFIRMED, StatementStep.CONTESTED)


class WaitsFor(StrEnum):
    """Why a statement waits for an officer."""

    TOLD = "told"
    """Nothing of what was told is written down yet."""
    MORE = "more"
    """Something was told by voice after the version that stands."""
    CONTESTED = "contested"
    """Its author says that the version that stands is not right."""


WAITS_FOR_WORDS = {
    WaitsFor.TOLD: N_("Chưa ghi"),
    WaitsFor.MORE: N_("Kể thêm"),
    WaitsFor.CONTESTED: N_("Báo chưa đúng"),
}


def keeps_others_out(taken_at: datetime, now: datetime) -> bool:
    """Whether an officer who took a statement to write has it alone still: to the end of that day.

    What somebody took and left lying is not lost to the others.
    """
    return taken_at.astimezone(HANOI).date() == now.astimezone(HANOI).date()


def clean_statement(typed: str, field: str = "statement") -> str:
    """The officer's record of what was told. Raises InvalidInput: under 20 or over 20,000 characters."""
    text = clean_text(typed)
    if len(text) < STATEMENT_MIN:
        raise InvalidInput("Hãy ghi đủ lời trình bày, ít nhất 20 chữ cái.", field)
    if len(text) > NARRATIVE_MAX:
        raise InvalidInput("Bản ghi dài quá 20.000 chữ cái. Phần còn lại ghi vào biên bản.", field)
    return text


def clean_objection(typed: str, field: str = "reason") -> str:
    """What is not right in a statement. Raises InvalidInput: nothing, or over 500 characters."""
    text = clean_text(typed)
    if len(text) < 3:
        raise InvalidInput("Hãy ghi chỗ nào chưa đúng.", field)
    if len(text) > LONGEST_REASON:
        raise InvalidInput("Dài quá 500 chữ cái. Hãy rút bớt, phần còn lại nói khi gặp cán bộ.", field)
    return text
