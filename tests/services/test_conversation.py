"""What people can rely on when they write to each other in a visit."""

import pytest

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict, InvalidInput
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.visit_flow import By
from webapp.models import Visit
from webapp.services import conversation, reception
from webapp.services.actor import Actor, citizen

pytestmark = pytest.mark.usefixtures("app")


def test_both_sides_read_the_words_in_the_order_in_which_they_came() -> None:
    visit, person, by = live()
    said = [f"Câu {number}" for number in range(6)]
    for number, words in enumerate(said):
        # The clocks of two doors may differ; the order may not.
        moment = in_minutes(10 - number)
        conversation.say(visit.id, words, by=(person, by)[number % 2], now=moment, key=key())
    told = conversation.messages(visit.id)
    assert [message.body for message in told] == said
    assert [message.author_id for message in told] == [person.account_id, by.account_id] * 3


def test_who_comes_back_gets_what_they_missed_and_no_more() -> None:
    visit, person, _by = live()
    ids = [_say(visit, person, str(number)) for number in range(5)]
    assert [message.id for message in conversation.messages(visit.id, after=ids[2])] == ids[3:]
    assert conversation.messages(visit.id, after=ids[4]) == []
    assert [message.id for message in conversation.messages(visit.id, after=ids[0], limit=2)] == ids[1:3]


def test_one_visits_words_are_not_anothers() -> None:
    sitting = people.a_sitting()
    (visit, person, _), (other, _, _) = live(sitting.id), live(sitting.id)
    _say(visit, person, "Chỉ ở đây")
    assert conversation.messages(other.id) == []


def test_a_message_sent_again_with_its_key_is_there_once() -> None:
    visit, person, by = live()
    same = key()
    first = conversation.say(visit.id, "Tôi nghe rõ.", by=person, now=NINE, key=same)
    again = conversation.say(visit.id, "Tôi nghe rõ.", by=person, now=in_minutes(1), key=same)
    assert (again.id, again.sent_at) == (first.id, NINE)
    theirs = conversation.say(visit.id, "Vâng.", by=by, now=NINE, key=same)
    assert theirs.id != first.id, "the other side's key is another key"
    assert [message.body for message in conversation.messages(visit.id)] == ["Tôi nghe rõ.", "Vâng."]


def test_a_message_has_one_to_2000_characters() -> None:
    visit, person, _by = live()
    longest = "ế" * 2_000
    assert conversation.say(visit.id, f" {longest}\n", by=person, now=NINE, key=key()).body == longest
    for words in ("", " \n\t ", "\x00\x1b\u202e", "ế" * 2_001):
        with pytest.raises(InvalidInput) as refusal:
            conversation.say(visit.id, words, by=person, now=NINE, key=key())
        assert refusal.value.field == "body"
    assert len(conversation.messages(visit.id)) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Đất\x00 của\x1b[31m tôi\u202e", "Đất của[31m tôi"),
        ("một\r\nhai", "một\nhai"),
        ("👩\u200d🌾 ở Mỹ Đức", "👩\u200d🌾 ở Mỹ Đức"),
        ("<script>alert('1')</script> & <b>đậm</b>", "<script>alert('1')</script> & <b>đậm</b>"),
        ("&lt;không phải thẻ&gt; {{ 7 * 7 }}", "&lt;không phải thẻ&gt; {{ 7 * 7 }}"),
        ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
    ],
)
def test_words_stay_words_and_what_cannot_be_seen_goes(typed: str, kept: str) -> None:
    visit, person, _by = live()
    _say(visit, person, typed)
    assert [message.body for message in conversation.messages(visit.id)] == [kept]


def test_before_the_call_nobody_can_write() -> None:
    visit, person = people.a_waiting_visit(people.a_sitting())
    with pytest.raises(Conflict):
        conversation.say(visit.id, "Có ai không?", by=person, now=NINE, key=key())
    assert conversation.messages(visit.id) == []


def test_while_the_line_is_lost_words_still_arrive() -> None:
    visit, person, by = live()
    reception.detect_lost(in_minutes(1))
    conversation.say(visit.id, "Tôi mất sóng.", by=person, now=in_minutes(2), key=key())
    conversation.say(visit.id, "Chúng tôi đợi.", by=by, now=in_minutes(2), key=key())
    assert len(conversation.messages(visit.id)) == 2


def test_after_the_end_nothing_is_added_but_a_message_that_arrived_is_still_answered() -> None:
    visit, person, by = live()
    same = key()
    first = conversation.say(visit.id, "Cảm ơn cán bộ.", by=person, now=NINE, key=same)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=NINE, key=key())
    for late in (person, by):
        with pytest.raises(Conflict):
            conversation.say(visit.id, "Còn nữa", by=late, now=in_minutes(1), key=key())
    again = conversation.say(visit.id, "Cảm ơn cán bộ.", by=person, now=in_minutes(1), key=same)
    assert again.id == first.id
    assert [message.id for message in conversation.messages(visit.id)] == [first.id]


def live(sitting_id: int | None = None) -> tuple[Visit, Actor, Actor]:
    """A visit in session: the citizen's side and the officer's."""
    sitting_id = sitting_id or people.a_sitting().id
    desk, by = people.an_open_desk()
    account = people.a_citizen()
    person = citizen(account.id)
    visit = reception.take_number(
        people.a_petition(account).id, sitting_id, bridge_point_id=None, by=person, now=NINE, key=key()
    )
    reception.call(visit.id, desk.id, by=by, now=NINE, key=key())
    return reception.enter_room(visit.id, by=person, now=NINE), person, by


def _say(visit: Visit, by: Actor, words: str) -> int:
    return conversation.say(visit.id, words, by=by, now=NINE, key=key()).id


def test_each_side_learns_how_far_the_other_has_read() -> None:
    visit, person, by = live()
    mine = [_say(visit, person, str(number)) for number in range(3)]
    theirs = _say(visit, by, "Vâng")
    assert (conversation.seen(visit.id, By.CITIZEN), conversation.unread(visit.id, By.OFFICER)) == (None, 3)
    conversation.read_up_to(visit.id, mine[1], by=by, now=in_minutes(5))
    assert conversation.seen(visit.id, By.CITIZEN) == conversation.Seen(mine[1], in_minutes(5))
    assert conversation.unread(visit.id, By.OFFICER) == 1
    conversation.read_up_to(visit.id, mine[0], by=by, now=in_minutes(6))
    conversation.read_up_to(visit.id, mine[1], by=by, now=in_minutes(6))
    assert conversation.seen(visit.id, By.CITIZEN) == conversation.Seen(mine[1], in_minutes(5)), "never back"
    conversation.read_up_to(visit.id, theirs, by=by, now=in_minutes(7))
    assert conversation.seen(visit.id, By.CITIZEN) == conversation.Seen(mine[2], in_minutes(7))
    assert (conversation.seen(visit.id, By.OFFICER), conversation.unread(visit.id, By.CITIZEN)) == (None, 1)


def test_ones_own_words_are_not_read_by_oneself() -> None:
    visit, person, _by = live()
    last = _say(visit, person, "Có ai không?")
    conversation.read_up_to(visit.id, last, by=person, now=NINE)
    assert conversation.seen(visit.id, By.CITIZEN) is None
    assert conversation.seen(visit.id, By.OFFICER) is None
