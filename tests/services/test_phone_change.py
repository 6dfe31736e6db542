"""What people can rely on when their account moves to another number: proven twice, and nobody learns a thing."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event, select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.devices import Device
from webapp.domain.errors import Conflict, DomainError, InvalidInput, NotFound, TooMany
from webapp.domain.identity_levels import ElectronicClaims
from webapp.domain.identity_papers import PaperKind
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.sign_in_rules import NUMBER_TAKEN
from webapp.extensions import db
from webapp.models import Account, AuditEntry, PhoneChange, Role, Visit
from webapp.services import (
    electronic_identity,
    identity,
    notifications,
    phone_change,
    phone_change_at_desk,
    reception,
    sessions,
    sign_in,
)
from webapp.services.actor import Actor, bridge, citizen, officer
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


@dataclass
class Reception:
    """A person who lost their phone, at a bridge point or at home, and the officer who called them."""

    account: Account
    visit: Visit
    by: Actor

    def comes_in(self) -> "Reception":
        who = citizen(self.account.id)
        self.visit = reception.enter_room(self.visit.id, by=who, now=in_minutes(1))
        return self

    def shows_the_paper(self) -> "Reception":
        identity.record_seen(self.visit.id, by=self.by, now=in_minutes(1))
        return self

    def ask(self, at: float = 2, key: str = "", by: Actor | None = None, **changed: str) -> PhoneChange:
        typed = {
            "old_phone": OLD,
            "paper_number": PAPER,
            "new_phone": NEW,
            "reason": "Mất điện thoại, xem căn cước.",
        }
        asked = AtDesk(paper_kind=PaperKind.CITIZEN_CARD, **(typed | changed))
        about = {"asked": Asked(HERE), "now": in_minutes(at), "key": key or people.key()}
        done = phone_change_at_desk.ask(self.visit.id, asked, by=by or self.by, **about)
        db.session.rollback()
        return done

    def is_over(self) -> None:
        outcome = (OutcomeKind.GUIDED, None, "Đã hướng dẫn.")
        reception.close(self.visit.id, *outcome, by=self.by, now=in_minutes(4), key=people.key())


def called(at_point: bool = False) -> Reception:
    account, sitting, (desk, by) = someone(), people.a_sitting(), people.an_open_desk()
    petition, who = people.a_petition(account), citizen(account.id)
    point = people.point_of(sitting).id if at_point else None
    visit = reception.take_number(
        petition.id, sitting.id, bridge_point_id=point, by=who, now=NINE, key=people.key()
    )
    visit = reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    return Reception(account, visit, by)


def received() -> Reception:
    return called().comes_in().shows_the_paper()


def seen_at_point(there: Reception) -> None:
    by = bridge(people.staff(Role.BRIDGE, point=there.visit.bridge_point_id).id)
    identity.record_seen_at_point(there.visit.id, PaperKind.CITIZEN_CARD, PAPER, by=by, now=in_minutes(1))


def test_an_officer_who_sees_the_paper_moves_the_account_of_who_lost_the_phone() -> None:
    there, key = received(), people.key()
    [device] = devices(there.account, 1)
    change = there.ask(key=key)
    assert there.ask(key=key).id == change.id
    code = code_to(NEW)
    with pytest.raises(NotFound):
        phone_change_at_desk.prove(change.code, code, by=officer(people.an_officer().id), now=in_minutes(3))
    for _ in range(2):
        phone_change_at_desk.prove(change.code, code, by=there.by, now=in_minutes(3))
    assert phone_of(there.account) == NEW
    assert sessions.holder(device, now=in_minutes(4)) is None
    assert last(OLD).startswith("Tiep cong dan truc tuyen: so nay khong con dung de dang nhap")
    about = {"by": "officer", "visit": there.visit.code}
    [begun] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone_change_begun"))
    [moved] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone_changed"))
    for entry, told in ((begun, about), (moved, about | {"way": "officer"})):
        assert entry.actor_id == there.by.account_id
        assert {name: one for name, one in entry.details.items() if name != "reason"} == told
        assert entry.reason == "Mất điện thoại, xem căn cước."


def test_a_person_at_a_bridge_point_whose_paper_was_seen_there_need_not_have_entered_the_room() -> None:
    there = called(at_point=True)
    assert not phone_change_at_desk.is_possible(there.visit, by=there.by)
    seen_at_point(there)
    assert phone_change_at_desk.is_possible(there.visit, by=there.by)
    phone_change_at_desk.prove(there.ask().code, code_to(NEW), by=there.by, now=in_minutes(3))
    assert phone_of(there.account) == NEW


@pytest.mark.parametrize("case", ["paper not seen", "called at home", "over", "line lost"])
def test_nothing_moves_unless_the_person_is_being_received_with_their_paper_seen(case: str) -> None:
    there = called()
    if case != "called at home":
        there.comes_in()
    if case in ("over", "line lost"):
        there.shows_the_paper()
    if case == "over":
        there.is_over()
    if case == "line lost":
        assert reception.detect_lost(in_minutes(8)) == 1
    db.session.rollback()
    visit = db.session.get_one(Visit, there.visit.id)
    assert not phone_change_at_desk.is_possible(visit, by=there.by)
    with pytest.raises(Conflict) as refusal:
        there.ask(at=9)
    word = "thấy giấy tờ" if case == "paper not seen" else "đang tiếp công dân này"
    assert word in refusal.value.message
    assert not [row for row in notifications.newest() if row.recipient == NEW]


def test_another_officer_moves_nothing_and_is_not_told_that_there_is_such_a_visit() -> None:
    there, other = received(), officer(people.an_officer().id)
    assert not phone_change_at_desk.is_possible(there.visit, by=other)
    with pytest.raises(NotFound):
        there.ask(by=other)
    with pytest.raises(NotFound):
        phone_change_at_desk.check_possible(there.visit, by=other)


def test_a_change_that_was_begun_is_finished_in_the_visit_or_not_at_all_and_costs_no_try_after_it() -> None:
    there = received()
    change = there.ask()
    code = code_to(NEW)
    there.is_over()
    with pytest.raises(Conflict):
        phone_change_at_desk.prove(change.code, code, by=there.by, now=in_minutes(5))
    assert phone_of(there.account) == OLD


def test_the_form_that_was_sent_twice_is_answered_alike_even_when_the_visit_is_over_meanwhile() -> None:
    there, key = received(), people.key()
    change = there.ask(key=key)
    there.is_over()
    assert there.ask(key=key, at=5).id == change.id
    with pytest.raises(Conflict):
        there.ask(key=key, at=5, new_phone=OTHER)


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
    there = received()
    with pytest.raises(InvalidInput) as refusal:
        there.ask(**changed)
    assert refusal.value.field == field
    assert not [row for row in notifications.newest() if row.recipient == NEW]


def test_the_number_and_paper_of_somebody_who_is_not_there_move_nothing() -> None:
    there = received()
    other = people.a_citizen(OTHER)
    people.a_petition(other, paper_number="001062012399")
    with pytest.raises(InvalidInput):
        there.ask(old_phone=OTHER, paper_number="001062012399")
    assert phone_of(other) == OTHER


def test_a_number_and_a_paper_that_do_not_fit_are_audited_without_them() -> None:
    there = received()
    with pytest.raises(InvalidInput):
        there.ask(paper_number="001062012399")
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "paper_not_fitting"))
    assert (entry.object_kind, entry.object_id) == ("visit", str(there.visit.id))
    assert entry.details == {"by": "officer", "visit": there.visit.code}


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
