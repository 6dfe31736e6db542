"""The days by which the law wants something done, and the article that says so.

The law's plain days are calendar days; its working days are told by `working_days`. All days are those
of Hanoi.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .outcomes import OutcomeKind, RefusalGround
from .petition_kinds import PetitionKind
from .texts import N_
from .working_days import WorkingDay, after_working_days


class Term(StrEnum):
    """What the law sets a day for."""

    FIRST_ANSWER = "first_answer"
    ACCEPT_COMPLAINT = "accept_complaint"
    ACCEPT_DENUNCIATION = "accept_denunciation"
    WRITTEN_REFUSAL = "written_refusal"
    DATA_REQUEST = "data_request"


TELLING = frozenset({Term.ACCEPT_COMPLAINT, Term.ACCEPT_DENUNCIATION})
"""Their articles tell the kind of petition; the days are the same."""


@dataclass(frozen=True)
class Rule:
    """A term in working days, what the person gets by then, and the law's article."""

    days: int
    promise: str
    article: str


RULES = {
    Term.FIRST_ANSWER: Rule(
        10,
        N_("Trả lời Ông/Bà việc này có được thụ lý, cần xác minh thêm, hay chuyển nơi khác"),
        N_("Luật Tiếp công dân, Điều 28 khoản 1: 10 ngày làm việc từ ngày nhận"),
    ),
    Term.ACCEPT_COMPLAINT: Rule(
        7,
        N_("Báo Ông/Bà có thụ lý giải quyết hay không"),
        N_("Nghị định 124/2020, Điều 16 khoản 1 (đã sửa đổi): 7 ngày làm việc"),
    ),
    Term.ACCEPT_DENUNCIATION: Rule(
        7,
        N_("Báo Ông/Bà có thụ lý giải quyết hay không"),
        N_("Luật Tố cáo, Điều 24 khoản 1: 7 ngày làm việc"),
    ),
    Term.WRITTEN_REFUSAL: Rule(
        3,
        N_("Gửi Ông/Bà thông báo bằng văn bản"),
        N_("Nghị định 154/2026, Điều 4 khoản 3: 3 ngày làm việc"),
    ),
    Term.DATA_REQUEST: Rule(
        2,
        N_("Trả lời yêu cầu về dữ liệu của Ông/Bà"),
        N_("Nghị định 356/2025: 2 ngày làm việc"),
    ),
}


@dataclass(frozen=True)
class Deadline:
    """Something due on a day."""

    term: Term
    on: date

    @property
    def rule(self) -> Rule:
        return RULES[self.term]


def due(term: Term, since: date, works: WorkingDay) -> Deadline:
    """The deadline that an event of this day sets."""
    return Deadline(term, after_working_days(since, RULES[term].days, works))


WRITTEN_GROUNDS = frozenset({RefusalGround.L3, RefusalGround.H})
"""Refusals that the head of the agency gives in writing (decree 154/2026 art. 4.3)."""


def next_deadline(
    kind: PetitionKind,
    submitted: date,
    works: WorkingDay,
    outcome: tuple[OutcomeKind, RefusalGround | None, date] | None = None,
) -> Deadline | None:
    """What the law asks for next: after the submission, or after the newest outcome (what, ground, day).

    The terms of acceptance count from the day on which whoever decides it receives the petition, which is
    that of the reception's proposal; where a person hands it to that body directly, its own day counts.
    None where no day follows from what is known: what another body does is dated by that body.
    """
    if outcome is None:
        return due(Term.FIRST_ANSWER, submitted, works)
    decided, ground, day = outcome
    if decided is OutcomeKind.ACCEPTED and kind is PetitionKind.COMPLAINT:
        return due(Term.ACCEPT_COMPLAINT, day, works)
    if decided is OutcomeKind.ACCEPTED and kind is PetitionKind.DENUNCIATION:
        return due(Term.ACCEPT_DENUNCIATION, day, works)
    if decided is OutcomeKind.REFUSED and ground in WRITTEN_GROUNDS:
        return due(Term.WRITTEN_REFUSAL, day, works)
    return None
