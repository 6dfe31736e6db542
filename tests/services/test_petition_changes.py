"""What an author can rely on after sending: nothing sent changes, more can be said, and all can be taken back."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, FormUsed, InvalidInput, NotFound, TooMany
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import AuditEntry, Notification, PetitionAddition
from webapp.services import petition_changes, petitions, reception, visits
from webapp.services.actor import citizen

pytestmark = pytest.mark.usefixtures("app")


def test_an_addition_stands_beside_the_text_with_its_date_once_a_key() -> None:
    petition, same = people.a_petition(), key()
    by = citizen(petition.account_id)
    for minute in (5, 6):
        petition_changes.add(petition.id, " Tôi nhớ thêm một việc. ", by=by, now=in_minutes(minute), key=same)
    petition_changes.add(petition.id, "Và một việc nữa.", by=by, now=in_minutes(9), key=key())
    kept = petitions.of_citizen(petition.code, petition.account_id)
    assert kept.narrative == people.STORY
    assert [(one.body, one.added_at) for one in kept.additions] == [
        ("Tôi nhớ thêm một việc.", in_minutes(5)),
        ("Và một việc nữa.", in_minutes(9)),
    ]


def test_other_words_under_a_used_key_are_not_swallowed() -> None:
    """As when somebody goes back in the browser and writes more."""
    petition, same = people.a_petition(), key()
    about = {"by": citizen(petition.account_id), "now": NINE, "key": same}
    petition_changes.add(petition.id, "Tôi nhớ thêm.", **about)
    with pytest.raises(FormUsed):
        petition_changes.add(petition.id, "Tôi nhớ thêm, và việc khác nữa.", **about)
    assert petition_changes.add(petition.id, " Tôi nhớ thêm. ", **about).body == "Tôi nhớ thêm."


def test_who_adds_again_and_again_is_asked_to_wait_and_may_then_go_on() -> None:
    petition, other = people.a_petition(), people.a_petition()
    by, last = citizen(petition.account_id), key()
    for number in range(10):
        same = last if number == 9 else key()
        petition_changes.add(petition.id, f"Thêm ý thứ {number}.", by=by, now=in_minutes(number), key=same)
    with pytest.raises(TooMany, match="Bài vừa viết còn ở đây") as refusal:
        petition_changes.add(petition.id, "Thêm một ý nữa.", by=by, now=in_minutes(20), key=key())
    assert 0 < refusal.value.retry_after <= 40 * 60 + 1
    petition_changes.add(petition.id, "Thêm ý thứ 9.", by=by, now=in_minutes(20), key=last)
    petition_changes.add(other.id, "Đơn khác.", by=citizen(other.account_id), now=in_minutes(20), key=key())
    later = petition_changes.add(petition.id, "Thêm một ý nữa.", by=by, now=in_minutes(61), key=key())
    assert later.body == "Thêm một ý nữa."


def test_the_database_itself_keeps_an_addition_as_it_was_written() -> None:
    petition = people.a_petition()
    petition_changes.add(petition.id, "Tôi nhớ thêm.", by=citizen(petition.account_id), now=NINE, key=key())
    for statement in ("UPDATE petition_addition SET body = ''", "DELETE FROM petition_addition"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.scalars(select(PetitionAddition.body)).all() == ["Tôi nhớ thêm."]


@pytest.mark.parametrize("typed", ["", " \x00 ", "ạ", "ế" * 10_001])
def test_an_addition_that_cannot_be_taken_says_so_at_its_place(typed: str) -> None:
    petition = people.a_petition()
    with pytest.raises(InvalidInput) as refusal:
        petition_changes.add(petition.id, typed, by=citizen(petition.account_id), now=NINE, key=key())
    assert refusal.value.field == "body"


def test_a_withdrawn_petition_gives_its_number_up_and_takes_nothing_more() -> None:
    sitting = people.a_sitting()
    visit, by = people.a_waiting_visit(sitting)
    for _ in range(2):
        petition_changes.withdraw(visit.petition_id, "Xã đã đo lại đất.", by=by, now=in_minutes(5), key=key())
    assert visits.by_code(visit.code).state is State.CANCELLED
    petition = visits.by_code(visit.code).petition
    assert (petition.withdrawn_at, petition.withdrawal_reason) == (in_minutes(5), "Xã đã đo lại đất.")
    assert petition.narrative == people.STORY
    with pytest.raises(Conflict):
        petition_changes.add(petition.id, "Thêm một ý nữa.", by=by, now=in_minutes(6), key=key())
    with pytest.raises(Conflict):
        reception.take_number(
            petition.id, sitting.id, bridge_point_id=None, by=by, now=in_minutes(6), key=key()
        )
    actions = db.session.scalars(select(AuditEntry).filter_by(action="petition_withdrawn")).all()
    assert [entry.details for entry in actions] == [{"by": "citizen"}], "the reason is no matter of the trail"
    assert (
        len(db.session.scalars(select(Notification).where(Notification.key.like("%:withdrawn"))).all()) == 1
    )


def test_who_is_called_leaves_by_withdrawing_and_who_is_received_says_it_to_the_officer() -> None:
    sitting = people.a_sitting()
    desk, at_desk = people.an_open_desk()
    (called, by), (received, other) = (people.a_waiting_visit(sitting) for _ in range(2))
    reception.call(called.id, desk.id, by=at_desk, now=in_minutes(1), key=key())
    petition_changes.withdraw(called.petition_id, "Tôi đổi ý.", by=by, now=in_minutes(2), key=key())
    assert visits.by_code(called.code).state is State.LEFT
    reception.call(received.id, desk.id, by=at_desk, now=in_minutes(3), key=key())
    reception.enter_room(received.id, by=other, now=in_minutes(3))
    with pytest.raises(Conflict, match="nói với cán bộ"):
        petition_changes.withdraw(received.petition_id, "Đổi ý.", by=other, now=in_minutes(4), key=key())
    assert visits.by_code(received.code).state is State.IN_SESSION
    assert visits.by_code(received.code).petition.withdrawn_at is None


@pytest.mark.parametrize("reason", ["", " \n\x00", "l" * 501])
def test_a_withdrawal_needs_its_reason(reason: str) -> None:
    petition = people.a_petition()
    with pytest.raises(InvalidInput) as refusal:
        petition_changes.withdraw(petition.id, reason, by=citizen(petition.account_id), now=NINE, key=key())
    assert refusal.value.field == "reason"
    assert petitions.of_citizen(petition.code, petition.account_id).withdrawn_at is None


def test_nobody_changes_anothers_petition() -> None:
    petition, stranger = people.a_petition(), citizen(people.a_citizen().id)
    with pytest.raises(NotFound):
        petition_changes.add(petition.id, "Thêm một ý.", by=stranger, now=NINE, key=key())
    with pytest.raises(NotFound):
        petition_changes.withdraw(petition.id, "Rút.", by=stranger, now=NINE, key=key())
