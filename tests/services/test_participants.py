"""What people can rely on when more than two are in the room: who may come, and how it is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, InvalidInput, NotFound
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.participants import Happening, ParticipantRole
from webapp.extensions import db
from webapp.models import Participant, Visit
from webapp.services import conversation, participants, reception
from webapp.services.actor import Actor, citizen, guest, officer
from webapp.services.participants import Invitation

pytestmark = pytest.mark.usefixtures("app")

INTERPRETER = Invitation("interpreter", "Trần Thị Mỵ", "Trung tâm phiên dịch")


def live() -> tuple[Visit, Actor, Actor]:
    """A visit in session: the citizen's side and the officer's."""
    desk, by = people.an_open_desk()
    visit, person = people.a_waiting_visit(people.a_sitting())
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=person, now=NINE), person, by


def a_guest(visit: Visit, by: Actor, wanted: Invitation = INTERPRETER) -> Participant:
    """Someone invited who has come in."""
    invited, token = participants.invite(visit.id, wanted, by=by, now=NINE, key=key())
    participants.open_link(token, now=NINE, key=key())
    return participants.admit(invited.id, by=by, now=NINE, key=key())


def happenings(visit: Visit) -> list[tuple[Happening, ParticipantRole | None]]:
    told = participants.events(visit.id)
    return [(one.happening, one.participant.role if one.participant else None) for one in told]


def test_the_officer_and_the_citizen_have_their_seats_once() -> None:
    visit, person, by = live()
    reception.detect_lost(in_minutes(1))
    reception.enter_room(visit.id, by=person, now=in_minutes(2))
    seated = participants.in_order(visit.id)
    assert [one.role for one in seated] == [ParticipantRole.OFFICER, ParticipantRole.CITIZEN]
    assert [one.account_id for one in seated] == [by.account_id, person.account_id]
    assert (seated[0].name, seated[1].name) == ("Lê Thu Hà", ""), (
        "the citizen's name stands with the petition"
    )


def test_an_officer_who_takes_the_visit_over_takes_the_seat() -> None:
    visit, _person, by = live()
    desk, other = people.an_open_desk()
    reception.transfer(visit.id, desk.id, note="Chuyên môn", by=by, now=in_minutes(1), key=key())
    assert participants.in_order(visit.id)[0].account_id == other.account_id
    with pytest.raises(NotFound):
        participants.of_actor(visit.id, by)


def test_a_guest_comes_by_a_link_and_is_let_in_by_the_officer() -> None:
    visit, _person, by = live()
    invited, token = participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    assert not db.session.get_one(Participant, invited.id).waits_at_door
    with pytest.raises(Conflict):
        participants.admit(invited.id, by=by, now=NINE, key=key())
    opened = participants.open_link(token, now=in_minutes(1), key=key())
    db.session.expire_all()
    assert db.session.get_one(Participant, opened.id).waits_at_door
    assert len(participants.in_order(visit.id, inside_only=True)) == 2, "who waits at the door is not inside"
    participants.admit(invited.id, by=by, now=in_minutes(2), key=key())
    db.session.expire_all()
    inside = participants.in_order(visit.id, inside_only=True)
    assert [one.name for one in inside] == ["Lê Thu Hà", "", "Trần Thị Mỵ"]
    came = [
        (Happening.INVITED, "interpreter"),
        (Happening.CAME, "interpreter"),
        (Happening.ADMITTED, "interpreter"),
    ]
    assert happenings(visit)[-3:] == came


def test_a_request_sent_again_is_the_same_request() -> None:
    visit, _person, by = live()
    first, second, third, fourth = key(), key(), key(), key()
    invited, token = participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=first)
    again, same = participants.invite(visit.id, INTERPRETER, by=by, now=in_minutes(1), key=first)
    assert (again.id, same) == (invited.id, token)
    for _ in range(2):
        assert participants.open_link(token, now=NINE, key=second).id == invited.id
        participants.admit(invited.id, by=by, now=NINE, key=third)
    for _ in range(2):
        participants.remove(invited.id, reason="Đã dịch xong", by=by, now=NINE, key=fourth)
    mine = [what for what, role in happenings(visit) if role is ParticipantRole.INTERPRETER]
    assert mine == [Happening.INVITED, Happening.CAME, Happening.ADMITTED, Happening.REMOVED]


def test_a_link_opens_once() -> None:
    visit, _person, by = live()
    _invited, token = participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    participants.open_link(token, now=NINE, key=key())
    for ask in (
        lambda: participants.open_link(token, now=NINE, key=key()),
        lambda: participants.of_link(token, now=NINE),
    ):
        with pytest.raises(Conflict, match="đã có người dùng"):
            ask()


def test_a_link_that_is_late_taken_back_or_made_up_opens_nothing() -> None:
    visit, _person, by = live()
    short = Invitation("leader", "Phạm Quốc Việt", holds=timedelta(minutes=5))
    invited, token = participants.invite(visit.id, short, by=by, now=NINE, key=key())
    with pytest.raises(Conflict, match="hết hạn"):
        participants.open_link(token, now=in_minutes(5.1), key=key())
    participants.remove(invited.id, reason="Không cần nữa", by=by, now=in_minutes(1), key=key())
    with pytest.raises(Conflict, match="không còn"):
        participants.open_link(token, now=in_minutes(2), key=key())
    with pytest.raises(NotFound):
        participants.open_link("0" * 40, now=NINE, key=key())
    _other, late = participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        participants.open_link(late, now=NINE, key=key())


def test_only_the_hash_of_a_link_and_no_name_can_be_read_in_the_database() -> None:
    visit, _person, by = live()
    invited, token = participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    row = db.session.execute(text("SELECT * FROM participant WHERE id = :id"), {"id": invited.id}).one()
    held = " ".join(bytes(part).hex() if isinstance(part, bytes | memoryview) else str(part) for part in row)
    assert token not in held and "Mỵ" not in held


def test_a_room_holds_five_ends() -> None:
    visit, _person, by = live()
    for _ in range(3):
        kept = a_guest(visit, by)
    with pytest.raises(Conflict, match="đủ 5"):
        participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    participants.remove(kept.id, reason="Xong việc", by=by, now=NINE, key=key())
    participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    later = in_minutes(61)
    participants.invite(visit.id, INTERPRETER, by=by, now=later, key=key())


def test_the_citizens_seat_is_kept_while_they_are_on_their_way() -> None:
    desk, by = people.an_open_desk()
    visit, _person = people.a_waiting_visit(people.a_sitting())
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    for _ in range(3):
        participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())
    with pytest.raises(Conflict):
        participants.invite(visit.id, INTERPRETER, by=by, now=NINE, key=key())


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Invitation("officer", "Trần Thị Mỵ"), "role"),
        (Invitation("", "Trần Thị Mỵ"), "role"),
        (Invitation("leader", " \x00 "), "name"),
        (Invitation("leader", "ế" * 121), "name"),
        (Invitation("leader", "Trần Thị Mỵ", "u" * 121), "unit"),
        (Invitation("leader", "Trần Thị Mỵ", holds=timedelta(minutes=4)), "holds"),
        (Invitation("leader", "Trần Thị Mỵ", holds=timedelta(minutes=1441)), "holds"),
        (Invitation("bridge_point", "Yên Bài", sitting_there="\n".join("abcde" * 7)), "sitting_there"),
    ],
)
def test_an_invitation_that_cannot_be_taken_says_where(wanted: Invitation, field: str) -> None:
    visit, _person, by = live()
    with pytest.raises(InvalidInput) as refusal:
        participants.invite(visit.id, wanted, by=by, now=NINE, key=key())
    assert refusal.value.field == field


def test_a_bridge_point_says_who_sits_there() -> None:
    visit, _person, by = live()
    wanted = Invitation("bridge_point", "Điểm cầu xã Yên Bài", sitting_there="Ông Lành\n\n  Bà   Thơm ")
    invited, token = participants.invite(visit.id, wanted, by=by, now=NINE, key=key())
    assert invited.names_there == ["Ông Lành", "Bà Thơm"]
    come = participants.open_link(token, sitting_there="Ông Lành\nAnh Tấn", now=NINE, key=key())
    assert come.names_there == ["Ông Lành", "Anh Tấn"]


def test_only_the_officer_who_holds_the_visit_decides_who_is_in_the_room() -> None:
    visit, person, by = live()
    inside = a_guest(visit, by)
    other = officer(people.an_officer().id)
    for stranger in (other, person, guest(inside.id), citizen(people.a_citizen().id)):
        with pytest.raises(NotFound):
            participants.invite(visit.id, INTERPRETER, by=stranger, now=NINE, key=key())
        with pytest.raises(NotFound):
            participants.remove(inside.id, reason="x", by=stranger, now=NINE, key=key())
        with pytest.raises(NotFound):
            participants.admit(inside.id, by=stranger, now=NINE, key=key())


def test_a_guest_is_removed_with_a_reason_and_the_two_sides_are_not() -> None:
    visit, person, by = live()
    inside = a_guest(visit, by)
    with pytest.raises(InvalidInput):
        participants.remove(inside.id, reason=" ", by=by, now=NINE, key=key())
    for side in (by, person):
        with pytest.raises(Conflict):
            participants.remove(
                participants.of_actor(visit.id, side).id, reason="x", by=by, now=NINE, key=key()
            )
    participants.remove(inside.id, reason="Gây ồn", by=by, now=in_minutes(3), key=key())
    assert participants.removed_since(in_minutes(2)) == [inside.code]
    assert participants.removed_since(in_minutes(4)) == []
    told = participants.events(visit.id)[-1]
    assert (told.happening, told.reason, told.actor_id) == (Happening.REMOVED, "Gây ồn", by.account_id)
    with pytest.raises(NotFound):
        participants.of_actor(visit.id, guest(inside.id))


def test_what_happened_in_the_room_cannot_be_changed() -> None:
    live()
    for change in ("UPDATE participant_event SET reason = 'x'", "DELETE FROM participant_event"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(change))
        db.session.rollback()


def test_a_guest_writes_once_with_a_key_and_reads_from_their_admission_on() -> None:
    visit, person, by = live()
    conversation.say(visit.id, "Trước khi có khách", by=person, now=in_minutes(-1), key=key())
    first, second = a_guest(visit, by), a_guest(visit, by)
    same = key()
    for one in (first, second, first):
        conversation.say(visit.id, f"Tôi là {one.code}", by=guest(one.id), now=in_minutes(1), key=same)
    said = [m.body for m in conversation.messages(visit.id, since=first.admitted_at)]
    assert said == [f"Tôi là {first.code}", f"Tôi là {second.code}"]
    assert db.session.scalar(select(func.count()).select_from(Participant)) == 4
