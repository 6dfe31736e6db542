"""What people can rely on about an individual case: asked once, decided once, good for one petition and one place."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key, slots_of
from webapp.domain.errors import Conflict, DomainError, FormUsed, InvalidInput, NotFound, TooMany
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.place_requests import Decided
from webapp.domain.visit_flow import By, State
from webapp.extensions import db
from webapp.models import (
    Account,
    BridgePoint,
    Notification,
    Petition,
    PlaceAnswer,
    PlaceRequest,
    Role,
    Sitting,
)
from webapp.services import (
    my_data,
    petition_changes,
    place_requests,
    preparation,
    reception,
    schedule,
    timeline,
    visits,
)
from webapp.services.actor import Actor, citizen, officer
from webapp.services.place_requests import AlreadyAsked, AlreadyDecided, NotOnline, Verdict, Wish
from webapp.services.schedule import PlacesEdit
from webapp.services.unit_of_work import unit_of_work

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WHY = "Tôi 78 tuổi, đi lại khó, nhà xa."
HOME = Wish("2", None, WHY)
UNTIL = (NINE + timedelta(days=20)).date().isoformat()
YES = Verdict(True, "", "15/QĐ-TCD ngày 20/11/2026", None, UNTIL)
NO = Verdict(False, "Xã có điểm cầu cách nhà 1 km.")


def asked(wish: Wish = HOME, account: Account | None = None, **changed: Any) -> tuple[PlaceRequest, Actor]:
    account = account or people.a_citizen()
    petition, by = people.a_petition(account, **changed), citizen(account.id)
    return place_requests.ask(petition.id, wish, by=by, now=NINE, key=key()), by


def a_leader() -> Actor:
    return officer(people.staff(Role.LEADER).id)


def points_alone() -> Sitting:
    """A sitting to book that does not offer home."""
    sitting = people.a_sitting_to_book()
    with unit_of_work() as work:
        work.session.get_one(Sitting, sitting.id).home_offered = False
    return sitting


def book(petition_id: int, sitting: Sitting, by: Actor, point: int | None = None) -> Any:
    where: dict[str, Any] = {"bridge_point_id": point, "by": by, "now": NINE, "key": key()}
    return reception.book(petition_id, sitting.id, slots_of(sitting)[0], **where)


def told(account_id: int) -> list[str]:
    """The messages about places to this person."""
    phone = db.session.get_one(Account, account_id).phone
    rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
    return [row.body for row in rows if row.recipient == phone and "noi gap" in row.body]


def test_an_approval_lets_this_petition_alone_choose_this_place_alone_to_its_last_day(app: Flask) -> None:
    sitting = points_alone()
    request, by = asked()
    with pytest.raises(InvalidInput, match="nơi"):
        book(request.petition_id, sitting, by)
    place_requests.decide(request.code, YES, by=a_leader(), now=NINE)
    stranger = people.a_citizen()
    for petition in (
        people.a_petition(stranger),
        people.a_petition(db.session.get_one(Account, by.account_id)),
    ):
        with pytest.raises(InvalidInput, match="nơi"):
            book(petition.id, sitting, citizen(petition.account_id))
    elsewhere = people.point_of(people.a_sitting())
    with pytest.raises(InvalidInput, match="nơi"):
        book(request.petition_id, sitting, by, elsewhere.id)
    visit = book(request.petition_id, sitting, by)
    assert (visit.state, visit.bridge_point_id) == (State.BOOKED, None)
    db.session.rollback()
    found = place_requests.decision_of(db.session.merge(visit))
    assert found is not None and found.decision == YES.decision
    assert [message.count("dong y") for message in told(by.account_id or 0)] == [1]


@on_sqlite
def test_home_that_a_leader_allowed_stays_when_the_sitting_no_longer_offers_it(app: Flask) -> None:
    sitting = people.a_sitting_to_book(desks=2)
    request, by = asked()
    place_requests.decide(request.code, YES, by=a_leader(), now=NINE)
    mine, (other, _) = book(request.petition_id, sitting, by), people.a_booked_visit(sitting)
    admin = Actor(people.staff(Role.ADMIN).id, By.ADMIN)
    points = PlacesEdit((people.point_of(sitting).id,), False)
    about: dict[str, Any] = {"reason": "Sửa", "by": admin, "now": in_minutes(1), "key": key()}
    schedule.change_places(sitting.id, points, overrule=True, **about)
    states = {visit.id: visits.by_code(visit.code).state for visit in (mine, other)}
    assert states == {mine.id: State.BOOKED, other.id: State.CANCELLED}


@on_sqlite
def test_after_its_last_day_the_decision_opens_nothing(app: Flask) -> None:
    sitting, (request, by) = points_alone(), asked()
    today = NINE.date().isoformat()
    verdict = Verdict(True, "", YES.decision, None, today)
    place_requests.decide(request.code, verdict, by=a_leader(), now=NINE)
    with pytest.raises(InvalidInput, match="nơi"):
        book(request.petition_id, sitting, by)
    open_today = people.a_sitting(home=False)
    about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": NINE, "key": key()}
    assert reception.take_number(request.petition_id, open_today.id, **about).state is State.WAITING


@on_sqlite
def test_a_leader_may_allow_another_place_than_the_one_that_was_asked_for(app: Flask) -> None:
    sitting, (request, by) = points_alone(), asked()
    point = people.point_of(people.a_sitting())
    place_requests.decide(
        request.code, Verdict(True, "", YES.decision, point.id, UNTIL), by=a_leader(), now=NINE
    )
    with pytest.raises(InvalidInput, match="nơi"):
        book(request.petition_id, sitting, by)
    assert book(request.petition_id, sitting, by, point.id).bridge_point_id == point.id
    db.session.rollback()
    there = db.session.get_one(BridgePoint, point.id)
    ahead = [tasks[0].sitting.id for tasks in preparation.coming_at(there, NINE)]
    assert sitting.id in ahead, "the point is prepared for who comes there by a decision, too"


@on_sqlite
def test_who_wants_to_be_protected_or_is_received_in_person_is_never_offered_it(app: Flask) -> None:
    denounces: dict[str, Any] = {"kind": PetitionKind.DENUNCIATION}
    with pytest.raises(NotOnline):
        asked(Wish("4", None, WHY), **denounces, protection_wanted=True)
    with pytest.raises(InvalidInput) as refused:
        asked(HOME, **denounces, protection_wanted=False)
    assert refused.value.field == "ground", "a denunciation goes online by art. 20.4 alone"
    with pytest.raises(InvalidInput):
        asked(Wish("4", None, WHY))
    request, _by = asked(Wish("4", None, WHY), **denounces, protection_wanted=False)
    db.session.rollback()
    stored = db.session.execute(text("SELECT reason FROM place_request")).scalar_one()
    assert "78" not in stored, "nothing of a denunciation is readable in the database"
    with unit_of_work() as work:
        work.session.get_one(Petition, request.petition_id).gate = "in_person"
    assert place_requests.waiting_ones() == []
    with pytest.raises(NotOnline):
        place_requests.decide(request.code, YES, by=a_leader(), now=NINE)


@on_sqlite
def test_the_same_form_again_is_the_same_request_and_one_waits_at_a_time(app: Flask) -> None:
    account = people.a_citizen()
    petition, same = people.a_petition(account), key()
    about: dict[str, Any] = {"by": citizen(account.id), "now": NINE}
    first = place_requests.ask(petition.id, HOME, **about, key=same)
    assert place_requests.ask(petition.id, HOME, **about, key=same).id == first.id
    with pytest.raises(FormUsed):
        place_requests.ask(petition.id, Wish("5", None, WHY), **about, key=same)
    with pytest.raises(AlreadyAsked):
        place_requests.ask(petition.id, HOME, **about, key=key())
    with pytest.raises(NotFound):
        place_requests.withdraw(first.code, by=citizen(people.a_citizen().id), now=NINE)
    for _ in range(2):
        gone = place_requests.withdraw(first.code, by=about["by"], now=NINE)
        assert gone.answer is not None and gone.answer.what is Decided.WITHDRAWN
    with pytest.raises(AlreadyDecided):
        place_requests.decide(first.code, YES, by=a_leader(), now=NINE)
    for _ in range(4):
        again = place_requests.ask(petition.id, HOME, **about, key=key())
        place_requests.withdraw(again.code, by=about["by"], now=NINE)
    with pytest.raises(TooMany):
        place_requests.ask(petition.id, HOME, **about, key=key())
    assert told(account.id) == []


@on_sqlite
def test_a_refusal_has_a_reason_that_the_person_reads_and_is_told_once(app: Flask) -> None:
    (request, by), leader = asked(), a_leader()
    with pytest.raises(InvalidInput) as short:
        place_requests.decide(request.code, Verdict(False, "Không."), by=leader, now=NINE)
    assert short.value.field == "reason"
    for _ in range(2):
        place_requests.decide(request.code, NO, by=leader, now=in_minutes(5))
    with pytest.raises(AlreadyDecided):
        place_requests.decide(request.code, YES, by=leader, now=NINE)
    with pytest.raises(AlreadyDecided):
        place_requests.withdraw(request.code, by=by, now=NINE)
    assert len(told(by.account_id or 0)) == 1
    db.session.rollback()
    petition = db.session.get_one(Petition, request.petition_id)
    assert NO.reason in [entry.own_words for entry in timeline.of(petition).entries]
    assert NO.reason not in [entry.own_words for entry in timeline.for_anyone(petition).entries]
    rows = {one.name: one.rows for one in my_data.everything(by.account_id or 0)}["place_requests"]
    assert [(row["reason"], row["words"]) for row in rows] == [(WHY, NO.reason)]


@on_sqlite
@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict(True, "", "theo lời lãnh đạo", None, UNTIL), "decision"),
        (Verdict(True, "", YES.decision, None, "hôm nay"), "until"),
        (Verdict(True, "", YES.decision, None, "2026-11-24"), "until"),
        (Verdict(True, "", YES.decision, 999_999, UNTIL), "place"),
    ],
    ids=["no number", "no day", "yesterday", "no such place"],
)
def test_an_approval_names_its_document_its_place_and_its_last_day(
    app: Flask, verdict: Verdict, field: str
) -> None:
    request, _by = asked()
    with pytest.raises(InvalidInput) as refused:
        place_requests.decide(request.code, verdict, by=a_leader(), now=NINE)
    assert refused.value.field == field
    assert [one.code for one in place_requests.waiting_ones()] == [request.code]


def test_two_leaders_at_one_instant_make_one_decision(app: Flask) -> None:
    request, by = asked()
    leaders, gate = [a_leader(), a_leader()], threading.Barrier(2)
    outcome: list[object] = []

    def act(leader: Actor, verdict: Verdict) -> None:
        with app.app_context():
            gate.wait()
            try:
                outcome.append(place_requests.decide(request.code, verdict, by=leader, now=NINE).code)
            except DomainError as problem:
                outcome.append(type(problem))
            finally:
                db.session.remove()

    db.session.rollback()
    both = [threading.Thread(target=act, args=each) for each in zip(leaders, (YES, NO), strict=True)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(map(str, outcome)) == sorted([request.code, str(AlreadyDecided)])
    assert len(db.session.scalars(select(PlaceAnswer)).all()) == 1
    assert len(told(by.account_id or 0)) == 1
    for table in ("place_request", "place_answer"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.rollback()


@on_sqlite
def test_an_officer_proposes_for_the_visit_in_hand_and_the_author_may_take_it_back(app: Flask) -> None:
    sitting = people.a_sitting()
    visit, by = people.a_waiting_visit(sitting)
    desk, at_desk = people.an_open_desk()
    about: dict[str, Any] = {"now": NINE, "key": key()}
    with pytest.raises(NotFound):
        place_requests.propose(visit.id, HOME, by=at_desk, **about)
    reception.call(visit.id, desk.id, by=at_desk, now=NINE, key=key())
    request = place_requests.propose(visit.id, HOME, by=at_desk, **about)
    assert [one.id for one in place_requests.waiting_ones()] == [request.id]
    assert place_requests.withdraw(request.code, by=by, now=NINE).answer is not None


@on_sqlite
def test_what_is_asked_for_a_petition_that_was_withdrawn_waits_for_nobody(app: Flask) -> None:
    request, by = asked()
    petition_changes.withdraw(request.petition_id, "Tôi không cần nữa.", by=by, now=NINE, key=key())
    assert (place_requests.waiting_ones(), place_requests.count_waiting()) == ([], 0)
    with pytest.raises(Conflict):
        place_requests.decide(request.code, NO, by=a_leader(), now=NINE)


@on_sqlite
def test_who_was_not_reached_goes_to_the_next_sitting_that_the_decision_covers(app: Flask) -> None:
    today = people.a_sitting(home=False)
    request, by = asked()
    place_requests.decide(request.code, YES, by=a_leader(), now=NINE)
    about: dict[str, Any] = {"bridge_point_id": None, "by": by, "now": NINE, "key": key()}
    reception.take_number(request.petition_id, today.id, **about)
    following = points_alone()
    reception.close_day(today.ends_at)
    db.session.rollback()
    [newest] = [one for one in my_data.everything(by.account_id or 0) if one.name == "visits"]
    assert following.starts_at in [row["sitting"] for row in newest.rows]
