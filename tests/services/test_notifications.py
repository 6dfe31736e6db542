"""What people can rely on about messages: sent once, tried again when the carrier is away, given up in the end."""

from datetime import datetime, timedelta

import pytest

from tests.people import NINE, in_minutes
from webapp.models import Delivery
from webapp.services import notifications
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PHONE = "+84912345678"


class Carrier:
    """A gateway that takes messages, or is away as often as told."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.asked = 0
        self.taken: list[tuple[str, str, str, str]] = []

    def send(self, channel: str, recipient: str, body: str, key: str) -> None:
        self.asked += 1
        if self.asked <= self.away:
            raise ConnectionError("the gateway is away")
        self.taken.append((channel, recipient, body, key))


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


def test_the_tries_come_further_and_further_apart() -> None:
    carrier, tries, now = Carrier(away=99), [], NINE
    _enqueue("Đợi")
    while len(tries) < 5 and now < NINE + timedelta(hours=6):
        before = carrier.asked
        notifications.deliver_due(carrier.send, now)
        if carrier.asked > before:
            tries.append(now)
        now += timedelta(seconds=10)
    gaps = [later - earlier for earlier, later in zip(tries, tries[1:], strict=False)]
    assert len(gaps) == 4
    assert all(later > earlier for earlier, later in zip(gaps, gaps[1:], strict=False))
    assert gaps[0] <= timedelta(minutes=2), "the first try again comes while the message is still of use"


def test_after_five_tries_it_is_given_up_and_stays_so() -> None:
    carrier = Carrier(away=99)
    _enqueue("Vô ích")
    _deliver_every_ten_seconds(carrier, hours=3)
    assert carrier.asked == 5
    assert _settled() == [(Delivery.FAILED, 5, None)]
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

    def slowly(channel: str, recipient: str, body: str, key: str) -> None:
        # Another worker's round comes while the carrier is still thinking.
        notifications.deliver_due(carrier.send, in_minutes(minutes))
        carrier.send(channel, recipient, body, key)

    assert notifications.deliver_due(slowly, NINE) == 1
    assert [body for _, _, body, _ in carrier.taken] == ["Một lần"]


def test_the_newest_messages_are_listed_first() -> None:
    for words in ("Một", "Hai", "Ba"):
        _enqueue(words)
    assert [message.body for message in notifications.newest(2)] == ["Ba", "Hai"]


def _enqueue(body: str, key: str | None = None, now: datetime = NINE) -> None:
    with unit_of_work() as work:
        notifications.enqueue(work, notifications.SMS, PHONE, body, key=key or f"key:{body}", now=now)


def _deliver_every_ten_seconds(carrier: Carrier, hours: int) -> datetime | None:
    """Run the worker's rounds; says when a message was sent."""
    sent_at = None
    for number in range(hours * 360):
        now = NINE + timedelta(seconds=10 * number)
        if notifications.deliver_due(carrier.send, now):
            sent_at = now
    return sent_at


def _settled() -> list[tuple[Delivery, int, datetime | None]]:
    return [(message.state, message.attempts, message.sent_at) for message in notifications.newest()]
