"""What the record says of the line between two people, and calls owed by telephone."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.call_modes import Cause, Mode
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import CallBack, ModeChange, Visit
from webapp.services import call_backs, reception, room
from webapp.services.actor import Actor, citizen
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")


def _live() -> tuple[Visit, Actor, Actor]:
    """A visit in session, its citizen and its officer."""
    account, sitting = people.a_citizen(), people.a_sitting()
    visit, _ = people.a_waiting_visit(sitting, NINE, account)
    desk, by = people.an_open_desk()
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=citizen(account.id), now=NINE), citizen(account.id), by


def _modes(visit: Visit) -> list[tuple[Mode, Cause]]:
    return [(change.mode, change.cause) for change in room.mode_changes(visit.id)]


def test_each_change_of_the_line_is_kept_once_with_its_time() -> None:
    visit, _person, by = _live()
    for minute, mode in enumerate((Mode.VIDEO, Mode.VOICE, Mode.VOICE, Mode.MESSAGES)):
        room.change_mode(visit.id, mode, Cause.NETWORK, by=by, now=in_minutes(minute))
    assert [(change.mode, change.at) for change in room.mode_changes(visit.id)] == [
        (Mode.VIDEO, NINE),
        (Mode.VOICE, in_minutes(1)),
        (Mode.MESSAGES, in_minutes(3)),
    ]


def test_only_the_officer_of_the_visit_tells_and_only_while_it_lasts() -> None:
    visit, person, by = _live()
    _desk, stranger = people.an_open_desk()
    for other in (person, stranger):
        with pytest.raises(NotFound):
            room.change_mode(visit.id, Mode.VOICE, Cause.NETWORK, by=other, now=NINE)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    room.change_mode(visit.id, Mode.VOICE, Cause.NETWORK, by=by, now=NINE)
    assert _modes(visit) == []


def test_each_direction_is_kept_and_one_that_changes_alone_is_a_change() -> None:
    visit, _person, by = _live()
    told = [
        (Mode.VIDEO, Mode.VIDEO, Mode.VIDEO),
        (Mode.VOICE, Mode.VIDEO, Mode.VOICE),
        (Mode.VOICE, Mode.VIDEO, Mode.VOICE),
        (Mode.VOICE, Mode.VOICE, Mode.VIDEO),
    ]
    for minute, (mode, ours, theirs) in enumerate(told):
        ways = room.Ways(from_officer=ours, from_citizen=theirs)
        room.change_mode(visit.id, mode, Cause.DEVICE, by=by, now=in_minutes(minute), ways=ways)
    room.change_mode(visit.id, Mode.VOICE, Cause.SEVERAL, by=by, now=in_minutes(5))
    found = [(one.mode, one.from_officer, one.from_citizen) for one in room.mode_changes(visit.id)]
    assert found == [told[0], told[1], told[3]]


def test_who_hangs_up_stands_in_the_record_also_where_only_words_got_through() -> None:
    visit, person, by = _live()
    room.change_mode(visit.id, Mode.MESSAGES, Cause.NETWORK, by=by, now=NINE)
    for _again in range(2):
        assert room.hang_up(visit.id, by=person, now=in_minutes(12))
    room.change_mode(visit.id, Mode.VIDEO, Cause.START, by=by, now=in_minutes(13))
    assert room.hang_up(visit.id, by=by, now=in_minutes(14))
    assert [(one.mode, one.cause, one.at) for one in room.mode_changes(visit.id)][1:] == [
        (Mode.MESSAGES, Cause.CITIZEN_HUNG_UP, in_minutes(12)),
        (Mode.VIDEO, Cause.START, in_minutes(13)),
        (Mode.MESSAGES, Cause.OFFICER_HUNG_UP, in_minutes(14)),
    ]
    _desk, stranger = people.an_open_desk()
    for other in (stranger, citizen(people.a_citizen().id)):
        with pytest.raises(NotFound):
            room.hang_up(visit.id, by=other, now=NINE)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    assert not room.hang_up(visit.id, by=by, now=NINE)


def test_who_tells_is_answered_whether_it_was_kept() -> None:
    account, sitting = people.a_citizen(), people.a_sitting()
    visit, _ = people.a_waiting_visit(sitting, NINE, account)
    desk, by = people.an_open_desk()
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    assert not room.change_mode(visit.id, Mode.MESSAGES, Cause.NETWORK, by=by, now=NINE), "not begun"
    reception.enter_room(visit.id, by=citizen(account.id), now=NINE)
    for _again in range(2):
        assert room.change_mode(visit.id, Mode.MESSAGES, Cause.NETWORK, by=by, now=NINE)
    assert _modes(visit) == [(Mode.MESSAGES, Cause.NETWORK)]


def test_what_was_kept_of_the_line_cannot_be_changed() -> None:
    visit, _person, by = _live()
    room.change_mode(visit.id, Mode.VOICE, Cause.NETWORK, by=by, now=NINE)
    with pytest.raises(DatabaseError), unit_of_work() as work:
        work.session.execute(update(ModeChange).values(mode=Mode.VIDEO))
    assert _modes(visit) == [(Mode.VOICE, Cause.NETWORK)]


def test_one_call_is_owed_however_often_it_is_asked_for() -> None:
    visit, person, by = _live()
    first = call_backs.ask(visit.id, by=person, now=NINE, key=key())
    for asked_by in (person, by):
        assert call_backs.ask(visit.id, by=asked_by, now=in_minutes(1), key=key()).id == first.id
    assert [owed.id for owed in call_backs.owed_by(by.account_id or 0)] == [first.id]
    assert _modes(visit) == [(Mode.CALL_BACK, Cause.CHOICE)]


@pytest.mark.parametrize("lost_first", [True, False])
def test_who_is_to_be_called_keeps_the_place_to_the_end_of_the_sitting(lost_first: bool) -> None:
    visit, person, _by = _live()
    if lost_first:
        reception.detect_lost(in_minutes(1))
    call_backs.ask(visit.id, by=person, now=in_minutes(1), key=key())
    if not lost_first:
        reception.detect_lost(in_minutes(2))
    db.session.rollback()
    kept = db.session.get_one(Visit, visit.id)
    assert (kept.state, kept.kept_until) == (State.INTERRUPTED, kept.sitting.ends_at)


def test_a_call_is_settled_once_and_may_then_be_owed_anew() -> None:
    visit, person, by = _live()
    owed = call_backs.ask(visit.id, by=person, now=NINE, key=key())
    with pytest.raises(InvalidInput):
        call_backs.settle(owed.id, reached=True, note=" ", by=by, now=NINE)
    call_backs.settle(owed.id, reached=False, note="", by=by, now=in_minutes(1))
    again = call_backs.settle(owed.id, reached=True, note="Đã nói chuyện.", by=by, now=in_minutes(2))
    assert (again.reached, again.settled_at) == (False, in_minutes(1)), "the first word stands"
    assert call_backs.owed_by(by.account_id or 0) == []
    second = call_backs.ask(visit.id, by=person, now=in_minutes(3), key=key())
    call_backs.settle(second.id, reached=True, note="Đã nói chuyện.", by=by, now=in_minutes(4))
    told = [(one.reached, one.note) for one in call_backs.of_visit(visit.id)]
    assert told == [(False, ""), (True, "Đã nói chuyện.")]


def test_a_request_that_comes_twice_after_it_was_settled_owes_nothing_new() -> None:
    visit, person, by = _live()
    same = key()
    owed = call_backs.ask(visit.id, by=person, now=NINE, key=same)
    call_backs.settle(owed.id, reached=False, note="", by=by, now=NINE)
    assert call_backs.ask(visit.id, by=person, now=NINE, key=same).id == owed.id
    assert db.session.query(CallBack).count() == 1


def test_a_stranger_neither_asks_nor_settles_and_an_ended_visit_owes_nothing() -> None:
    visit, person, by = _live()
    owed = call_backs.ask(visit.id, by=person, now=NINE, key=key())
    _desk, stranger = people.an_open_desk()
    with pytest.raises(NotFound):
        call_backs.settle(owed.id, reached=False, note="", by=stranger, now=NINE)
    with pytest.raises(NotFound):
        call_backs.ask(visit.id, by=citizen(people.a_citizen().id), now=NINE, key=key())
    call_backs.settle(owed.id, reached=False, note="", by=by, now=NINE)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        call_backs.ask(visit.id, by=person, now=NINE, key=key())
