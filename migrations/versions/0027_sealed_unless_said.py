"""files sealed of which nobody said that they show nothing; which texts are told; which page saved a draft's text

Before the default turned, `shows_who` was false of whatever nobody had marked; since then it means that somebody
said so. Where the audit trail has that somebody did, it stays.
"""

import json

import sqlalchemy as sa
from alembic import op

from migrations.append_only import keep_columns, let_go

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = (
    "id",
    "code",
    "account_id",
    "kind",
    "protection_wanted",
    "lives_in_code",
    "happened_in_code",
    "narrative",
    "told",
    "on_behalf",
    "people",
    "needs",
    "against",
    "learned_on",
    "settled",
    "settled_by",
    "wish",
    "submitted_at",
    "request_key",
)
"""What of a petition was written once till now."""


def upgrade() -> None:
    # Added as they stand: a batch would make the tables anew, on which others lean.
    op.add_column("petition", sa.Column("told_texts", sa.String(60), nullable=True))
    let_go("petition")
    keep_columns("petition", (*BEFORE, "told_texts"))
    op.add_column("petition_draft", sa.Column("pages", sa.Text(), nullable=True))
    _seal()


def downgrade() -> None:
    """What was sealed stays so: nobody can tell any more which files it was."""
    op.drop_column("petition_draft", "pages")
    let_go("petition")
    op.drop_column("petition", "told_texts")
    keep_columns("petition", BEFORE)


def _seal() -> None:
    bind = op.get_bind()
    evidence = sa.table(
        "evidence",
        sa.column("id", sa.Integer),
        sa.column("account_id", sa.Integer),
        sa.column("petition_key", sa.String),
        sa.column("shows_who", sa.Boolean),
    )
    petition = sa.table(
        "petition",
        sa.column("account_id", sa.Integer),
        sa.column("request_key", sa.String),
        sa.column("kind", sa.String),
    )
    its_own = sa.and_(
        petition.c.account_id == evidence.c.account_id, petition.c.request_key == evidence.c.petition_key
    )
    sent = sa.select(petition.c.kind).where(its_own)
    denounces = sent.where(petition.c.kind == "denunciation")
    wanted = sa.or_(~sent.exists(), denounces.exists())
    open_ones = sa.select(evidence.c.id).where(evidence.c.shows_who.is_(sa.false()), wanted)
    said = _said_to_show_nothing(bind)
    for file_id in [one for one in bind.scalars(open_ones) if one not in said]:
        bind.execute(evidence.update().where(evidence.c.id == file_id).values(shows_who=sa.true()))


def _said_to_show_nothing(bind: sa.Connection) -> set[int]:
    """Files of which the last that somebody said of them is that they do not show who sends them.

    SQLite gives the number of a file that was deleted to a later one: what was said before that one began was
    said of the other.
    """
    told = sa.text(
        "SELECT a.object_id, a.details FROM audit_entry a "
        "JOIN evidence e ON CAST(e.id AS VARCHAR(40)) = a.object_id AND e.began_at <= a.at "
        "WHERE a.action = 'evidence_marked' AND a.object_kind = 'evidence' ORDER BY a.id"
    )
    last = {}
    for object_id, details in bind.execute(told):
        about = json.loads(details) if isinstance(details, str) else details
        last[int(object_id)] = about.get("shows_who")
    return {file_id for file_id, shows_who in last.items() if shows_who is False}
