"""What people can rely on while a visit goes from a number to its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, DeskBusy, IllegalMove, InvalidInput, NotAllowed, QueueEmpty
from webapp.domain.outcomes import OutcomeKind, RefusalGround
from webapp.domain.visit_flow import Action, State
from webapp.extensions import db
from webapp.models import Notification, Outcome, Sitting, SittingMode, VisitEvent
from webapp.services import desks, notifications, queue, reception, visits
from webapp.services.actor import citizen, officer
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")


def test_a_visit_goes_from_number_to_outcome_and_leaves_its_trace() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)

    called = reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(1), key=key())
    assert (called.id, called.state) == (visit.id, State.CALLED)
    entered = reception.enter_room(visit.id, by=person, now=in_minutes(2))
    assert entered.state is State.IN_SESSION
    closed = reception.close(
        visit.id, OutcomeKind.ACCEPTED, None, "Đề nghị đo lại đất.", by=by, now=in_minutes(20), key=key()
    )

    assert closed.state is State.FINISHED
    assert [event.action for event in _events(visit.id)] == [
        Action.TAKE_NUMBER,
        Action.CALL,
        Action.ANSWER,
        Action.CLOSE,
    ]
    assert db.session.get_one(Outcome, visit.id).explanation == "Đề nghị đo lại đất."


def test_the_same_call_next_sent_twice_calls_one_person() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    first, _ = people.a_waiting_visit(sitting)
    people.a_waiting_visit(sitting)
    same = key()

    once = reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(1), key=same)
    twice = reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(1.1), key=same)

    assert once.id == twice.id == first.id
    assert queue.waiting_count(sitting.id) == 1


def test_a_desk_with_someone_in_hand_calls_nobody_else() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    people.a_waiting_visit(sitting)
    second, _ = people.a_waiting_visit(sitting)
    reception.call_next(desk.id, sitting.id, by=by, now=NINE, key=key())

    with pytest.raises(DeskBusy):
        reception.call_next(desk.id, sitting.id, by=by, now=NINE, key=key())
    with pytest.raises(DeskBusy):
        reception.call(second.id, desk.id, by=by, now=NINE, key=key())


def test_only_the_officer_at_the_desk_calls_from_it() -> None:
    sitting = people.a_sitting()
    desk, _by = people.an_open_desk()
    people.a_waiting_visit(sitting)
    stranger = officer(people.an_officer().id)
    with pytest.raises(NotAllowed):
        reception.call_next(desk.id, sitting.id, by=stranger, now=NINE, key=key())


def test_an_empty_queue_says_so() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    with pytest.raises(QueueEmpty):
        reception.call_next(desk.id, sitting.id, by=by, now=NINE, key=key())


def test_who_does_not_answer_goes_first_again_and_is_a_no_show_the_second_time() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    people.a_waiting_visit(sitting, in_minutes(-30))

    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    assert reception.expire_calls(in_minutes(2.9)) == 0
    assert reception.expire_calls(in_minutes(3)) == 1
    assert visits.by_code(visit.code).state is State.WAITING

    again = reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(4), key=key())
    assert again.id == visit.id, "back at the head of the queue"
    reception.expire_calls(in_minutes(8))
    assert visits.by_code(visit.code).state is State.NO_SHOW

    back = reception.come_back(visit.id, by=person, now=in_minutes(60), key=key())
    assert (back.state, back.head) == (State.WAITING, True)


def test_a_no_show_cannot_come_back_after_an_hour() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    for minute in (0, 5):
        reception.call(visit.id, desk.id, by=by, now=in_minutes(minute), key=key())
        reception.send_back(visit.id, by=by, now=in_minutes(minute + 1), key=key())
    with pytest.raises(Conflict):
        reception.come_back(visit.id, by=person, now=in_minutes(70), key=key())


def called_by_sms() -> int:
    db.session.rollback()
    return sum("da den luot" in row.body for row in notifications.newest())


def test_every_call_is_told_by_sms_after_coming_back_too() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    for minute in (0, 5):
        reception.call(visit.id, desk.id, by=by, now=in_minutes(minute), key=key())
        reception.send_back(visit.id, by=by, now=in_minutes(minute + 1), key=key())
    reception.come_back(visit.id, by=person, now=in_minutes(30), key=key())
    one = key()
    for _ in range(2):
        reception.call(visit.id, desk.id, by=by, now=in_minutes(31), key=one)
    assert called_by_sms() == 3


def test_who_was_received_before_the_line_was_lost_has_two_calls_again() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    other, _ = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)
    reception.detect_lost(in_minutes(1))
    reception.call(other.id, desk.id, by=by, now=in_minutes(2), key=key())
    reception.enter_room(visit.id, by=person, now=in_minutes(3))
    reception.send_back(other.id, by=by, now=in_minutes(4), key=key())
    reception.call(visit.id, desk.id, by=by, now=in_minutes(5), key=key())
    reception.expire_calls(in_minutes(8))
    kept = visits.by_code(visit.code)
    assert (kept.state, kept.head) == (State.WAITING, True), "the first call since without an answer"
    reception.call(visit.id, desk.id, by=by, now=in_minutes(9), key=key())
    reception.expire_calls(in_minutes(12))
    assert visits.by_code(visit.code).state is State.NO_SHOW
    assert called_by_sms() == 4


def test_the_officer_cannot_mark_a_no_show_after_one_call() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, _ = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        reception.mark_no_show(visit.id, by=by, now=NINE, key=key())


def test_wait_a_little_adds_three_minutes_once() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    longer = reception.wait_a_little(visit.id, by=person, now=in_minutes(1), key=key())
    assert longer.answer_by == in_minutes(6)
    with pytest.raises(Conflict):
        reception.wait_a_little(visit.id, by=person, now=in_minutes(2), key=key())


def test_stepping_out_lets_the_next_one_go_first() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    first, person = people.a_waiting_visit(sitting)
    second, _ = people.a_waiting_visit(sitting, in_minutes(1))
    reception.step_out(first.id, by=person, now=in_minutes(2), key=key())
    assert reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(3), key=key()).id == second.id


def test_a_lost_line_keeps_the_place_while_the_officer_calls_the_next() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    other, _ = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)

    assert reception.detect_lost(NINE + timedelta(seconds=29)) == 0
    assert reception.detect_lost(NINE + timedelta(seconds=31)) == 1
    lost = visits.by_code(visit.code)
    assert lost.state is State.INTERRUPTED
    assert lost.kept_until is not None and lost.kept_until > in_minutes(15)

    called = reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(2), key=key())
    assert called.id == other.id
    back = reception.enter_room(visit.id, by=person, now=in_minutes(5))
    assert (back.state, back.head) == (State.WAITING, True), "the desk is taken: next in line"


def test_a_lost_line_resumes_where_it_was_when_the_desk_is_free() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)
    reception.detect_lost(in_minutes(1))
    assert reception.enter_room(visit.id, by=person, now=in_minutes(2)).state is State.IN_SESSION


def test_an_ended_visit_does_not_move_again() -> None:
    sitting = people.a_sitting()
    visit, person = people.a_waiting_visit(sitting)
    reception.leave(visit.id, by=person, now=NINE, key=key())
    with pytest.raises(IllegalMove):
        reception.leave(visit.id, by=person, now=in_minutes(1), key=key())


def test_refusing_needs_its_ground() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)
    with pytest.raises(InvalidInput) as refusal:
        reception.close(visit.id, OutcomeKind.REFUSED, None, "Đã có bản án.", by=by, now=NINE, key=key())
    assert refusal.value.field == "ground"
    closed = reception.close(
        visit.id, OutcomeKind.REFUSED, RefusalGround.I, "Đã có bản án.", by=by, now=NINE, key=key()
    )
    assert closed.state is State.FINISHED


def test_closing_twice_with_one_key_closes_once() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(sitting)
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    reception.enter_room(visit.id, by=person, now=NINE)
    same = key()
    for _ in range(2):
        reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=same)
    assert [event.action for event in _events(visit.id)].count(Action.CLOSE) == 1


def test_a_petition_has_one_open_visit_however_often_the_form_is_sent() -> None:
    sitting = people.a_sitting()
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    numbers = [
        reception.take_number(
            petition.id, sitting.id, bridge_point_id=None, by=by, now=NINE, key=key()
        ).number
        for _ in range(3)
    ]
    assert numbers == [1, 1, 1]


def test_priority_counts_as_having_come_45_minutes_earlier() -> None:
    sitting = people.a_sitting()
    desk, by = people.an_open_desk()
    people.a_waiting_visit(sitting, in_minutes(0))
    elder, _ = people.a_waiting_visit(sitting, in_minutes(30), priority=True)
    assert queue.place_of(elder).ahead == 0
    assert reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(31), key=key()).id == elder.id


def test_home_is_offered_only_where_the_sitting_says_so() -> None:
    sitting = people.a_sitting(home=False)
    account = people.a_citizen()
    petition = people.a_petition(account)
    with pytest.raises(InvalidInput):
        reception.take_number(
            petition.id, sitting.id, bridge_point_id=None, by=citizen(account.id), now=NINE, key=key()
        )


def test_the_days_end_defers_who_was_not_reached_and_goes_first_the_next_time() -> None:
    today, tomorrow = people.a_sitting(), people.a_sitting(NINE + timedelta(days=1))
    visit, person = people.a_waiting_visit(today)
    assert reception.close_day(today.ends_at) == 1
    assert visits.by_code(visit.code).state is State.DEFERRED
    following = visits.list_of_citizen(person.account_id or 0)[0]
    assert (following.state, following.sitting_id, following.follows_id) == (
        State.BOOKED,
        tomorrow.id,
        visit.id,
    )
    came = reception.check_in(following.id, by=person, now=tomorrow.starts_at, key=key())
    assert (came.state, came.head) == (State.WAITING, True)


def test_a_time_that_was_promised_outlasts_the_sittings_hours() -> None:
    sitting, _ = people.a_sitting(hours=2), people.a_sitting(NINE + timedelta(days=1))  # to ten o'clock
    (first, by), (second, other) = people.an_open_desk(), people.an_open_desk()
    lost, person = people.a_waiting_visit(sitting)
    called, late = people.a_waiting_visit(sitting)
    reception.call(lost.id, first.id, by=by, now=in_minutes(50), key=key())
    reception.enter_room(lost.id, by=person, now=in_minutes(51))
    reception.call(called.id, second.id, by=other, now=in_minutes(59), key=key())  # "before 10:02"
    reception.detect_lost(in_minutes(64))
    assert reception.close_day(in_minutes(61)) == 0
    assert reception.enter_room(called.id, by=late, now=in_minutes(61.5)).state is State.IN_SESSION
    assert reception.close_day(in_minutes(70)) == 0
    # The desk of the first one has somebody else meanwhile: they wait, and nobody puts them off.
    reception.transfer(called.id, first.id, note="Bàn 1 rảnh", by=other, now=in_minutes(71), key=key())
    assert reception.enter_room(lost.id, by=person, now=in_minutes(72)).state is State.WAITING
    assert reception.close_day(in_minutes(73)) == 0
    again = reception.call_next(second.id, sitting.id, by=other, now=in_minutes(74), key=key())
    assert again.id == lost.id and again.kept_until is None
    assert reception.close_day(in_minutes(76)) == 0, "called anew, with three minutes to come in"
    assert (reception.close_day(in_minutes(78)), visits.by_code(lost.code).state) == (1, State.DEFERRED)


def test_whoever_was_not_reached_and_has_no_following_sitting_there_is_free_to_choose_another() -> None:
    today, account = people.a_sitting(), people.a_citizen()
    tomorrow = people.a_sitting(NINE + timedelta(days=1), home=False)
    petition, by = people.a_petition(account), citizen(account.id)
    here, there = people.point_of(today).id, people.point_of(tomorrow).id
    visit = reception.take_number(petition.id, today.id, bridge_point_id=here, by=by, now=NINE, key=key())
    assert [reception.close_day(today.ends_at + timedelta(seconds=n)) for n in (0, 9)] == [1, 0]
    assert visits.by_code(visit.code).state is State.CANCELLED
    of_visit = select(Notification).where(Notification.key.contains(visit.code)).order_by(Notification.id)
    _of_the_number, told = db.session.scalars(of_visit)
    assert "chua goi den Ong/Ba" in told.body
    next_day = tomorrow.starts_at
    again = reception.take_number(
        petition.id, tomorrow.id, bridge_point_id=there, by=by, now=next_day, key=key()
    )
    assert (again.sitting_id, again.bridge_point_id) == (tomorrow.id, there)
    at_home = people.a_sitting(NINE + timedelta(days=2))
    assert reception.close_day(tomorrow.ends_at) == 1
    following = visits.following(visits.by_code(again.code))
    assert following and (following.sitting_id, following.bridge_point_id) == (at_home.id, None)


def test_whoever_stepped_out_is_there_again_as_soon_as_they_say_so() -> None:
    sitting = people.a_sitting()
    visit, person = people.a_waiting_visit(sitting)
    reception.step_out(visit.id, by=person, now=in_minutes(1), key=key())
    assert queue.next_number(sitting.id, in_minutes(3), ()) is None
    reception.step_back(visit.id, by=person, now=in_minutes(3), key=key())
    assert queue.next_number(sitting.id, in_minutes(3), ()) == visit.number


def test_two_officers_cannot_hold_one_desk_nor_one_officer_two() -> None:
    desk, by = people.an_open_desk()
    other = officer(people.an_officer().id)
    with pytest.raises(Conflict):
        desks.open_desk(desk.id, by=other, now=NINE)
    with pytest.raises(Conflict):
        desks.open_desk(people.a_desk().id, by=by, now=NINE)


def _events(visit_id: int) -> list[VisitEvent]:
    return list(db.session.query(VisitEvent).filter_by(visit_id=visit_id).order_by(VisitEvent.id))


def test_nobody_is_put_off_to_a_sitting_that_does_not_receive_at_their_place_or_not_online() -> None:
    today, other = people.a_sitting(), people.a_sitting(NINE + timedelta(days=1), home=False)
    in_person = people.a_sitting(NINE + timedelta(days=2))
    with unit_of_work() as work:
        work.session.get_one(Sitting, in_person.id).mode = SittingMode.IN_PERSON
    visit, _person = people.a_waiting_visit(today)
    for sitting in (other, in_person):
        with pytest.raises(Conflict):
            reception.defer(visit.id, sitting.id, reason="Mất điện", by=officer(1), now=NINE, key=key())
    assert visits.by_code(visit.code).state is State.WAITING


def test_a_visit_that_was_put_off_is_given_up_late_with_a_reason_and_not_after_its_start() -> None:
    today, tomorrow = people.a_sitting(), people.a_sitting(NINE + timedelta(days=1))
    _visit, person = people.a_waiting_visit(today)
    reception.close_day(today.ends_at)
    following = visits.list_of_citizen(person.account_id or 0)[0]
    begins, again = tomorrow.starts_at, following.id
    with pytest.raises(InvalidInput):
        reception.give_up(again, by=person, now=begins - timedelta(minutes=30), key=key())
    with pytest.raises(Conflict):
        reception.give_up(again, reason="Ốm", by=person, now=begins, key=key())
