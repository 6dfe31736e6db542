"""Who waits in a line of thousands knows their place without asking; and is told in time by SMS."""

import pytest
from sqlalchemy import select

from tests import people, phone_line
from tests.people import NINE, in_minutes, key
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.queue_order import Lengths
from webapp.extensions import db
from webapp.models import LineChange, Notification, Sitting, Visit
from webapp.services import board, desks, line, preparation, queue, reception
from webapp.services.actor import Actor, citizen

pytestmark = pytest.mark.usefixtures("app")


def fresh(visit: Visit) -> Visit:
    db.session.rollback()
    return db.session.get_one(Visit, visit.id, populate_existing=True)


def told_since(sitting: Sitting, last: int) -> tuple[list[str], int]:
    with db.engine.connect() as connection:
        return line.untold(connection, sitting.id, last)


def changes() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(LineChange)).all())


def test_each_phone_follows_a_morning_by_what_is_told_alone() -> None:
    sitting = people.a_sitting()
    waiting = [people.a_waiting_visit(sitting, in_minutes(n)) for n in range(12)]
    (first, by), (second, other) = people.an_open_desk(), people.an_open_desk()
    watchers = [waiting[n][0] for n in (5, 6, 9, 11)]
    before = {one.number: queue.place_of(fresh(one)) for one in watchers}
    _, last = told_since(sitting, 0)

    def call(desk: int, who: Actor, minute: float) -> Visit:
        return reception.call_next(desk, sitting.id, by=who, now=in_minutes(minute), key=key())

    one, two = call(first.id, by, 20), call(second.id, other, 20)
    reception.send_back(two.id, by=other, now=in_minutes(22), key=key())
    reception.leave(waiting[3][0].id, by=waiting[3][1], now=in_minutes(23), key=key())
    reception.leave(waiting[10][0].id, by=waiting[10][1], now=in_minutes(23), key=key())
    people.a_waiting_visit(sitting, in_minutes(24), priority=True)
    people.a_waiting_visit(sitting, in_minutes(25))
    reception.enter_room(one.id, by=waiting[0][1], now=in_minutes(25))
    again = call(second.id, other, 26)
    reception.step_out(watchers[0].id, by=waiting[5][1], now=in_minutes(26), key=key())
    reception.detect_lost(in_minutes(27))
    reception.transfer(again.id, first.id, note="Bàn 1 rảnh", by=other, now=in_minutes(28), key=key())
    call(second.id, other, 29)

    messages, _ = told_since(sitting, last)
    asked = [phone_line.question(before[visit.number], visit.number, messages) for visit in watchers]
    lost_one = [phone_line.question(before[visit.number], visit.number, messages[-1:]) for visit in watchers]
    now = [queue.place_of(fresh(visit)) for visit in watchers]
    assert [place.ahead for place in now] != [before[visit.number].ahead for visit in watchers]
    for answer, place in zip(phone_line.ask(places=asked)["places"], now, strict=True):
        assert (answer["ahead"], answer["known"]) == (place.ahead, list(place.known))
        assert answer["desks"] == [list(pair) for pair in place.at_desks]
        assert answer["figures"] == place.figures
    assert len(messages) > 1
    assert phone_line.ask(places=lost_one)["places"] == [None] * 4, "who missed something knows it, and asks"
    twice = [phone_line.question(before[visit.number], visit.number, messages * 2) for visit in watchers]
    assert [one["ahead"] for one in phone_line.ask(places=twice)["places"]] == [one.ahead for one in now]


def test_whoever_comes_last_is_nobodys_business() -> None:
    sitting = people.a_sitting()
    for minute in range(4):
        people.a_waiting_visit(sitting, in_minutes(minute))
    assert changes() == 0
    people.a_waiting_visit(sitting, in_minutes(5), priority=True)
    assert changes() == 1
    line.forget(in_minutes(5))
    assert changes() == 1
    line.forget(in_minutes(25 * 60))
    assert changes() == 0


def test_the_wait_is_said_when_enough_were_received_today_and_a_desk_is_open() -> None:
    sitting, yesterday = people.a_sitting(), people.a_sitting(start=in_minutes(-24 * 60))
    (desk, by) = people.an_open_desk(in_minutes(-24 * 60))
    lengths = (10, 11, 12, 20, 40, 15)

    def receive(of: Sitting, minutes: float, now: float) -> None:
        visit, author = people.a_waiting_visit(of, in_minutes(now))
        reception.call(visit.id, desk.id, by=by, now=in_minutes(now), key=key())
        reception.enter_room(visit.id, by=author, now=in_minutes(now + 1))
        told = (OutcomeKind.ANSWERED, None, "Đã trả lời.")
        reception.close(visit.id, *told, by=by, now=in_minutes(now + minutes), key=key())

    for _ in range(5):
        receive(yesterday, 5, -24 * 60)
    assert queue.wait_for_newcomer(sitting.id) is None, "yesterday says nothing about today"
    said = []
    for place, minutes in enumerate(lengths):
        receive(sitting, minutes, place * 45)
        said.append(queue.wait_for_newcomer(sitting.id))
    assert said[:4] == [None] * 4 and said[5] == (0, 35)
    assert queue.figures(sitting.id) == (1, Lengths(10, 14, 32))
    desks.close_desk(desk.id, by=by, now=in_minutes(400))
    db.session.rollback()
    assert queue.wait_for_newcomer(sitting.id) is None, "with no desk open nobody can say"


def sent(key_ends: str) -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [row.body for row in rows if row.key.endswith(key_ends) and row.channel == "sms"]


def test_a_message_goes_out_once_when_two_are_ahead_and_at_each_call() -> None:
    sitting, (desk, by) = people.a_sitting(), people.an_open_desk()
    waiting = [people.a_waiting_visit(sitting, in_minutes(n)) for n in range(5)]
    assert sent(":nearly") == []
    for minute in (10, 20):
        reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(minute), key=key())
        reception.expire_calls(in_minutes(minute + 4))
    assert [body.split(", ")[0].split()[-5:] + [body.split("con ")[1][:7]] for body in sent(":nearly")] == [
        ["so", number, "sap", "den", "luot", f"{ahead} nguoi"]
        for number, ahead in (("002", 0), ("003", 1), ("004", 2))
    ]
    assert [("so 001" in body, body.split("truoc ")[1]) for body in sent(":called")] == [
        (True, "9:13."),
        (True, "9:23."),
    ]
    assert waiting[0][0].code not in "".join(sent(""))


def test_until_when_somebody_may_come_and_come_back_is_what_the_moves_hold_to() -> None:
    sitting, (desk, by) = people.a_sitting(hours=2), people.an_open_desk()
    visit, author = people.a_waiting_visit(sitting)
    for minute in (1, 11):
        reception.call(visit.id, desk.id, by=by, now=in_minutes(minute), key=key())
        reception.expire_calls(in_minutes(minute + 4))
    missed = fresh(visit)
    until = reception.come_back_until(missed)
    assert until == sitting.ends_at == in_minutes(60), "the sitting ends before the hour is over"
    back = reception.come_back(visit.id, by=citizen(author.account_id or 0), now=in_minutes(59), key=key())
    assert queue.place_of(fresh(back)).ahead == 0
    assert until > NINE


def test_whom_a_call_passes_over_is_not_ahead_of_anybody_and_is_told_when_they_can_be_called() -> None:
    sitting = people.a_sitting(connected=False)
    point = people.point_of(sitting).id
    desk, by = people.an_open_desk()
    at_point = []
    for minute in range(3):
        account = people.a_citizen()
        petition = people.a_petition(account)
        at_point.append(
            reception.take_number(
                petition.id,
                sitting.id,
                bridge_point_id=point,
                by=citizen(account.id),
                now=in_minutes(minute),
                key=key(),
            )
        )
    home = [people.a_waiting_visit(sitting, in_minutes(5 + n)) for n in range(5)]

    def told() -> set[int]:
        db.session.rollback()
        keys = set(db.session.scalars(select(Notification.key)))
        every = [*at_point, *(visit for visit, _ in home)]
        return {visit.number for visit in every if f"visit:{visit.code}:nearly" in keys}

    reception.call_next(desk.id, sitting.id, by=by, now=in_minutes(20), key=key())
    second, third, fourth, last = (visit.number for visit, _ in home[1:])
    assert told() == {second, third, fourth}
    [shown] = board.of_now(in_minutes(20)).parts
    assert shown.next == tuple(f"{n:03d}" for n in (second, third, fourth, last))
    assert queue.passed_over_ahead(fresh(home[1][0]), in_minutes(20), ()) == 3
    reception.step_out(home[1][0].id, by=home[1][1], now=in_minutes(21), key=key())
    assert told() == {second, third, fourth, last}
    preparation.overrule(sitting.id, point, "Đã gọi điện.", by=by, now=in_minutes(22), key=key())
    assert told() == {second, third, fourth, last} | {visit.number for visit in at_point}
    assert queue.passed_over_ahead(fresh(home[2][0]), in_minutes(22), (point,)) == 1
