"""What people can rely on when their account moves to another number: proven twice, and nobody learns a thing."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.devices import Device
from webapp.domain.errors import Conflict, DomainError, InvalidInput, NotFound, TooMany
from webapp.domain.identity_levels import ElectronicClaims
from webapp.domain.identity_papers import PaperKind
from webapp.domain.sign_in_rules import NUMBER_TAKEN
from webapp.extensions import db
from webapp.models import Account, AuditEntry, PhoneChange
from webapp.services import (
    electronic_identity,
    notifications,
    phone_change,
    phone_change_at_desk,
    sessions,
    sign_in,
)
from webapp.services.actor import Actor, citizen, officer
from webapp.services.one_time_codes import Asked
from webapp.services.phone_change import Taken
from webapp.services.phone_change_at_desk import AtDesk

pytestmark = pytest.mark.usefixtures("app")

OLD, NEW, OTHER, HERE = "+84912345678", "+84987654321", "+84987654322", "192.0.2.1"
PAPER = people.fields().paper_number


def someone() -> Account:
    return people.a_citizen(OLD)


def ask(account: Account, phone: str = NEW, at: float = 0, key: str = "", address: str = HERE) -> PhoneChange:
    about = {"asked": Asked(address), "now": in_minutes(at), "key": key or people.key()}
    done = phone_change.ask(phone, by=citizen(account.id), **about)
    db.session.rollback()
    return done


def last(phone: str) -> str:
    """The newest message to this number."""
    db.session.rollback()
    return next(row.body for row in notifications.newest() if row.recipient == phone)


def code_to(phone: str) -> str:
    [code] = re.findall(r"\b\d{6}\b", last(phone))
    return str(code)


def proven(account: Account, phone: str = NEW) -> Actor:
    """They typed the code that came to the new number."""
    by = citizen(account.id)
    ask(account, phone)
    phone_change.prove_new(code_to(phone), by=by, now=in_minutes(1))
    return by


def phone_of(account: Account) -> str | None:
    db.session.rollback()
    return db.session.get_one(Account, account.id).phone


def finish(by: Actor, typed: str, here: str = "", at: float = 3) -> None:
    phone_change.prove_old(typed, session_code=here, by=by, now=in_minutes(at))


def devices(account: Account, number: int) -> list[str]:
    return [sessions.begin(account, Device("Chrome", "Android"), now=NINE).code for _ in range(number)]


def test_with_both_codes_the_account_moves_and_other_devices_are_signed_out() -> None:
    account = someone()
    here, elsewhere = devices(account, 2)
    by = proven(account)
    phone_change.send_to_old(by=by, asked=Asked(HERE), now=in_minutes(2))
    code = code_to(OLD)
    for _ in range(2):
        finish(by, code, here)
    assert phone_of(account) == NEW
    assert sessions.holder(here, now=in_minutes(4)) is not None
    assert sessions.holder(elsewhere, now=in_minutes(4)) is None
    assert last(OLD).startswith("Tiep cong dan truc tuyen: so nay khong con dung de dang nhap")
    assert NEW[-6:] not in last(OLD)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone_changed")).all()
    assert [entry.details for entry in entries] == [{"by": "citizen", "way": "code"}]
    sign_in.send_code(NEW, asked=Asked(HERE), now=in_minutes(5))
    assert sign_in.check_code(NEW, code_to(NEW), now=in_minutes(5)).id == account.id


def test_the_new_number_alone_moves_nothing() -> None:
    account = someone()
    by = proven(account)
    with pytest.raises(InvalidInput):
        finish(by, code_to(NEW))
    assert phone_of(account) == OLD


def test_the_old_number_is_not_asked_before_the_new_one_is_proven() -> None:
    account = someone()
    ask(account)
    with pytest.raises(Conflict):
        phone_change.send_to_old(by=citizen(account.id), asked=Asked(HERE), now=in_minutes(2))
    with pytest.raises(Conflict):
        finish(citizen(account.id), "123456")


def test_a_code_to_sign_in_moves_no_account_and_a_code_to_move_signs_nobody_in() -> None:
    account = someone()
    by = proven(account)
    sign_in.send_code(OLD, asked=Asked(HERE), now=in_minutes(2))
    to_sign_in = code_to(OLD)
    with pytest.raises(InvalidInput):
        finish(by, to_sign_in)
    phone_change.send_to_old(by=by, asked=Asked(HERE), now=in_minutes(4))
    to_move = code_to(OLD)
    if to_move != to_sign_in:
        with pytest.raises(InvalidInput):
            sign_in.check_code(OLD, to_move, now=in_minutes(4))
    finish(by, to_move, at=4)
    assert phone_of(account) == NEW


def test_the_same_form_twice_sends_one_code_and_another_number_begins_anew() -> None:
    account, key = someone(), people.key()
    first = ask(account, key=key)
    assert ask(account, key=key).id == first.id
    assert ask(account, at=0.5).id == first.id, "the answer may have been lost on the way"
    assert len(notifications.newest()) == 1
    other = ask(account, OTHER, at=0.6, key=key)
    assert other.new_phone == OTHER
    assert [row.id for row in phone_change.of_account(account.id)] == [other.id]
    phone_change.give_up(by=citizen(account.id))
    with pytest.raises(Conflict):
        phone_change.prove_new(code_to(OTHER), by=citizen(account.id), now=in_minutes(1))


@pytest.mark.parametrize("typed", ["", "không có", "0912345678", "024 3825 3536"])
def test_what_is_no_new_number_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(someone(), typed)
    assert refusal.value.field == "phone"
    assert notifications.newest() == []


def test_codes_are_limited_as_for_signing_in_and_with_them() -> None:
    account = someone()
    for number in range(4):
        sign_in.send_code(NEW, asked=Asked(f"192.0.2.{number + 9}"), now=in_minutes(number * 2))
    ask(account, at=10)
    with pytest.raises(TooMany):
        phone_change.send_again(by=citizen(account.id), asked=Asked("192.0.2.99"), now=in_minutes(20))
    for number in range(4):
        ask(account, f"+8498765433{number}", at=11 + number)
    with pytest.raises(TooMany):
        ask(account, OTHER, at=20)


def test_guessing_ends_after_five_tries() -> None:
    account = someone()
    by = citizen(account.id)
    ask(account)
    code = code_to(NEW)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            phone_change.prove_new(f"{(int(code) + 1) % 10**6:06d}", by=by, now=NINE)
    with pytest.raises(TooMany):
        phone_change.prove_new(code, by=by, now=NINE)


def test_what_is_not_finished_within_an_hour_is_over() -> None:
    by = proven(someone())
    with pytest.raises(Conflict):
        phone_change.send_to_old(by=by, asked=Asked(HERE), now=in_minutes(61))
    phone_change.forget(in_minutes(60 * 26))
    assert phone_change.of_account(by.account_id or 0) == []


def test_a_number_that_has_an_account_is_told_so_and_the_page_is_not() -> None:
    account, taken = someone(), people.a_citizen(NEW)
    answers: list[object] = []
    steps: list[list[str]] = []
    for number, phone in enumerate((NEW, OTHER)):
        steps.append([])
        with _written_down(steps[-1]):
            change = ask(account, phone, at=number * 2, address=f"192.0.2.{number}")
        wrong = _answer(
            lambda at=number: phone_change.prove_new("000000", by=citizen(account.id), now=in_minutes(at * 2))
        )
        answers.append((change.new_proven_at, wrong, phone_change.open_of(account.id, now=NINE) is not None))
    assert answers[0] == answers[1]
    assert len(steps[0]) > 5
    assert steps[0] == [step for step in steps[1] if not step.startswith("DELETE")]
    assert last(NEW) == NUMBER_TAKEN
    assert not re.search(r"\d{6}", last(NEW))
    assert phone_of(taken) == NEW


def test_a_number_that_gets_an_account_meanwhile_is_not_taken_from_it() -> None:
    account = someone()
    by = proven(account)
    people.a_citizen(NEW)
    phone_change.send_to_old(by=by, asked=Asked(HERE), now=in_minutes(2))
    with pytest.raises(Taken):
        finish(by, code_to(OLD))
    assert phone_of(account) == OLD


CLAIMS = ElectronicClaims("https://id.example", "s-1", "Nguyễn Văn Lành", PAPER, "2", "")


def test_without_the_old_phone_the_linked_electronic_identity_is_enough_and_another_is_not() -> None:
    account = someone()
    electronic_identity.link(CLAIMS, account.id, now=NINE)
    here, elsewhere = devices(account, 2)
    by = proven(account)
    strange = ElectronicClaims("https://id.example", "s-2", "Đỗ Thị Mai", "", "2", "")
    with pytest.raises(Conflict):
        phone_change.prove_by_identity(strange, session_code=here, by=by, now=in_minutes(2))
    assert phone_of(account) == OLD
    for _ in range(2):
        phone_change.prove_by_identity(CLAIMS, session_code=here, by=by, now=in_minutes(2))
    assert phone_of(account) == NEW
    assert sessions.holder(elsewhere, now=in_minutes(4)) is None


def at_desk(by: Actor, at: float = 0, key: str = "", **changed: str) -> PhoneChange:
    typed = {
        "old_phone": OLD,
        "paper_number": PAPER,
        "new_phone": NEW,
        "reason": "Mất điện thoại, xem căn cước.",
    }
    asked = AtDesk(paper_kind=PaperKind.CITIZEN_CARD, **(typed | changed))
    about = {"asked": Asked(HERE), "now": in_minutes(at), "key": key or people.key()}
    done = phone_change_at_desk.ask(asked, by=by, **about)
    db.session.rollback()
    return done


def test_an_officer_who_sees_the_paper_moves_the_account_of_who_lost_the_phone() -> None:
    account, by, key = someone(), officer(people.an_officer().id), people.key()
    people.a_petition(account)
    [there] = devices(account, 1)
    change = at_desk(by, key=key)
    assert at_desk(by, key=key).id == change.id
    code = code_to(NEW)
    with pytest.raises(NotFound):
        phone_change_at_desk.prove(change.code, code, by=officer(people.an_officer().id), now=in_minutes(1))
    for _ in range(2):
        phone_change_at_desk.prove(change.code, code, by=by, now=in_minutes(1))
    assert phone_of(account) == NEW
    assert sessions.holder(there, now=in_minutes(2)) is None
    assert last(OLD).startswith("Tiep cong dan truc tuyen: so nay khong con dung de dang nhap")
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone_changed"))
    assert (entry.actor_id, entry.reason) == (by.account_id, "Mất điện thoại, xem căn cước.")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"paper_number": "001062012399"}, "old_phone"),
        ({"old_phone": OTHER}, "old_phone"),
        ({"old_phone": "không có"}, "old_phone"),
        ({"new_phone": "0912"}, "new_phone"),
        ({"new_phone": OLD}, "new_phone"),
        ({"paper_number": "12"}, "paper_number"),
        ({"reason": "mất"}, "reason"),
    ],
)
def test_an_officer_moves_nothing_without_number_paper_and_reason(
    changed: dict[str, str], field: str
) -> None:
    people.a_petition(someone())
    with pytest.raises(InvalidInput) as refusal:
        at_desk(officer(people.an_officer().id), **changed)
    assert refusal.value.field == field
    assert not [row for row in notifications.newest() if row.recipient == NEW]


def test_a_number_and_a_paper_that_do_not_fit_are_audited_without_them() -> None:
    people.a_petition(someone())
    with pytest.raises(InvalidInput):
        at_desk(officer(people.an_officer().id), paper_number="001062012399")
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper_not_fitting"))
    assert (entry.object_id, entry.details) == ("", {"by": "officer"})


def test_numbers_are_kept_so_that_the_database_does_not_tell_them() -> None:
    ask(someone())
    [(raw,)] = db.session.connection().exec_driver_sql("SELECT new_phone FROM phone_change").all()
    assert NEW.encode() not in bytes(raw)
    assert not any(NEW in str(entry.details) for entry in db.session.scalars(select(AuditEntry)))


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


def _answer(do: Callable[[], object]) -> tuple[object, ...]:
    try:
        do()
    except DomainError as refusal:
        return type(refusal), refusal.message, refusal.field
    return (None,)
