"""What people can rely on when they sign in: by a code on their phone, or by name and password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests import people
from tests.people import NINE, PASSWORD, in_minutes
from tests.services.test_drafts import at_one_moment
from webapp.domain.errors import DomainError, InvalidInput, TooMany
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.models import Account, AuditEntry, OneTimeCode, Role, SignInFailure
from webapp.services import notifications, sign_in
from webapp.services.one_time_codes import Asked
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PHONE, HERE = "+84912345678", "192.0.2.1"


def test_a_phone_number_is_understood_as_people_write_it() -> None:
    written = ("0912345678", " 0912 345 678 ", "0912.345.678", "(0912) 345-678", "84912345678", "912345678")
    dashes = ("0912-345-678", "0912–345–678", "0912 34 56 78", "091 234 5678", "[0912] 345 678")
    abroad = ("+84912345678", "+84 912 345 678", "0084912345678", "00 84 912 345 678", "+84 (0) 912345678")
    more = ("84 912 345 678", "(+84) 912 345 678", "+84-912-345-678", "(84) 0912 345 678", "+840912345678")
    wide = ("０９１２３４５６７８", "＋８４ ９１２ ３４５ ６７８", "０９１２．３４５．６７８")
    assert {typed: sign_in.read_phone(typed) for typed in written + dashes + abroad + more + wide} == (
        dict.fromkeys(written + dashes + abroad + more + wide, PHONE)
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [(typed, "Số điện thoại chưa đúng") for typed in ("", "không có", "\x00", "0" * 400, "0112345678")]
    + [(typed, "Số điện thoại chưa đúng") for typed in ("0912 abc 678", "0912345678 gặp Lan", "09l2345678")]
    + [(typed, "thiếu chữ số") for typed in ("0912", "091234567", "+84 912 345 67")]
    + [(typed, "thừa chữ số") for typed in ("09123456789", "+84 0912 345 6789")]
    + [(typed, "11 chữ số đã đổi thành 10") for typed in ("0123 456 7890", "01681234567", "+84 168 123 4567")]
    + [(typed, "không phải số của Việt Nam") for typed in ("+1 202 555 0143", "0066 81 234 5678")]
    + [(typed, "không nhận được tin nhắn") for typed in ("024 3825 3536", "1800 0000", "1900 1234")],
)
def test_what_takes_no_sms_in_vietnam_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        pytest.fail(f"{typed!r} was taken as {sign_in.read_phone(typed)}")
    assert (refusal.value.field, sentence in refusal.value.message) == ("phone", True), refusal.value.message


def test_the_right_code_signs_in_and_makes_the_account_once() -> None:
    first = sign_in.check_code(PHONE, _code(), now=in_minutes(4.9))
    assert (first.phone, first.roles) == (PHONE, {Role.CITIZEN})
    again = sign_in.check_code(PHONE, _code(at=10), now=in_minutes(11))
    assert again.id == first.id
    assert _count(Account) == 1
    assert [entry.actor_id for entry in db.session.scalars(select(AuditEntry))] == [first.id] * 2


def test_after_a_quiet_night_codes_are_sent_again() -> None:
    """A database may give a forgotten code's number to the next one: its message is another all the same."""
    _code()
    rounds.each_minute(in_minutes(600))
    assert sign_in.check_code(PHONE, _code(at=601), now=in_minutes(602)).phone == PHONE
    assert len(notifications.newest()) == 2


def test_a_code_typed_with_spaces_is_the_code() -> None:
    code = _code()
    assert sign_in.check_code(PHONE, f" {code[:3]} {code[3:]} ", now=NINE).phone == PHONE


def test_a_code_counts_once() -> None:
    code = _code()
    sign_in.check_code(PHONE, code, now=NINE)
    with pytest.raises(InvalidInput):
        sign_in.check_code(PHONE, code, now=NINE)


def test_a_code_lives_five_minutes() -> None:
    code = _code()
    with pytest.raises(InvalidInput):
        sign_in.check_code(PHONE, code, now=in_minutes(5.1))
    assert _count(Account) == 0


def test_after_five_wrong_tries_even_the_right_code_is_no_use() -> None:
    code = _code()
    for _ in range(5):
        with pytest.raises(InvalidInput):
            sign_in.check_code(PHONE, _wrong(code), now=NINE)
    with pytest.raises(TooMany):
        sign_in.check_code(PHONE, code, now=NINE)
    assert sign_in.check_code(PHONE, _code(at=2), now=in_minutes(2)).phone == PHONE


def test_the_fifth_try_may_still_be_the_right_one() -> None:
    code = _code()
    for wrong in (_wrong(code), "", "12", "٣" * 6):
        with pytest.raises(InvalidInput):
            sign_in.check_code(PHONE, wrong, now=NINE)
    assert sign_in.check_code(PHONE, code, now=NINE).phone == PHONE


def test_a_new_code_makes_the_one_before_useless() -> None:
    old, new = _code(), _code(at=2)
    with pytest.raises(InvalidInput):
        sign_in.check_code(PHONE, old, now=in_minutes(3))
    assert sign_in.check_code(PHONE, new, now=in_minutes(3)).phone == PHONE


def test_a_code_is_for_its_own_phone() -> None:
    code = _code()
    with pytest.raises(InvalidInput):
        sign_in.check_code("+84987654321", code, now=NINE)


def test_a_code_is_sent_again_after_a_minute_and_not_before() -> None:
    _code()
    with pytest.raises(TooMany) as refusal:
        _code(at=59 / 60)
    assert (
        refusal.value.retry_after == sign_in.wait_for(PHONE, asked=Asked(HERE), now=in_minutes(59 / 60)) == 1
    )
    assert _count(OneTimeCode) == 1
    assert sign_in.wait_for(PHONE, asked=Asked(HERE), now=in_minutes(1)) == 0
    _code(at=1)
    assert _count(OneTimeCode) == 2


def test_a_phone_gets_five_codes_an_hour() -> None:
    for number in range(5):
        _code(at=number * 5, address=f"192.0.2.{number}")
    with pytest.raises(TooMany) as refusal:
        _code(at=40, address="192.0.2.99")
    assert refusal.value.retry_after == 20 * 60, "when the first of the five is an hour old"
    _code(at=60)
    sign_in.send_code("+84987654321", asked=Asked(HERE), now=in_minutes(59))
    assert _count(OneTimeCode) == 7


@pytest.mark.parametrize(
    ("minute", "words"),
    [(21, "một giờ"), (31, "30 phút"), (46, "15 phút"), (56, "5 phút"), (59.5, "một phút")],
)
def test_who_asked_too_often_reads_for_how_long_to_wait(minute: float, words: str) -> None:
    for number in range(5):
        _code(at=number * 2)
    with pytest.raises(TooMany) as refusal:
        _code(at=minute)
    assert f"Hãy chờ {words} rồi thử lại" in refusal.value.message


def test_one_press_sent_several_times_at_one_moment_brings_one_code(app: Flask) -> None:
    asks = [lambda: sign_in.send_code(PHONE, asked=Asked(HERE), now=NINE)] * 4
    gave = at_one_moment(app, asks)
    assert [isinstance(one, TooMany) for one in gave].count(True) == 3
    assert len(notifications.newest()) == _count(OneTimeCode) == 1
    assert sign_in.check_code(PHONE, _read(PHONE), now=NINE).phone == PHONE


def test_no_moment_lets_an_address_pass_its_limit(app: Flask) -> None:
    for number in range(4):
        sign_in.send_code(f"+8491200000{number}", asked=Asked(HERE), now=NINE)
    phones = [f"+8491200001{number}" for number in range(3)]
    asks = [partial(sign_in.send_code, phone, asked=Asked(HERE), now=NINE) for phone in phones]
    gave = at_one_moment(app, asks)
    assert [isinstance(one, TooMany) for one in gave].count(True) == 2


def test_one_address_gets_five_codes_an_hour_with_which_nobody_signs_in() -> None:
    for number in range(5):
        sign_in.send_code(f"+849876543{number:02d}", asked=Asked(HERE), now=in_minutes(number))
    with pytest.raises(TooMany) as refusal:
        sign_in.send_code(PHONE, asked=Asked(HERE), now=in_minutes(30))
    assert refusal.value.retry_after == 30 * 60, "when the first of the five is an hour old"
    sign_in.send_code(PHONE, asked=Asked("192.0.2.2"), now=in_minutes(30))
    sign_in.send_code("+84987654321", asked=Asked(HERE), now=in_minutes(60))


def test_those_who_sign_in_behind_one_address_do_not_stop_one_another() -> None:
    """A carrier's NAT, or a bridge point's line."""
    for number in range(20):
        phone = f"+849876543{number:02d}"
        sign_in.send_code(phone, asked=Asked(HERE), now=in_minutes(number))
        assert sign_in.check_code(phone, _read(phone), now=in_minutes(number)).phone == phone


def test_an_address_that_is_known_to_be_shared_has_more_and_an_end() -> None:
    shared = Asked(HERE, at_most=20)
    for number in range(20):
        sign_in.send_code(f"+849876543{number:02d}", asked=shared, now=in_minutes(number))
    with pytest.raises(TooMany):
        sign_in.send_code(PHONE, asked=shared, now=in_minutes(30))


def test_all_addresses_of_one_network_of_ipv6_are_one() -> None:
    for number in range(5):
        asked = Asked(f"2001:db8:1:2::{number + 1}")
        sign_in.send_code(f"+849876543{number:02d}", asked=asked, now=NINE)
    with pytest.raises(TooMany):
        sign_in.send_code(PHONE, asked=Asked("2001:db8:1:2:ffff::9"), now=in_minutes(2))
    sign_in.send_code(PHONE, asked=Asked("2001:db8:1:3::1"), now=in_minutes(2))


def test_the_code_comes_in_the_language_of_the_page_where_it_was_asked_for() -> None:
    sign_in.send_code(PHONE, asked=Asked(HERE, language="en"), now=NINE)
    assert "code" in notifications.newest(1)[0].body
    assert sign_in.check_code(PHONE, _read(PHONE), now=NINE).phone == PHONE


def test_a_code_that_never_left_is_not_sent_after_the_next_one() -> None:
    _code()
    second = _code(at=2)
    [waiting] = notifications.newest()
    assert second in waiting.body


def test_a_request_that_comes_twice_is_answered_as_the_first() -> None:
    code = _code()
    first = sign_in.check_code(PHONE, code, now=NINE, key="key-00000001")
    assert sign_in.check_code(PHONE, code, now=in_minutes(1), key="key-00000001").id == first.id
    assert _count(AuditEntry) == 1
    for key, minute in (("key-00000002", 1.0), (None, 1.0), ("key-00000001", 6.0)):
        with pytest.raises(InvalidInput):
            sign_in.check_code(PHONE, code, now=in_minutes(minute), key=key)
    with pytest.raises(InvalidInput):
        sign_in.check_code(PHONE, _wrong(code), now=NINE, key="key-00000001")


def test_codes_and_failures_leave_with_their_addresses_when_no_limit_needs_them() -> None:
    _code()
    with pytest.raises(InvalidInput):
        _password("khong.co", "sai")
    sign_in.forget(in_minutes(14))
    assert (_count(OneTimeCode), _count(SignInFailure)) == (1, 1)
    sign_in.forget(in_minutes(61))
    assert (_count(OneTimeCode), _count(SignInFailure)) == (0, 0)


def test_a_code_is_kept_so_that_the_database_does_not_tell_it() -> None:
    code = _code()
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM one_time_code").all()
        bodies = connection.exec_driver_sql("SELECT body, recipient FROM notification").all()
    assert len(rows) == len(bodies) == 1
    assert code not in str(rows)
    assert all(code.encode() not in bytes(cell) for row in bodies for cell in row)


def test_no_answer_about_a_phone_tells_whether_it_is_known() -> None:
    known = people.a_citizen(phone=PHONE).phone or ""
    answers = []
    for phone in (known, "+84987654321"):
        told: list[object] = [_answer(lambda p=phone: sign_in.check_code(p, "000000", now=NINE))]
        told.append(_answer(lambda p=phone: sign_in.send_code(p, asked=Asked(HERE), now=NINE)))
        told.append(re.sub(r"\d{6}", "", notifications.newest()[0].body))
        told += [_answer(lambda p=phone: sign_in.check_code(p, "", now=NINE)) for _ in range(6)]
        told.append(_answer(lambda p=phone: sign_in.send_code(p, asked=Asked(HERE), now=NINE)))
        answers.append(told)
    assert answers[0] == answers[1]


def test_a_known_number_is_asked_about_no_more_than_an_unknown_one() -> None:
    """What differed would show in the time of the answer."""
    known = people.a_citizen(phone=PHONE).phone or ""
    steps: list[list[str]] = []
    for phone in (known, "+84987654321"):
        steps.append([])
        with _written_down(steps[-1]):
            sign_in.send_code(phone, asked=Asked(f"192.0.2.{len(steps)}"), now=NINE)
            sign_in.wait_for(phone, asked=Asked(HERE), now=NINE)
            with pytest.raises(InvalidInput):
                sign_in.check_code(phone, "000000", now=NINE)
    assert len(steps[0]) > 5
    assert steps[0] == steps[1]


def test_a_shut_phone_does_not_get_in() -> None:
    account = people.a_citizen(phone=PHONE)
    _shut(account)
    with pytest.raises(InvalidInput):
        sign_in.check_code(PHONE, _code(), now=NINE)
    assert _count(AuditEntry) == 0


def test_staff_sign_in_by_name_and_password_and_it_is_on_record() -> None:
    account = people.an_officer("canbo.ha")
    assert _password(" CanBo.Ha ", PASSWORD).id == account.id
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.actor_id) == ("sign_in", account.id)


def test_no_answer_about_a_name_tells_whether_it_is_known() -> None:
    people.an_officer("canbo.ha")
    _shut(people.an_officer("canbo.nghi"))
    people.staff(Role.OFFICER, username="canbo.moi")
    with unit_of_work() as work:
        new = work.session.scalars(select(Account).filter_by(username="canbo.moi")).one()
        new.password_hash = None
    tries = [
        ("canbo.ha", "sai mat khau"),
        ("khong.co", PASSWORD),
        ("canbo.nghi", PASSWORD),
        ("canbo.moi", PASSWORD),
        ("", ""),
        ("a" * 500, PASSWORD),
    ]
    answers = [_answer(lambda n=name, p=password: _password(n, p)) for name, password in tries]
    assert answers[0][0] is InvalidInput
    assert set(answers) == {answers[0]}


def test_ten_wrong_passwords_stop_the_guessing_for_a_quarter_of_an_hour() -> None:
    people.an_officer("canbo.ha")
    for _ in range(10):
        with pytest.raises(InvalidInput):
            _password("canbo.ha", "sai mat khau")
    for password in ("sai mat khau", PASSWORD):
        with pytest.raises(TooMany) as refusal:
            _password("canbo.ha", password, at=14)
        assert refusal.value.retry_after == 15 * 60
    assert _password("canbo.ha", PASSWORD, at=14, address="192.0.2.7"), "the person at their own desk goes on"
    assert _password("canbo.ha", PASSWORD, at=15.1)


def test_a_name_nobody_has_is_stopped_alike() -> None:
    for _ in range(10):
        with pytest.raises(InvalidInput):
            _password("khong.co", "sai mat khau")
    with pytest.raises(TooMany):
        _password("khong.co", "sai mat khau")


def _code(at: float = 0, address: str = HERE) -> str:
    """Ask for a code and read it on the phone."""
    sign_in.send_code(PHONE, asked=Asked(address), now=in_minutes(at))
    return _read(PHONE)


def _read(phone: str) -> str:
    message = notifications.newest(1)[0]
    assert message.recipient == phone
    [code] = re.findall(r"\b\d{6}\b", message.body)
    return str(code)


@contextmanager
def _written_down(steps: list[str]) -> Iterator[None]:
    """What is asked of the database meanwhile."""

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        steps.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _password(name: str, password: str, at: float = 0, address: str = HERE) -> Account:
    return sign_in.check_password(name, password, address=address, now=NINE + timedelta(minutes=at))


def _answer(ask: object) -> tuple[object, ...]:
    try:
        ask()  # type: ignore[operator]
    except DomainError as refusal:
        return type(refusal), refusal.message, refusal.field
    return (None,)


def _shut(account: Account) -> None:
    with unit_of_work() as work:
        work.session.get_one(Account, account.id).disabled = True


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
