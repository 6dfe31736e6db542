"""Runs the migrations on whichever database the settings name; the same on SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

from webapp import models
from webapp.models.types import SealedText, TextOrKept, UtcDateTime, Word

_PLAIN = {
    UtcDateTime: "sa.DateTime(timezone=True)",
    Word: "sa.String(24)",
    SealedText: "sa.LargeBinary()",
    TextOrKept: "sa.Text()",
}


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name plain column types, so that they stand when our own change."""
    if kind == "type":
        return _PLAIN.get(type(item), False)
    return False


def compare_type(_context, _column, _inspected, metadata_type, _rendered):  # type: ignore[no-untyped-def]
    return False if type(metadata_type) in _PLAIN else None


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models.Account.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=compare_type,
    )
    with context.begin_transaction():
        context.run_migrations()
