"""What people can rely on about the days that the law sets."""

from datetime import date

import pytest

from webapp.domain.deadlines import (
    RULES,
    Term,
    due,
    next_deadline,
)
from webapp.domain.outcomes import OutcomeKind, RefusalGround
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.working_days import WorkingDays

WEDNESDAY = date(2026, 11, 25)
WEEKDAYS = WorkingDays(lambda _year: ())
COMPLAINT, DENUNCIATION = PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION


@pytest.mark.parametrize("kind", PetitionKind)
def test_a_petition_is_answered_in_ten_working_days_whatever_it_is(kind: PetitionKind) -> None:
    deadline = next_deadline(kind, WEDNESDAY, WEEKDAYS)
    assert deadline is not None
    assert (deadline.on, deadline.rule.article[:36]) == (
        date(2026, 12, 9),
        "Luật Tiếp công dân, Điều 28 khoản 1:",
    )


@pytest.mark.parametrize(
    ("kind", "decided", "ground", "term", "on"),
    [
        (COMPLAINT, OutcomeKind.ACCEPTED, None, Term.ACCEPT_COMPLAINT, date(2026, 12, 4)),
        (DENUNCIATION, OutcomeKind.ACCEPTED, None, Term.ACCEPT_DENUNCIATION, date(2026, 12, 4)),
        (COMPLAINT, OutcomeKind.REFUSED, RefusalGround.H, Term.WRITTEN_REFUSAL, date(2026, 11, 30)),
        (COMPLAINT, OutcomeKind.REFUSED, RefusalGround.L3, Term.WRITTEN_REFUSAL, date(2026, 11, 30)),
    ],
)
def test_an_outcome_sets_the_next_day(
    kind: PetitionKind, decided: OutcomeKind, ground: RefusalGround | None, term: Term, on: date
) -> None:
    found = next_deadline(kind, date(2026, 11, 2), WEEKDAYS, (decided, ground, WEDNESDAY))
    assert found is not None
    assert (found.term, found.on) == (term, on)


@pytest.mark.parametrize(
    ("decided", "ground"),
    [(OutcomeKind.REFUSED, RefusalGround.A), (OutcomeKind.ANSWERED, None), (OutcomeKind.FORWARDED, None)],
)
def test_where_the_law_sets_no_day_none_is_made_up(
    decided: OutcomeKind, ground: RefusalGround | None
) -> None:
    assert next_deadline(COMPLAINT, WEDNESDAY, WEEKDAYS, (decided, ground, WEDNESDAY)) is None


def test_every_article_repeats_its_number_of_days() -> None:
    for term, rule in RULES.items():
        assert rule.article.split(": ")[1].startswith(f"{rule.days} ngày làm việc"), term
    assert due(Term.DATA_REQUEST, date(2026, 11, 27), WEEKDAYS).on == date(2026, 12, 1)
