"""The migrations make what the models say, on both databases, and can be undone."""

from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from tests import people
from webapp.domain.codes import new_code
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.keyring import keyring
from webapp.models import Account, Petition, Petitioner
from webapp.services import drafts, petition_changes, sign_in
from webapp.services.actor import citizen
from webapp.services.unit_of_work import unit_of_work


def test_the_tables_are_those_of_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Account.metadata) == []


def test_the_migrations_go_back_and_forth(app: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    flask_migrate.upgrade()
    assert set(Account.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_a_draft_of_before_is_one_of_several_and_going_back_keeps_the_one_written_in_last(app: Flask) -> None:
    account, (older, newer) = people.a_citizen(), (new_code(), new_code())
    drafts.keep(account.id, newer, {"kind": "complaint"}, now=people.in_minutes(5))
    drafts.keep(account.id, older, {"kind": "feedback"}, now=people.NINE)
    flask_migrate.downgrade(revision="0012")
    flask_migrate.upgrade()
    [kept] = drafts.list_of(account.id)
    assert (kept.key, kept.answers, kept.begun_at) == (newer, {"kind": "complaint"}, kept.updated_at)
    drafts.keep(account.id, older, {}, now=people.NINE)
    assert len(drafts.list_of(account.id)) == 2


def test_what_denunciations_told_before_is_encrypted_where_it_stands_and_reads_as_before(app: Flask) -> None:
    usual, account = people.a_petition(), people.a_citizen()
    kind = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}
    petition = people.a_petition(account, **kind)
    petition_changes.add(petition.id, "Nhớ thêm.", by=citizen(account.id), now=people.NINE, key=people.key())
    told = "SELECT narrative, lives_in_code FROM petition WHERE id = :id"
    flask_migrate.downgrade(revision="0013")
    for one in (usual, petition):
        assert db.session.execute(text(told), {"id": one.id}).one() == (people.STORY, "09706")
    assert db.session.scalar(text("SELECT body FROM petition_addition")) == "Nhớ thêm."
    db.session.rollback()
    flask_migrate.upgrade()
    assert db.session.execute(text(told), {"id": usual.id}).one() == (people.STORY, "09706")
    words, home = db.session.execute(text(told), {"id": petition.id}).one()
    assert "thu hồi" not in words and home is None
    db.session.expire_all()
    read = db.session.get_one(Petition, petition.id)
    assert (read.narrative, read.additions[0].body) == (people.STORY, "Nhớ thêm.")
    assert db.session.get_one(Petitioner, petition.id).lives_in_code == "09706"


def test_phones_of_before_are_encrypted_and_found_as_before_and_codes_on_their_way_still_count(
    app: Flask,
) -> None:
    account, others = people.a_citizen("+84912345678"), {f"+84987{n:06d}" for n in range(200)}
    with unit_of_work() as work:
        work.session.add_all(Account(phone=other, created_at=people.NINE) for other in others)
    flask_migrate.downgrade(revision="0022")
    assert _phones() == {"+84912345678"} | others
    told = (
        "INSERT INTO one_time_code (phone, what_for, address, code_hash, sent_at, expires_at, tries_left) "
        "VALUES ('+84912345678', 'sign_in', '192.0.2.1', :hash, :now, :until, 5)"
    )
    about = {
        "hash": keyring.look_up("+84912345678:sign_in:123456"),
        "now": people.NINE.replace(tzinfo=None),
        "until": people.in_minutes(5).replace(tzinfo=None),
    }
    with db.engine.begin() as connection:
        connection.execute(text(told), about)
    flask_migrate.upgrade()
    assert _phones() == {None}
    assert sign_in.check_code("+84912345678", "123456", now=people.in_minutes(1)).id == account.id
    db.session.rollback()
    assert db.session.get_one(Account, account.id).phone == "+84912345678"
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        left = Path(str(db.engine.url.database)).read_bytes()
        assert not [phone for phone in {"+84912345678"} | others if phone.encode() in left]


def _phones() -> set[str | None]:
    """What stands in the columns that numbers stood in readable."""
    with db.engine.connect() as connection:
        return {
            phone
            for table in ("account", "one_time_code")
            for phone in connection.scalars(text(f"SELECT phone FROM {table}"))  # noqa: S608
        }
