"""The migrations make what the models say, on both databases, and can be undone."""

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from tests import people
from webapp.domain.codes import new_code
from webapp.extensions import db
from webapp.models import Account
from webapp.services import drafts


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
