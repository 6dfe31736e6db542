"""What people can rely on when they follow a petition by its code: theirs opens, and guessing tells nothing."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests import people
from tests.people import NINE, in_minutes
from tests.services.test_drafts import at_one_moment
from webapp.database import write_engine
from webapp.domain import sign_in_rules as rules
from webapp.domain.codes import new_code
from webapp.domain.errors import InvalidInput, NotFound, TooMany
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.models import AuditEntry, Petition, TrackingCode
from webapp.services import accounts, notifications, tracking
from webapp.services.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("app")

PHONE, OTHER, HERE = "+84912345678", "+84987654321", "192.0.2.1"


@pytest.fixture
def petition(app: object) -> Petition:
    return people.a_petition(people.a_citizen(PHONE))


def ask(code: str, phone: str = PHONE, at: float = 0, address: str = HERE, key: str = "") -> str:
    return tracking.ask(code, phone, address=address, now=in_minutes(at), key=key or people.key())


def sent_codes() -> list[str]:
    bodies = [row.body for row in notifications.newest() if row.body.startswith("Ma xem viec")]
    return [re.search(r"\b\d{6}\b", body).group() for body in bodies]  # type: ignore[union-attr]


def test_code_and_phone_bring_a_message_that_opens_the_petition(petition: Petition) -> None:
    asked = ask(petition.code)
    rounds.each_second(in_minutes(0.1))
    (code,) = sent_codes()
    assert tracking.check(asked, f"{code[:3]} {code[3:]}", now=in_minutes(1)).id == petition.id
    assert tracking.seen(asked, now=in_minutes(30)).id == petition.id
    with pytest.raises(NotFound):
        tracking.seen(asked, now=in_minutes(32))


def test_the_message_says_nothing_of_the_matter(petition: Petition) -> None:
    ask(petition.code)
    tracking.settle_asked(NINE)
    row = notifications.newest()[0]
    assert row.recipient == PHONE
    assert re.sub(r"\d{6}", "?", row.body) == (
        "Ma xem viec tai Tiep cong dan truc tuyen: ?. Dung trong 5 phut. Khong doc ma nay cho ai."
    )


def test_a_code_is_read_as_people_write_it(petition: Petition) -> None:
    spaced = f" {petition.code[:5].upper()} {petition.code[5:9]}-{petition.code[9:]} "
    assert tracking.read_code(spaced) == petition.code


def test_each_slip_in_a_code_is_found_before_anything_is_asked(petition: Petition) -> None:
    for place, right in enumerate(petition.code):
        slip = petition.code[:place] + ("a" if right != "a" else "b") + petition.code[place + 1 :]
        with pytest.raises(InvalidInput) as refusal:
            ask(slip)
        assert refusal.value.field == "code"
    assert db.session.scalar(select(func.count(TrackingCode.id))) == 0


def test_nothing_is_sent_where_code_and_phone_do_not_fit(petition: Petition) -> None:
    people.a_petition(people.a_citizen(OTHER))
    ask(petition.code, OTHER)
    ask(new_code(), PHONE)
    ask(new_code(), "+84911111111")
    assert tracking.settle_asked(NINE) == 0
    assert sent_codes() == []


def test_a_disabled_account_gets_no_message(petition: Petition) -> None:
    accounts.disable(petition.account_id, by=SYSTEM, now=NINE)
    ask(petition.code)
    assert tracking.settle_asked(NINE) == 0


def test_asking_does_the_same_work_whether_there_is_such_a_petition_or_not(petition: Petition) -> None:
    """The statements that reach the database are the same, one by one."""
    right = statements(lambda: ask(petition.code, PHONE))
    wrong_phone = statements(lambda: ask(petition.code, OTHER))
    no_petition = statements(lambda: ask(new_code(), "+84911111111"))
    assert right == wrong_phone == no_petition
    assert any("INSERT INTO tracking_code" in statement for statement in right)
    assert not any(re.search(r"\b(petition|account)\b", statement) for statement in right)


def statements(act: Callable[[], object]) -> list[str]:
    heard: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(write_engine(), "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(write_engine(), "before_cursor_execute", hear)
    return heard


def test_a_wrong_code_is_refused_alike_whether_there_was_a_message_or_not(petition: Petition) -> None:
    fits, guessed = ask(petition.code), ask(new_code(), "+84911111111")
    tracking.settle_asked(NINE)
    (code,) = sent_codes()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert (
            refused(fits, wrong)
            == refused(guessed, wrong)
            == (InvalidInput, "Mã chưa đúng. Hãy xem lại tin nhắn.")
        )
    assert refused(fits, code)[0] is refused(guessed, code)[0] is TooMany
    late = in_minutes(6)
    assert refused(fits, code, late) == refused(guessed, code, late)
    assert refused("unknown", code) == (InvalidInput, "Mã đã hết hạn. Hãy xin mã khác.")


def refused(asked: str, code: str, now: datetime = NINE) -> tuple[type, str]:
    with pytest.raises((InvalidInput, TooMany)) as refusal:
        tracking.check(asked, code, now=now)
    return type(refusal.value), refusal.value.message


def test_the_code_of_a_question_that_fits_nothing_opens_nothing(petition: Petition) -> None:
    """Even who guesses the very number that was never sent."""
    asked = ask(petition.code, OTHER)
    tracking.settle_asked(NINE)
    never_sent = db.session.scalars(select(TrackingCode.code)).one()
    assert refused(asked, never_sent) == (InvalidInput, "Mã chưa đúng. Hãy xem lại tin nhắn.")
    with pytest.raises(NotFound):
        tracking.seen(asked, now=NINE)


def test_a_code_opens_only_the_question_for_which_it_was_sent(petition: Petition) -> None:
    others = people.a_petition(people.a_citizen(OTHER))
    mine, other = ask(petition.code), ask(others.code, OTHER)
    tracking.settle_asked(NINE)
    newest_first = sent_codes()
    assert refused(mine, newest_first[0])[0] is InvalidInput or newest_first[0] == newest_first[1]
    assert tracking.check(other, newest_first[0], now=NINE).id == others.id


def test_what_a_browser_opened_days_ago_never_opens_what_another_opens_now(petition: Petition) -> None:
    """A database may give a forgotten question's number to the next one."""
    others = people.a_petition(people.a_citizen(OTHER))
    first = ask(petition.code)
    tracking.settle_asked(NINE)
    tracking.check(first, sent_codes()[0], now=NINE)
    later = 2 * 24 * 60
    rounds.each_minute(in_minutes(later))
    second = ask(others.code, OTHER, at=later)
    tracking.settle_asked(in_minutes(later))
    tracking.check(second, sent_codes()[0], now=in_minutes(later))
    assert tracking.seen(second, now=in_minutes(later)).id == others.id
    with pytest.raises(NotFound):
        tracking.seen(first, now=in_minutes(later))


def test_letters_and_foreign_digits_are_a_wrong_code(petition: Petition) -> None:
    asked = ask(petition.code)
    tracking.settle_asked(NINE)
    for typed in ("abcdef", "²²²²²²", "١٢٣٤٥٦", "9" * 5000):
        assert refused(asked, typed)[0] is InvalidInput


def test_the_right_code_sent_twice_is_answered_twice_and_written_down_once(petition: Petition) -> None:
    asked = ask(petition.code)
    tracking.settle_asked(NINE)
    (code,) = sent_codes()
    assert {tracking.check(asked, code, now=in_minutes(n)).id for n in (1, 2)} == {petition.id}
    query = select(func.count(AuditEntry.id)).where(AuditEntry.action == "petition_tracked")
    assert db.session.scalar(query) == 1


def test_the_same_form_twice_is_one_question(petition: Petition) -> None:
    key = people.key()
    assert ask(petition.code, key=key) == ask(petition.code, key=key)
    tracking.settle_asked(NINE)
    tracking.settle_asked(NINE)
    assert len(sent_codes()) == 1


def test_the_same_form_with_the_slip_mended_is_another_question(petition: Petition) -> None:
    """Whoever goes back in the browser to mend the phone sends the key of before."""
    key = people.key()
    slip = ask(petition.code, OTHER, key=key)
    mended = ask(petition.code, PHONE, at=0.5, key=key)
    assert mended != slip
    tracking.settle_asked(NINE)
    assert len(sent_codes()) == 1


def test_the_whole_message_may_be_pasted(petition: Petition) -> None:
    asked = ask(petition.code)
    tracking.settle_asked(NINE)
    assert tracking.check(asked, notifications.newest()[0].body, now=NINE).id == petition.id


def test_a_question_sent_several_times_at_one_moment_is_one_and_another_form_waits(
    petition: Petition, app: Flask
) -> None:
    code, same = petition.code, people.key()
    gave = at_one_moment(app, [lambda: ask(code, key=same)] * 3 + [lambda: ask(code)])
    assert db.session.scalar(select(func.count()).select_from(TrackingCode)) == 1
    told = [one for one in gave if isinstance(one, str)]
    assert len(set(told)) == 1 and len(told) in (1, 3)
    assert all(isinstance(one, TooMany) for one in gave if not isinstance(one, str))


@pytest.mark.parametrize("there_is_one", [True, False])
def test_asking_is_limited_alike_for_what_is_and_what_is_not(petition: Petition, there_is_one: bool) -> None:
    code = petition.code if there_is_one else new_code()
    ask(code)
    with pytest.raises(TooMany) as soon:
        ask(code, at=0.5)
    assert soon.value.retry_after == 30
    for at in (2, 4, 6, 8):
        ask(code, at=at)
    with pytest.raises(TooMany):
        ask(code, at=10)
    with pytest.raises(TooMany):
        ask(code, OTHER, at=10)  # the code itself has its limit, whatever the phone
    with pytest.raises(TooMany):
        ask(new_code(), at=10)  # and so has the phone
    ask(code, at=61)


def test_one_address_asks_thirty_times_an_hour() -> None:
    for number in range(30):
        ask(new_code(), f"+8491200{number:04d}")
    with pytest.raises(TooMany):
        ask(new_code(), "+84913000000")
    ask(new_code(), "+84913000000", address="192.0.2.2")


def test_whoever_asks_again_after_days_is_sent_a_code_again(petition: Petition) -> None:
    """A database may give a forgotten question's number to the next one."""
    ask(petition.code)
    rounds.each_second(in_minutes(0.1))
    for day in (1, 2):
        at = day * 25 * 60
        rounds.each_minute(in_minutes(at))
        ask(petition.code, at=at)
        rounds.each_second(in_minutes(at + 0.1))
        assert len(sent_codes()) == 1 + day


def test_what_was_asked_is_encrypted_and_forgotten_after_a_day(petition: Petition) -> None:
    ask(petition.code)
    raw = (
        db.session.connection().exec_driver_sql("SELECT petition_code, phone, code FROM tracking_code").one()
    )
    assert not any(petition.code.encode() in bytes(part) or b"912345" in bytes(part) for part in raw)
    db.session.rollback()
    tracking.forget_asked(NINE + timedelta(hours=23))
    assert db.session.scalar(select(func.count(TrackingCode.id))) == 1
    tracking.forget_asked(NINE + timedelta(hours=25))
    db.session.rollback()
    assert db.session.scalar(select(func.count(TrackingCode.id))) == 0


def test_one_device_with_many_addresses_of_its_network_counts_as_one(petition: Petition) -> None:
    for number in range(rules.TRACKED_AN_HOUR):
        ask(new_code(), f"+8491{number:07d}", address=f"2001:db8:7:1::{number + 1:x}")
    with pytest.raises(TooMany):
        ask(new_code(), "+84919999999", address="2001:db8:7:1:ffff::1")
    ask(new_code(), "+84919999998", address="2001:db8:7:2::1")
