"""Columns that may be empty from now on, also in tables that must not be made anew."""

import re

import sqlalchemy as sa
from alembic import op


def may_be_empty(table: str, column: str) -> None:
    """Take NOT NULL off; nothing where it is off already.

    A batch would make SQLite's table anew, on which others lean and which triggers guard: this is SQLite's
    own way (lang_altertable, 7).
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.alter_column(table, column, nullable=True)
        return
    of_table = {"table": table}
    told = bind.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), of_table
    )
    made = re.sub(rf"(\b{column} \w+(\(\d+\))?) NOT NULL", r"\1", told, count=1)
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = :made WHERE type = 'table' AND name = :table"),
        of_table | {"made": made},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = RESET"))
