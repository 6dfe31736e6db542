"""What people can rely on about messages: sent once, tried again when the carrier is away, given up in the end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.marks import postgresql_is_long
from tests.people import NINE, in_minutes
from webapp.domain.deliveries import Delivery, NoAnswer, NotTaken, Receipt, Refused
from webapp.domain.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.models import AuditEntry, Role
from webapp.services import notifications
from webapp.services.actor import officer
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PHONE = "+84912345678"


class Carrier:
    """A gateway that takes messages, or is away as often as told."""

    def __init__(self, away: int = 0, problem: Exception | None = None) -> None:
        self.away = away
        self.problem = problem or NotTaken("the gateway is away")
        self.asked = 0
        self.taken: list[tuple[str, str, str, str]] = []

    def send(self, channel: str, recipient: str, body: str, key: str) -> Receipt:
        self.asked += 1
        if self.asked <= self.away:
            raise self.problem
        self.taken.append((channel, recipient, body, key))
        return Receipt(f"gateway-{self.asked}")


def test_a_message_reaches_its_carrier_once_with_its_key() -> None:
    carrier = Carrier()
    _enqueue("Sắp đến lượt Ông/Bà.", key="near:1")
    assert notifications.deliver_due(carrier.send, NINE) == 1
    for minute in (0, 1, 60, 6_000):
        assert notifications.deliver_due(carrier.send, in_minutes(minute)) == 0
    assert carrier.taken == [("sms", PHONE, "Sắp đến lượt Ông/Bà.", "near:1")]
    assert _settled() == [(Delivery.SENT, 1, NINE)]


def test_what_is_put_out_twice_with_one_key_is_one_message() -> None:
    carrier = Carrier()
    _enqueue("Một", key="near:1")
    _enqueue("Một", key="near:1")
    with unit_of_work() as work:
        for key in ("near:2", "near:2"):
            notifications.enqueue(work, notifications.SMS, PHONE, "Hai", key=key, now=NINE)
    notifications.deliver_due(carrier.send, NINE)
    _enqueue("Một", key="near:1", now=in_minutes(5))
    notifications.deliver_due(carrier.send, in_minutes(5))
    assert [body for _, _, body, _ in carrier.taken] == ["Một", "Hai"]


def test_a_message_of_a_change_that_was_rolled_back_is_never_sent() -> None:
    carrier = Carrier()
    with pytest.raises(RuntimeError), unit_of_work() as work:
        notifications.enqueue(work, notifications.SMS, PHONE, "Không có", key="never", now=NINE)
        raise RuntimeError("the power went")
    assert notifications.deliver_due(carrier.send, in_minutes(60)) == 0
    assert carrier.asked == 0


def test_when_the_carrier_is_away_the_message_waits_and_goes_when_it_is_back() -> None:
    carrier = Carrier(away=2)
    _enqueue("Đợi")
    sent_at = _deliver_every_ten_seconds(carrier, hours=1)
    assert [body for _, _, body, _ in carrier.taken] == ["Đợi"]
    assert carrier.asked == 3
    assert _settled() == [(Delivery.SENT, 3, sent_at)]


@postgresql_is_long
def test_the_tries_come_further_and_further_apart_till_there_is_one_an_hour() -> None:
    tries = _tries(Carrier(away=999))
    gaps = [later - earlier for earlier, later in zip(tries, tries[1:], strict=False)]
    assert all(later >= earlier for earlier, later in zip(gaps, gaps[1:], strict=False))
    assert gaps[0] <= timedelta(minutes=2), "the first try again comes while the message is still of use"
    assert gaps[-1] == timedelta(hours=1), "and a gateway that is back is not left waiting"


def test_a_notice_outlives_a_gateway_that_is_away_for_two_days() -> None:
    carrier = Carrier(away=999)
    _tries(carrier, days=2)
    carrier.away = 0
    notifications.deliver_due(carrier.send, in_minutes(2 * 24 * 60 + 60))
    assert _states() == [Delivery.SENT]


@pytest.mark.long
@pytest.mark.parametrize(
    ("problem", "then"), [(NotTaken("x"), Delivery.FAILED), (NoAnswer("x"), Delivery.IN_DOUBT)]
)
def test_after_three_days_it_is_given_up_and_stays_so(problem: Exception, then: Delivery) -> None:
    carrier = Carrier(away=999, problem=problem)
    tries = _tries(carrier)
    assert timedelta(days=2, hours=20) < tries[-1] - NINE < timedelta(days=3, hours=4)
    assert _states() == [then]
    carrier.away = 0
    assert notifications.deliver_due(carrier.send, in_minutes(10_000)) == 0
    assert carrier.taken == []


def test_a_message_that_fails_does_not_hold_the_others_up() -> None:
    carrier = Carrier(away=1)
    for words in ("Một", "Hai", "Ba"):
        _enqueue(words)
    assert notifications.deliver_due(carrier.send, NINE) == 2
    assert [body for _, _, body, _ in carrier.taken] == ["Hai", "Ba"]
    assert notifications.deliver_due(carrier.send, in_minutes(5)) == 1
    assert carrier.taken[-1][2] == "Một"


def test_a_round_sends_no_more_than_it_is_told_the_oldest_first() -> None:
    carrier = Carrier()
    for number in range(5):
        _enqueue(str(number))
    assert notifications.deliver_due(carrier.send, NINE, most=3) == 3
    assert [body for _, _, body, _ in carrier.taken] == ["0", "1", "2"]
    assert notifications.deliver_due(carrier.send, NINE, most=3) == 2


@pytest.mark.parametrize("minutes", [0, 3])
def test_while_one_worker_is_sending_another_does_not_send_it_too(minutes: int) -> None:
    carrier = Carrier()
    _enqueue("Một lần")

    def slowly(channel: str, recipient: str, body: str, key: str) -> Receipt:
        # Another worker's round comes while the carrier is still thinking.
        notifications.deliver_due(carrier.send, in_minutes(minutes))
        return carrier.send(channel, recipient, body, key)

    assert notifications.deliver_due(slowly, NINE) == 1
    assert [body for _, _, body, _ in carrier.taken] == ["Một lần"]


def test_a_code_whose_answer_never_came_is_in_doubt_and_never_sent_again() -> None:
    carrier = Carrier(away=1, problem=NoAnswer("no answer in time"))
    _enqueue_code()
    _deliver_every_ten_seconds(carrier, hours=1)
    assert (carrier.asked, _states()) == (1, [Delivery.IN_DOUBT])


def test_a_notice_whose_answer_never_came_is_sent_again_with_its_key() -> None:
    keys = []
    carrier = Carrier(away=2, problem=NoAnswer("no answer in time"))

    def send(channel: str, recipient: str, body: str, key: str) -> Receipt:
        keys.append(key)
        return carrier.send(channel, recipient, body, key)

    _enqueue("Đợi", key="near:7")
    for minute in range(60):
        notifications.deliver_due(send, in_minutes(minute))
    assert keys == ["near:7"] * 3
    assert _states() == [Delivery.SENT]


def test_what_the_carrier_refuses_for_good_is_not_tried_again() -> None:
    carrier = Carrier(away=99, problem=Refused("HTTP 400"))
    _enqueue("Sai số")
    _deliver_every_ten_seconds(carrier, hours=1)
    assert (carrier.asked, _states()) == (1, [Delivery.FAILED])


def test_a_code_is_tried_again_within_its_five_minutes_and_not_after() -> None:
    carrier = Carrier(away=2)
    _enqueue_code()
    _deliver_every_ten_seconds(carrier, hours=1)
    assert (carrier.asked, _states()) == (3, [Delivery.SENT])
    late = Carrier()
    _enqueue_code(key="code:2")
    assert notifications.deliver_due(late.send, in_minutes(5)) == 0
    assert (late.asked, _states()[0]) == (0, Delivery.FAILED)


@pytest.mark.parametrize(
    ("problem", "state"),
    [(None, Delivery.SENT), (NoAnswer("x"), Delivery.IN_DOUBT), (Refused("x"), Delivery.FAILED)],
)
def test_the_words_of_a_code_are_gone_once_it_left(problem: Exception | None, state: Delivery) -> None:
    _enqueue_code()
    notifications.deliver_due(Carrier(away=1 if problem else 0, problem=problem).send, NINE)
    [row] = notifications.newest()
    assert (row.state, row.body, row.recipient) == (state, "", PHONE)


def test_the_demos_outbox_still_shows_the_code() -> None:
    _enqueue_code()
    notifications.deliver_due(lambda *_: Receipt(shown_here=True), NINE)
    assert notifications.newest()[0].body == "Ma 123456"


def test_codes_go_before_notices_that_wait_longer() -> None:
    carrier = Carrier()
    _enqueue("Nhắc hẹn")
    _enqueue_code(now=in_minutes(1))
    notifications.deliver_due(carrier.send, in_minutes(1))
    assert [body for _, _, body, _ in carrier.taken] == ["Ma 123456", "Nhắc hẹn"]


@pytest.mark.parametrize(("code", "then"), [(True, Delivery.IN_DOUBT), (False, Delivery.SENT)])
def test_what_a_dead_worker_left_is_settled_by_the_next(code: bool, then: Delivery) -> None:
    _enqueue_code() if code else _enqueue("Nhắc hẹn")
    with pytest.raises(KeyboardInterrupt):
        notifications.deliver_due(_dies, NINE)
    assert _states() == [Delivery.SENDING]
    carrier = Carrier()
    notifications.deliver_due(carrier.send, in_minutes(9))
    assert carrier.asked == 0, "whoever sends may still be at it"
    notifications.deliver_due(carrier.send, in_minutes(11))
    assert _states() == [then]
    assert carrier.asked == (0 if code else 1)


def test_a_worker_that_took_too_long_does_not_overwrite_what_another_did() -> None:
    carrier = Carrier()

    def much_too_slowly(*_message: str) -> Receipt:
        notifications.deliver_due(carrier.send, in_minutes(11))
        raise Refused("late")

    _enqueue("Nhắc hẹn")
    notifications.deliver_due(much_too_slowly, NINE)
    assert (carrier.asked, _states()) == (1, [Delivery.SENT])


def test_a_notice_that_failed_is_sent_again_when_an_admin_asks_and_it_is_on_record() -> None:
    by = officer(people.staff(Role.ADMIN).id)
    _enqueue("Nhắc hẹn", key="near:7")
    notifications.deliver_due(Carrier(away=1, problem=Refused("HTTP 400")).send, NINE)
    [row] = notifications.troubled()
    for _press in range(2):
        notifications.try_again(row.id, by=by, now=in_minutes(1))
    assert notifications.troubled() == []
    carrier = Carrier()
    notifications.deliver_due(carrier.send, in_minutes(1))
    notifications.try_again(row.id, by=by, now=in_minutes(2))
    notifications.deliver_due(carrier.send, in_minutes(2))
    assert carrier.taken == [("sms", PHONE, "Nhắc hẹn", "near:7")]
    assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == ["message_retried"]


def test_a_code_is_not_sent_again_whoever_asks() -> None:
    by = officer(people.staff(Role.ADMIN).id)
    _enqueue_code()
    notifications.deliver_due(Carrier(away=1, problem=NoAnswer("x")).send, NINE)
    [row] = notifications.troubled()
    with pytest.raises(Conflict):
        notifications.try_again(row.id, by=by, now=NINE)
    with pytest.raises(NotFound):
        notifications.try_again(row.id + 1, by=by, now=NINE)
    assert _states() == [Delivery.IN_DOUBT]


def test_a_message_taken_back_is_not_sent_and_one_that_left_stays() -> None:
    carrier = Carrier()
    _enqueue_code(key="code:1")
    notifications.deliver_due(carrier.send, NINE)
    _enqueue_code(key="code:2")
    with unit_of_work() as work:
        for key in ("code:1", "code:2"):
            notifications.withdraw(work, key)
    notifications.deliver_due(carrier.send, NINE)
    assert [row.key for row in notifications.newest()] == ["code:1"]
    assert carrier.asked == 1


def test_rows_of_codes_leave_after_a_week_and_notices_stay() -> None:
    _enqueue_code()
    _enqueue("Nhắc hẹn")
    notifications.forget(NINE + timedelta(days=6))
    assert len(notifications.newest()) == 2
    notifications.forget(NINE + timedelta(days=8))
    assert [row.body for row in notifications.newest()] == ["Nhắc hẹn"]


def test_the_newest_messages_are_listed_first() -> None:
    for words in ("Một", "Hai", "Ba"):
        _enqueue(words)
    assert [message.body for message in notifications.newest(2)] == ["Ba", "Hai"]


def _enqueue(body: str, key: str | None = None, now: datetime = NINE) -> None:
    with unit_of_work() as work:
        notifications.enqueue(work, notifications.SMS, PHONE, body, key=key or f"key:{body}", now=now)


def _enqueue_code(key: str = "code:1", now: datetime = NINE) -> None:
    with unit_of_work() as work:
        until = now + timedelta(minutes=5)
        notifications.enqueue(work, notifications.SMS, PHONE, "Ma 123456", key=key, now=now, code_until=until)


def _dies(*_message: str) -> Receipt:
    raise KeyboardInterrupt


def _deliver_every_ten_seconds(carrier: Carrier, hours: int) -> datetime | None:
    """Run the worker's rounds; says when a message was sent."""
    sent_at = None
    for number in range(hours * 360):
        now = NINE + timedelta(seconds=10 * number)
        if notifications.deliver_due(carrier.send, now):
            sent_at = now
    return sent_at


def _tries(carrier: Carrier, days: int = 4) -> list[datetime]:
    """When the carrier was asked to take a message, in rounds a minute apart."""
    tries: list[datetime] = []
    _enqueue("Đợi")
    for minute in range(days * 24 * 60):
        if notifications.newest()[0].next_try_at <= in_minutes(minute):
            before = carrier.asked
            notifications.deliver_due(carrier.send, in_minutes(minute))
            tries += [in_minutes(minute)] * (carrier.asked - before)
    return tries


def _settled() -> list[tuple[Delivery, int, datetime | None]]:
    return [(message.state, message.attempts, message.sent_at) for message in notifications.newest()]


def _states() -> list[Delivery]:
    db.session.rollback()
    return [message.state for message in notifications.newest()]
