"""What people can rely on when an admin corrects the calendar."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.errors import InvalidInput
from webapp.extensions import db
from webapp.models import AuditEntry, CalendarDay, Role
from webapp.services import calendar, petitions, timeline
from webapp.services.actor import Actor, officer
from webapp.views.petition.receipt_words import first_answer

pytestmark = pytest.mark.usefixtures("app")

THURSDAY = date(2026, 12, 3)


@pytest.fixture
def admin() -> Actor:
    return officer(people.staff(Role.ADMIN).id)


def trail() -> list[str]:
    found = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "calendar_day"))
    return [entry.action for entry in found]


def test_a_day_off_more_moves_the_day_by_which_a_petition_is_answered(admin: Actor) -> None:
    account = people.a_citizen()
    code, owner = people.a_petition(account, NINE).code, account.id
    before = timeline.of(petitions.of_citizen(code, owner)).deadline
    calendar.correct(THURSDAY, False, "Nghỉ đột xuất", by=admin, now=NINE)
    after = timeline.of(petitions.of_citizen(code, owner)).deadline
    assert before is not None
    assert after is not None
    assert (before.on, after.on) == (date(2026, 12, 9), date(2026, 12, 10))


def test_a_day_that_was_told_stays_whatever_is_corrected_afterwards(admin: Actor) -> None:
    account = people.a_citizen()

    def told(code: str) -> date:
        deadline = timeline.of(petitions.of_citizen(code, account.id)).deadline
        assert deadline is not None
        assert first_answer(petitions.of_citizen(code, account.id)).on == deadline.on
        return deadline.on

    first = people.a_petition(account, NINE).code
    calendar.correct(THURSDAY, False, "Nghỉ đột xuất", by=admin, now=in_minutes(1))
    second = people.a_petition(account, in_minutes(2)).code
    calendar.restore(THURSDAY, by=admin, now=in_minutes(3))
    third = people.a_petition(account, in_minutes(4)).code
    assert [told(code) for code in (first, second, third)] == [
        date(2026, 12, 9),
        date(2026, 12, 10),
        date(2026, 12, 9),
    ]


def test_the_same_correction_twice_is_one_and_another_replaces_it(admin: Actor) -> None:
    for name in ("Nghỉ bão", "Nghỉ bão", "Nghỉ bão số 5"):
        calendar.correct(THURSDAY, False, name, by=admin, now=NINE)
    assert [row.name for row in db.session.scalars(select(CalendarDay))] == ["Nghỉ bão số 5"]
    assert trail() == ["calendar_corrected"] * 2


def test_a_correction_is_taken_back_once(admin: Actor) -> None:
    new_year = date(2027, 1, 1)
    calendar.correct(new_year, True, "Trực", by=admin, now=NINE)
    assert calendar.working_days()(new_year)
    for _ in range(2):
        calendar.restore(new_year, by=admin, now=NINE)
    db.session.rollback()
    assert not calendar.working_days()(new_year)
    assert trail() == ["calendar_corrected", "calendar_restored"]


@pytest.mark.parametrize(
    ("day", "name", "field"),
    [
        (THURSDAY, " ", "name"),
        (THURSDAY, "dài " * 31, "name"),
        (date(2019, 1, 1), "Tết", "day"),
        (date(2061, 1, 1), "Tết", "day"),
    ],
    ids=["no reason", "too long", "before", "after"],
)
def test_what_cannot_be_taken_names_its_place(admin: Actor, day: date, name: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar.correct(day, False, name, by=admin, now=NINE)
    assert refused.value.field == field
