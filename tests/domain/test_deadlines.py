"""What people can rely on about the days that the law sets."""

from datetime import date, timedelta

import pytest

from webapp.domain.deadlines import (
    RULES,
    Term,
    after_working_days,
    due,
    is_working_day,
    next_deadline,
    working_days_left,
)
from webapp.domain.outcomes import OutcomeKind, RefusalGround
from webapp.domain.petition_kinds import PetitionKind

WEDNESDAY = date(2026, 11, 25)
COMPLAINT, DENUNCIATION = PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (WEDNESDAY, 2, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday: Monday is the first day
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # so it is for what came in on a Saturday
        (WEDNESDAY, 10, date(2026, 12, 9)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day, then a weekend
        (date(2026, 8, 31), 2, date(2026, 9, 3)),  # over National Day
        (WEDNESDAY, 0, WEDNESDAY),
    ],
)
def test_working_days_begin_tomorrow_and_leave_out_weekends_and_holidays(
    start: date, days: int, last: date
) -> None:
    assert after_working_days(start, days) == last
    assert working_days_left(start, last) == days


def test_another_calendar_can_be_put_in() -> None:
    tet = {date(2027, 2, day) for day in range(5, 12)}
    assert after_working_days(date(2027, 2, 4), 2) == date(2027, 2, 8)
    with_tet = after_working_days(date(2027, 2, 4), 2, lambda day: is_working_day(day) and day not in tet)
    assert with_tet == date(2027, 2, 15)


def test_nothing_is_left_on_the_day_itself_and_after_it() -> None:
    assert [working_days_left(WEDNESDAY + timedelta(days=n), WEDNESDAY) for n in (0, 1, 30)] == [0, 0, 0]


@pytest.mark.parametrize("kind", PetitionKind)
def test_a_petition_is_answered_in_ten_working_days_whatever_it_is(kind: PetitionKind) -> None:
    deadline = next_deadline(kind, WEDNESDAY)
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
    found = next_deadline(kind, date(2026, 11, 2), (decided, ground, WEDNESDAY))
    assert found is not None
    assert (found.term, found.on) == (term, on)


@pytest.mark.parametrize(
    ("decided", "ground"),
    [(OutcomeKind.REFUSED, RefusalGround.A), (OutcomeKind.ANSWERED, None), (OutcomeKind.FORWARDED, None)],
)
def test_where_the_law_sets_no_day_none_is_made_up(
    decided: OutcomeKind, ground: RefusalGround | None
) -> None:
    assert next_deadline(COMPLAINT, WEDNESDAY, (decided, ground, WEDNESDAY)) is None


def test_every_article_repeats_its_number_of_days() -> None:
    for term, rule in RULES.items():
        assert rule.article.split(": ")[1].startswith(f"{rule.days} ngày làm việc"), term
    assert due(Term.DATA_REQUEST, date(2026, 11, 27)).on == date(2026, 12, 1)
