"""What the database itself holds of a phone number: nothing that can be read, in no spelling and in no table."""

import re
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import IntegrityError

from tests import people
from tests.marks import postgresql_is_long
from tests.people import NINE, in_minutes
from webapp import demo
from webapp.demo.places_and_people import CITIZENS, phone
from webapp.domain.codes import new_code
from webapp.domain.representation import OnBehalf
from webapp.extensions import db
from webapp.models import Account, Notification
from webapp.services import drafts, my_data, notifications, phone_change, sign_in, tracking
from webapp.services.actor import citizen
from webapp.services.one_time_codes import Asked
from webapp.services.petitions import Person
from webapp.services.phone_numbers import phone_as_spoken
from webapp.services.unit_of_work import Work, unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PHONE, NEW, FRIEND = "+84912345678", "+84987654321", "+84987654322"
ASKED = Asked("192.0.2.1")


def cells() -> Iterator[tuple[str, bytes]]:
    """Each cell of each table as the database gives it, with no type of ours between."""
    tables = MetaData()
    tables.reflect(db.engine)
    db.session.rollback()
    with db.engine.connect() as connection:
        for table in tables.tables.values():
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():  # noqa: S608
                for column, cell in row.items():
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    yield f"{table.name}.{column}", raw


def standing(*numbers: str) -> set[str]:
    """Where one of these numbers can be read, however it is written: 09…, +849…, 849…, in groups or not."""
    nine = "|".join(number.removeprefix("+84") for number in numbers)
    spelt = re.compile(nine.encode())
    return {place for place, cell in cells() if spelt.search(re.sub(rb"[\s.\-]", b"", cell))}


def code_to(number: str) -> str:
    db.session.rollback()
    body = next(row.body for row in notifications.newest() if row.recipient == number)
    return re.findall(r"\b\d{6}\b", body)[0]


def test_a_number_that_stands_in_a_text_would_be_found_here() -> None:
    people.a_petition(narrative=f"{people.STORY} Số của tôi: 0912.345 678, hoặc 84-912-345-678.")
    assert standing(PHONE) == {"petition.narrative"}


@postgresql_is_long
def test_no_phone_of_the_demo_can_be_read_in_any_table() -> None:
    demo.load(NINE)
    db.session.rollback()
    numbers: Sequence[str] = [phone(place) for place in range(1, len(CITIZENS) + 1)]
    kept = db.session.scalars(select(Account).where(Account.username.is_(None))).all()
    assert sorted(one.phone or "" for one in kept) == numbers
    assert db.session.scalars(select(Notification)).first() is not None
    assert standing(*numbers) == set()


def test_nothing_that_a_citizen_does_leaves_a_phone_that_can_be_read() -> None:
    sign_in.send_code(PHONE, asked=ASKED, now=NINE)
    account = sign_in.check_code(PHONE, code_to(PHONE), now=NINE)
    drafts.keep(account.id, people.DRAFT, people.ANSWERS | {"rep1_phone": phone_as_spoken(FRIEND)}, now=NINE)
    others = (Person("Đỗ Thị Mai", phone_as_spoken(FRIEND), "Xóm Mít"),)
    group = {"on_behalf": OnBehalf.GROUP, "people": 6, "representatives": others}
    petition = people.a_petition(account, **group)
    tracking.ask(petition.code, PHONE, address="192.0.2.1", now=NINE, key=people.key())
    tracking.settle_asked(NINE)
    phone_change.ask(NEW, by=citizen(account.id), asked=ASKED, now=in_minutes(2), key=people.key())
    assert standing(PHONE, NEW, FRIEND) == set()
    phone_change.prove_new(code_to(NEW), by=citizen(account.id), now=in_minutes(2))
    phone_change.send_to_old(by=citizen(account.id), asked=ASKED, now=in_minutes(3))
    phone_change.prove_old(code_to(PHONE), session_code="", by=citizen(account.id), now=in_minutes(4))
    db.session.rollback()
    assert db.session.get_one(Account, account.id).phone == NEW
    assert standing(PHONE, NEW, FRIEND) == set()


def test_a_phone_finds_its_account_however_it_is_typed_and_after_a_change_by_the_new_one_alone() -> None:
    account = people.a_citizen(PHONE)
    for minute, typed in enumerate(("0912 345 678", "84912345678", "+84 912.345.678")):
        number = sign_in.read_phone(typed)
        sign_in.send_code(number, asked=ASKED, now=in_minutes(2 * minute))
        found = sign_in.check_code(number, code_to(number), now=in_minutes(2 * minute))
        assert found.id == account.id
    with unit_of_work() as work:
        work.session.get_one(Account, account.id).phone = NEW
    for minute, (number, same) in enumerate(((NEW, True), (PHONE, False))):
        asked = Asked(f"192.0.2.{minute + 2}")
        sign_in.send_code(number, asked=asked, now=in_minutes(90))
        assert (sign_in.check_code(number, code_to(number), now=in_minutes(90)).id == account.id) is same


def test_no_lock_is_named_by_a_number_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names go to PostgreSQL as values, and into its log with them."""
    names: list[str] = []
    monkeypatch.setattr(Work, "one_at_a_time", lambda _work, *told: names.extend(told))
    people.a_citizen(PHONE)
    sign_in.send_code(PHONE, asked=ASKED, now=NINE)
    tracking.ask(new_code(), PHONE, address="192.0.2.1", now=NINE, key=people.key())
    assert names and [name for name in names if "912345678" in name] == []


def test_one_phone_has_one_account() -> None:
    people.a_citizen(PHONE)
    with pytest.raises(IntegrityError):
        people.a_citizen(PHONE)


def test_ones_own_data_name_the_codes_that_came_to_ones_own_phone() -> None:
    sign_in.send_code(PHONE, asked=ASKED, now=NINE)
    account = sign_in.check_code(PHONE, code_to(PHONE), now=NINE)
    sign_in.send_code(NEW, asked=ASKED, now=in_minutes(1))
    told = {section.name: section.rows for section in my_data.everything(account.id)}
    assert told["account"][0]["phone"] == PHONE
    assert told["codes"] == [{"at": NINE}]
