"""The migrations make what the models say, on both databases, and can be undone."""

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from tests import people
from tests.services.test_conversation import live
from tests.services.test_nothing_readable import SAID, SPOKEN, a_whole_journey, in_tables
from tests.services.test_statement_tasks import tell_more
from webapp.domain.codes import new_code
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling, WaitsFor
from webapp.extensions import db
from webapp.keyring import keyring
from webapp.models import Account, Evidence, Message, Petition, Petitioner, Role, StatementTask
from webapp.services import (
    conversation,
    drafts,
    evidence,
    my_data,
    petition_changes,
    sign_in,
    statement_tasks,
    statements,
)
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun, Place
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


def test_files_of_denunciations_and_drafts_are_sealed_unless_somebody_said_that_they_show_nothing(
    app: Flask,
) -> None:
    person, draft = people.a_citizen(), new_code()
    drafts.keep(person.id, draft, {}, now=people.NINE)
    denounces = people.a_petition(person, kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    keys = {"complaint": people.a_petition(person).request_key, "denunciation": denounces.request_key}
    places = {name: Place(person.id, key) for name, key in (keys | {"draft": draft}).items()}
    said = [(name, False) for name in places] + [("denunciation", True)]
    about = {"by": citizen(person.id), "now": people.NINE}
    found = {
        one: evidence.begin(
            places[one[0]],
            Begun("a.pdf", 9, shows_who=one[1]),
            key=people.key(),
            **about,  # type: ignore[arg-type]
        ).id
        for one in said
    }
    spoken = evidence.begin(places["denunciation"], Begun("b.pdf", 9), key=people.key(), **about)  # type: ignore[arg-type]
    evidence.mark(spoken, shows_who=False, **about)  # type: ignore[arg-type]
    found["denunciation", "said"] = spoken.id
    flask_migrate.downgrade(revision="0022")
    flask_migrate.upgrade()
    db.session.expire_all()
    sealed = {one: db.session.get_one(Evidence, file_id).shows_who for one, file_id in found.items()}
    assert sealed == {
        ("complaint", False): False,
        ("denunciation", False): True,
        ("draft", False): True,
        ("denunciation", True): True,
        ("denunciation", "said"): False,
    }


def test_what_was_said_of_a_file_that_is_gone_unseals_no_later_one_of_the_same_number(app: Flask) -> None:
    """SQLite gives the number of a deleted row again."""
    person, draft = people.a_citizen(), new_code()
    drafts.keep(person.id, draft, {}, now=people.NINE)
    by, later = citizen(person.id), people.in_minutes(5)
    where = Place(person.id, draft)
    said = evidence.begin(where, Begun("a.pdf", 9), key=people.key(), by=by, now=people.NINE)
    evidence.mark(said, shows_who=True, by=by, now=people.NINE)
    evidence.mark(said, shows_who=False, by=by, now=people.NINE)
    with unit_of_work() as work:
        work.session.delete(work.session.get_one(Evidence, said.id))
    usual = evidence.begin(where, Begun("b.pdf", 9, shows_who=False), key=people.key(), by=by, now=later)
    with unit_of_work() as work:
        work.session.execute(update(Evidence).where(Evidence.id == usual.id).values(id=said.id))
    db.session.rollback()
    flask_migrate.downgrade(revision="0026")
    flask_migrate.upgrade()
    assert db.session.get_one(Evidence, said.id).shows_who is True


def test_what_was_told_by_voice_after_a_version_waits_from_the_migration_on(app: Flask) -> None:
    by = officer(people.staff(Role.LEADER).id)

    def told(*, confirmed: bool = False) -> Petition:
        petition = people.a_petition(people.a_citizen(), told=Telling.OFFICER, narrative="")
        statement_tasks.take(petition.code, by=by, now=people.NINE)
        about = {"by": by, "now": people.NINE, "key": people.key()}
        statements.write_apart(petition.id, people.STORY, base_version=0, **about)
        if confirmed:
            author = {"by": citizen(petition.account_id), "now": people.in_minutes(20), "key": people.key()}
            statements.answer(petition.id, StatementStep.CONFIRMED, "", version=1, **author)
        return petition

    later, heard, confirmed = told(), told(confirmed=True), told(confirmed=True)
    told()
    for petition, minute in ((later, 10), (heard, 10), (confirmed, 30), (confirmed, 40)):
        tell_more(petition, people.in_minutes(minute), seconds=minute)
    db.session.rollback()
    flask_migrate.downgrade(revision="0025")
    flask_migrate.upgrade()
    found = select(StatementTask.petition_id, StatementTask.waits_for, StatementTask.waits_since)
    assert list(db.session.execute(found.order_by(StatementTask.petition_id))) == [
        (later.id, WaitsFor.MORE, people.in_minutes(10)),
        (confirmed.id, WaitsFor.MORE, people.in_minutes(30)),
    ]


def test_going_back_is_refused_where_it_would_lose_a_content_that_is_a_file_of_several(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    person, draft = people.a_citizen(), new_code()
    drafts.keep(person.id, draft, {}, now=people.NINE)
    about = {"key": people.key(), "by": citizen(person.id), "now": people.NINE}
    file = evidence.begin(Place(person.id, draft), Begun("a.pdf", 9), **about)
    with unit_of_work() as work:
        work.session.get_one(Evidence, file.id).content_of = new_code()
    db.session.rollback()
    with pytest.raises(SystemExit):
        flask_migrate.downgrade(revision="0024")
    assert "evidence.content_of" in caplog.text
    db.session.rollback()
    with unit_of_work() as work:
        work.session.get_one(Evidence, file.id).content_of = None
    flask_migrate.downgrade(revision="0024")
    flask_migrate.upgrade()


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


def test_what_was_said_in_visits_of_denunciations_is_encrypted_where_it_stands(app: Flask) -> None:
    usual, person, _by = live()
    conversation.say(usual.id, "Tôi hỏi về đất.", by=person, now=people.NINE, key=people.key())
    petition, _visit = a_whole_journey(PetitionKind.DENUNCIATION)
    kept, author = [words for said in SAID.values() for words in said], petition.account_id
    db.session.rollback()  # a transaction that is left open would hold up the change of a table
    flask_migrate.downgrade(revision="0022")
    before = in_tables()
    assert [words for words in (*kept, "Tôi hỏi về đất.") if words not in before] == []
    flask_migrate.upgrade()
    after = in_tables()
    assert [words for words in SPOKEN if words in after] == []
    assert "Tôi hỏi về đất." in after
    for table in ("visit_event", "participant_event"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(f"UPDATE {table} SET reason = reason"))
        db.session.rollback()
    mine = {one.name: one.rows for one in my_data.everything(author)}
    assert {row["body"] for row in mine["messages"] if row["body"]} == set(SAID[Message])
