"""What both sides can rely on about the record: written with the act, changed by nobody, proved by its chain."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests import people
from tests.people import NINE, in_minutes, key
from webapp.domain.errors import Conflict
from webapp.extensions import db
from webapp.models import AuditEntry, AuditSeal, Petition
from webapp.services import accounts, audit, petitions
from webapp.services.actor import SYSTEM, citizen, officer
from webapp.services.audit import Proof
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

KEPT_FOR_EVER = ("audit_entry", "audit_seal", "visit_event")


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
def test_the_database_refuses_to_change_or_delete_what_was_recorded(table: str) -> None:
    before = _recorded(table)
    attempts = [
        f"UPDATE {table} SET {_key(table)} = {_key(table)}",
        f"UPDATE {table} SET {_moment(table)} = '2020-01-01 00:00:00'",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE {_key(table)} = (SELECT max({_key(table)}) FROM {table})",
    ]
    if db.engine.dialect.name == "postgresql":
        attempts.append(f"TRUNCATE {table} CASCADE")
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="append-only"):
            _run(attempt)
    assert _rows(table) == before


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
def test_the_database_refuses_to_write_over_what_was_recorded(table: str) -> None:
    before = _recorded(table)
    with pytest.raises(DBAPIError, match="append-only"):
        _run(_write_over(table))
    assert _rows(table) == before


def test_what_is_recorded_is_sealed_and_the_chain_holds() -> None:
    assert audit.verify() == Proof(0, 0, None)
    _record(5)
    assert audit.verify() == Proof(0, 5, None)
    assert audit.seal(NINE, most=3) == 3
    assert audit.verify() == Proof(3, 2, None)
    assert audit.seal(in_minutes(1)) == 2
    assert audit.seal(in_minutes(2)) == 0
    _record(1)
    assert audit.verify() == Proof(5, 1, None)
    seals = db.session.scalars(select(AuditSeal).order_by(AuditSeal.position)).all()
    assert [seal.position for seal in seals] == [1, 2, 3, 4, 5]
    assert len({seal.hash for seal in seals}) == 5


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = NULL",
        "action = 'sign_out'",
        "object_kind = 'petition'",
        "object_id = '999'",
        'details = \'{"by": "officer"}\'',
        "at = '2020-01-01 00:00:00+00'",
    ],
)
def test_a_changed_entry_is_found_at_its_place(change: str) -> None:
    account = people.an_officer()
    with unit_of_work() as work:
        for number in range(6):
            audit.record(
                work, "sign_in", "account", account.id, by=officer(account.id), now=NINE, number=number
            )
    audit.seal(NINE)
    assert audit.verify() == Proof(6, 0, None)
    _without_guard("audit_entry", f"UPDATE audit_entry SET {change} WHERE id = {_id_at(4)}")
    assert audit.verify() == Proof(3, 0, 4)


def test_a_changed_or_missing_seal_is_found_at_its_place() -> None:
    _record(6)
    audit.seal(NINE)
    _without_guard("audit_seal", "UPDATE audit_seal SET hash = 'f00d' WHERE position = 5")
    assert audit.verify() == Proof(4, 0, 5)
    _without_guard("audit_seal", "DELETE FROM audit_seal WHERE position = 2")
    assert audit.verify() == Proof(1, 0, 3)


def test_a_change_with_a_new_seal_of_its_own_breaks_the_chain_after_it() -> None:
    _record(4)
    audit.seal(NINE)
    _without_guard("audit_entry", f"UPDATE audit_entry SET object_id = '7' WHERE id = {_id_at(2)}")
    db.session.rollback()
    first = db.session.get_one(AuditSeal, 1).hash
    forged = audit._link(first, db.session.get_one(AuditEntry, _id_at(2)))
    _without_guard("audit_seal", f"UPDATE audit_seal SET hash = '{forged}' WHERE position = 2")
    assert audit.verify() == Proof(2, 0, 3)


def test_an_entry_that_came_late_is_sealed_after_those_that_were_there() -> None:
    _record(3)
    late = _id_at_end()
    with unit_of_work() as work:
        entry = work.session.get_one(AuditEntry, late)
        values = {"id": late + 10, "at": entry.at, "details": entry.details}
        work.session.add(AuditEntry(action="a", object_kind="b", object_id="1", **values))
    audit.seal(NINE)
    with unit_of_work() as work:
        work.session.add(
            AuditEntry(id=late + 5, at=NINE, action="late", object_kind="b", object_id="1", details={})
        )
    assert audit.seal(in_minutes(1)) == 1
    assert audit.verify() == Proof(5, 0, None)


def test_two_sealers_at_one_moment_make_one_chain(app: Flask) -> None:
    _record(4)
    problems: list[BaseException] = []

    def seal_too() -> None:
        with app.app_context():
            try:
                audit.seal(NINE)
            except BaseException as problem:
                problems.append(problem)

    other = threading.Thread(target=seal_too)
    with unit_of_work() as work:
        audit.seal(NINE)
        work.session.flush()
        other.start()
        other.join(0.5)
    other.join()
    assert audit.verify() == Proof(4, 0, None)
    assert problems == [], "the second round goes on, it does not fail"


def test_a_change_that_is_rolled_back_leaves_no_entry() -> None:
    people.places()
    by = citizen(people.a_citizen().id)
    with pytest.raises(RuntimeError), unit_of_work():
        petitions.submit(people.fields(), by=by, now=NINE, key=key())
        raise RuntimeError("the power went")
    assert (_count(AuditEntry), _count(Petition)) == (0, 0)
    petitions.submit(people.fields(), by=by, now=NINE, key=key())
    assert (_count(AuditEntry), _count(Petition)) == (1, 1)


def test_what_was_refused_is_not_recorded_as_done() -> None:
    account = people.an_officer()
    with pytest.raises(Conflict):
        accounts.disable(account.id, by=officer(account.id), now=NINE)
    assert _count(AuditEntry) == 0
    accounts.disable(account.id, by=SYSTEM, now=NINE)
    assert _count(AuditEntry) == 1


def test_the_record_names_nobody() -> None:
    people.a_petition(full_name="Đỗ Văn Khoát", paper_number="001058099321")
    accounts.create(
        "khoat.dv",
        accounts.AccountFields("Đỗ Văn Khoát", frozenset({people.Role.OFFICER})),
        by=SYSTEM,
        now=NINE,
        key=key(),
    )
    rows = _rows("audit_entry")
    assert len(rows) == 2
    assert not any(secret in str(rows) for secret in ("Khoát", "khoat", "001058099321", "\\u00e1t"))


def test_why_somebody_did_something_is_kept_encrypted_and_read_with_the_entry(app: Flask) -> None:
    why = 'Chị "Đỗ Thị Kín", số 0912 345 678, nhờ xem.'
    with unit_of_work() as work:
        audit.record(work, "identity_opened", "petition", 7, by=SYSTEM, now=NINE, reason=why)
    audit.seal(NINE)
    stored = str(_rows("audit_entry"))
    for told in ("Kín", "K\\u00edn", "0912", "nhờ"):
        assert told not in stored
    [entry] = audit.of_object("petition", "7")
    assert entry.reason == why
    assert audit.verify() == Proof(1, 0, None)
    told = app.test_cli_runner().invoke(args=["read-audit", "petition", "7"]).output
    assert "identity_opened" in told and "Đỗ Thị Kín" in told


def test_a_reason_that_was_kept_as_it_was_written_is_still_read_and_proved() -> None:
    with unit_of_work() as work:
        old = {"by": "officer", "reason": "Đối chiếu giấy tờ"}
        work.session.add(
            AuditEntry(at=NINE, action="identity_opened", object_kind="petition", object_id="7", details=old)
        )
    audit.seal(NINE)
    [entry] = audit.of_object("petition", "7")
    assert (entry.reason, audit.verify()) == ("Đối chiếu giấy tờ", Proof(1, 0, None))


def _record(count: int) -> None:
    for number in range(count):
        with unit_of_work() as work:
            audit.record(work, "sign_in", "account", number, by=SYSTEM, now=in_minutes(number), note="Đã vào")


def _recorded(table: str) -> list[tuple[object, ...]]:
    """A visit with its events, audited and sealed."""
    people.a_waiting_visit(people.a_sitting())
    audit.seal(NINE)
    rows = _rows(table)
    assert rows
    return rows


def _run(statement: str) -> None:
    """As someone with the database's own client would."""
    db.session.rollback()  # an open read would keep TRUNCATE waiting
    with db.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _without_guard(table: str, statement: str) -> None:
    """As someone would who may take the triggers away."""
    if db.engine.dialect.name == "sqlite":
        for act in ("update", "delete"):
            _run(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
    else:
        _run(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    _run(statement)


def _write_over(table: str) -> str:
    names = ", ".join(column.name for column in db.metadata.tables[table].columns)
    if db.engine.dialect.name == "sqlite":
        return f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}"
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} "
        f"ON CONFLICT ({_key(table)}) DO UPDATE SET {_moment(table)} = '2020-01-01'"
    )


def _key(table: str) -> str:
    return "position" if table == "audit_seal" else "id"


def _moment(table: str) -> str:
    return "sealed_at" if table == "audit_seal" else "at"


def _rows(table: str) -> list[tuple[object, ...]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]


def _id_at(position: int) -> int:
    return db.session.get_one(AuditSeal, position).entry_id


def _id_at_end() -> int:
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
