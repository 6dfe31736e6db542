"""what is said and written in visits of denunciations is encrypted where it stands"""

import base64
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from migrations.append_only import keep_forever, let_go
from webapp.keyring import keyring

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXTS = (
    ("visit_event", ("id",), "reason"),
    ("message", ("id",), "body"),
    ("minutes", ("visit_id",), "body"),
    ("minutes_version", ("visit_id", "version"), "body"),
    ("outcome", ("visit_id",), "explanation"),
    ("attachment", ("id",), "name"),
    ("participant", ("id",), "unit"),
    ("participant", ("id",), "removed_reason"),
    ("participant_event", ("id",), "reason"),
    ("call_back", ("id",), "note"),
)
"""Every text that people type and that hangs on a visit: its table, by what a row is found, its column."""
WRITTEN_ONCE = ("visit_event", "participant_event")
LONGER = (("attachment", "name"), ("participant", "unit"))
_MARK = "\x01"  # as models.types has it


def upgrade() -> None:
    _lengthen(sa.String(120), sa.Text())
    _rewrite(_sealed)


def downgrade() -> None:
    _rewrite(_opened)
    _lengthen(sa.Text(), sa.String(120))


def _lengthen(before: sa.types.TypeEngine[str], after: sa.types.TypeEngine[str]) -> None:
    """What is encrypted is longer. SQLite holds no text to a length, and would make the tables anew."""
    if op.get_bind().dialect.name != "sqlite":
        for table, column in LONGER:
            op.alter_column(table, column, existing_type=before, type_=after, existing_nullable=False)


def _rewrite(change: Callable[[str], str]) -> None:
    """Change what there is of denunciations already; what is written once is so again afterwards."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # what stood there before does not stay in the file
    for table in WRITTEN_ONCE:
        let_go(table)
    for table, keys, column in TEXTS:
        found = sa.text(
            f"SELECT {', '.join(f't.{key}' for key in keys)}, t.{column} AS words FROM {table} t "
            "JOIN visit v ON v.id = t.visit_id JOIN petition p ON p.id = v.petition_id "
            f"WHERE p.kind = 'denunciation' AND t.{column} <> ''"
        )
        where = " AND ".join(f"{key} = :{key}" for key in keys)
        changed = sa.text(f"UPDATE {table} SET {column} = :words WHERE {where}")
        for row in bind.execute(found).mappings().all():
            bind.execute(changed, {**row, "words": change(row["words"])})
    for table in WRITTEN_ONCE:
        keep_forever(table)


def _sealed(text: str) -> str:
    return text if text.startswith(_MARK) else _MARK + base64.b64encode(keyring.encrypt(text)).decode()


def _opened(text: str) -> str:
    return keyring.decrypt(base64.b64decode(text.removeprefix(_MARK))) if text.startswith(_MARK) else text
