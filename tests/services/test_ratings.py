"""What people can rely on when they rate a reception: once, freely, and without a trace if they want none."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.errors import InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.ratings import FEWEST
from webapp.extensions import db
from webapp.models import Account, AuditEntry, Desk, Rating, Sitting, Visit
from webapp.services import ratings, reception
from webapp.services.actor import Actor, citizen
from webapp.services.ratings import RatingClosed

pytestmark = pytest.mark.usefixtures("app")

Received = tuple[Visit, Actor]


def received(sitting: Sitting | None = None, at: tuple[Desk, Actor] | None = None) -> Received:
    """Someone who was received and whose visit is over."""
    desk, by = at or people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting or people.a_sitting())
    reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    reception.enter_room(visit.id, by=person, now=NINE)
    about = {"by": by, "now": NINE, "key": people.key()}
    return reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", **about), person


def rate(whose: Received, score: str = "4", words: str = "", named: bool = False, minutes: float = 1) -> None:
    visit, person = whose
    ratings.rate(visit.id, score, words, named=named, by=person, now=in_minutes(minutes))
    db.session.rollback()


def rows() -> list[Rating]:
    return list(db.session.scalars(select(Rating)))


def test_a_rating_with_a_name_is_kept_and_can_be_changed_for_seven_days() -> None:
    whose = received()
    rate(whose, "2", "Chờ lâu.", named=True)
    rate(whose, "5", "Cán bộ đã gọi lại.", named=True, minutes=7 * 24 * 60)
    (row,) = rows()
    assert (row.visit_id, row.score, row.words) == (whose[0].id, 5, "Cán bộ đã gọi lại.")
    with pytest.raises(RatingClosed):
        rate(whose, "1", named=True, minutes=7 * 24 * 60 + 1)


def test_a_rating_without_a_name_knows_its_sitting_and_day_and_nothing_else() -> None:
    whose = received()
    before = db.session.scalar(select(func.count(AuditEntry.id)))
    rate(whose, "1", "Cán bộ ngắt lời tôi.")
    (row,) = rows()
    kept = {column.name: getattr(row, column.name) for column in Rating.__table__.columns}
    assert kept == {
        "id": row.id,
        "sitting_id": whose[0].sitting_id,
        "visit_id": None,
        "score": 1,
        "words": "Cán bộ ngắt lời tôi.",
        "given_on": NINE.date(),
    }
    assert db.session.scalar(select(func.count(AuditEntry.id))) == before
    assert db.session.get_one(Visit, whose[0].id).rated


def test_ids_of_ratings_stand_in_no_order_of_visits() -> None:
    sitting, at = people.a_sitting(), people.an_open_desk()
    order = []
    for _ in range(12):
        before = {row.id for row in rows()}
        rate(received(sitting, at))
        order += [row.id for row in rows() if row.id not in before]
    assert order != sorted(order)  # by chance once in 479 million


def test_without_a_name_there_is_one_rating_and_it_stays() -> None:
    whose = received()
    rate(whose, "1")
    rate(whose, "5")
    rate(whose, "5", named=True)
    assert [(row.score, row.visit_id) for row in rows()] == [(1, None)]
    visit = db.session.get_one(Visit, whose[0].id)
    assert (ratings.may_rate(visit, NINE), ratings.given(visit)) == (False, None)


def test_a_name_can_be_taken_off_and_no_row_remembers_it() -> None:
    whose = received()
    rate(whose, "3", named=True)
    (named,) = rows()
    first = named.id
    rate(whose, "2")
    assert [(row.score, row.visit_id, row.id == first) for row in rows()] == [(2, None, False)]


def test_who_was_not_received_does_not_rate() -> None:
    visit, person = people.a_waiting_visit(people.a_sitting())
    assert not ratings.may_rate(visit, NINE)
    with pytest.raises(RatingClosed):
        rate((visit, person))
    assert rows() == []


def test_nobody_rates_anothers_reception() -> None:
    visit, _person = received()
    with pytest.raises(NotFound):
        rate((visit, citizen(people.a_citizen().id)), "1", named=True)
    assert rows() == []


@pytest.mark.parametrize("score", ["", "0", "6", "4.5", "-1", "５", "bốn"])
def test_there_are_five_scores_and_no_other(score: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rate(received(), score)
    assert refusal.value.field == "score"


def test_words_have_an_end_and_are_encrypted() -> None:
    whose = received()
    with pytest.raises(InvalidInput):
        rate(whose, words="ế" * 1_001)
    rate(whose, words="Lời của tôi.")
    raw = db.session.connection().exec_driver_sql("SELECT words FROM rating").scalar_one()
    assert "Lời".encode() not in bytes(raw)


def test_fewer_than_five_are_not_shown_in_all_or_by_officer() -> None:
    sitting, at, other = people.a_sitting(), people.an_open_desk(), people.an_open_desk()
    for score in ("5", "5", "4", "1"):
        rate(received(sitting, at), score, "Góp ý.", named=True)
    told = ratings.report(NINE - timedelta(days=1))
    assert (told.overall, [figures for _name, figures in told.officers], told.words) == (None, [None], [])
    rate(received(sitting, other), "5", named=True)
    told = ratings.report(NINE - timedelta(days=1))
    assert told.overall is not None
    assert (told.overall.count, told.overall.mean, told.overall.of_score[5]) == (5, 4.0, 3)
    assert [figures for _name, figures in told.officers] == [None, None]
    assert len(told.words) == 4
    rate(received(sitting, at), "4", named=True)
    told = ratings.report(NINE - timedelta(days=1))
    assert sorted(figures.count for _name, figures in told.officers if figures) == [FEWEST]


def test_ratings_without_a_name_count_for_no_officer() -> None:
    sitting, at = people.a_sitting(), people.an_open_desk()
    for _ in range(6):
        rate(received(sitting, at), "3")
    told = ratings.report(NINE - timedelta(days=1))
    assert told.overall is not None and told.overall.count == 6
    assert told.officers == []
    assert ratings.report(NINE + timedelta(days=1)).overall is None
    assert db.session.scalar(select(func.count(Account.id)).where(Account.username.is_not(None))) == 1
