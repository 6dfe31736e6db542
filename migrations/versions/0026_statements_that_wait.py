"""statements that wait for an officer, and versions that are written apart from any visit"""

import sqlalchemy as sa
from alembic import op

from migrations.nullable import may_be_empty

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_VOICE = (
    "FROM evidence e WHERE e.account_id = p.account_id AND e.petition_key = p.request_key "
    "AND e.kept_at IS NOT NULL AND e.duration_ms IS NOT NULL AND e.problem IS NULL"
)
_NOT_WRITTEN = f"""
INSERT INTO statement_task (petition_id, waits_since, waits_for)
SELECT p.id, p.submitted_at, 'told' FROM petition p
WHERE p.withdrawn_at IS NULL AND (p.told <> 'written' OR EXISTS (SELECT e.id {_VOICE}))
AND NOT EXISTS (SELECT s.id FROM petition_statement s WHERE s.petition_id = p.id)
"""
_CONTESTED = """
INSERT INTO statement_task (petition_id, waits_since, waits_for)
SELECT s.petition_id, a.at, 'contested' FROM petition_statement s
JOIN petition p ON p.id = s.petition_id
JOIN statement_event a ON a.statement_id = s.id
WHERE p.withdrawn_at IS NULL AND a.what = 'contested'
AND s.version = (SELECT max(n.version) FROM petition_statement n WHERE n.petition_id = s.petition_id)
AND a.id = (SELECT max(l.id) FROM statement_event l
            WHERE l.statement_id = s.id AND l.what IN ('confirmed', 'contested'))
"""
_MORE = """
INSERT INTO statement_task (petition_id, waits_since, waits_for)
SELECT found.petition_id, min(e.kept_at), 'more' FROM (
    SELECT s.petition_id, p.account_id, p.request_key, coalesce(a.at, s.written_at) AS known_till
    FROM petition_statement s
    JOIN petition p ON p.id = s.petition_id
    LEFT JOIN statement_event a ON a.id = (
        SELECT max(l.id) FROM statement_event l
        WHERE l.statement_id = s.id AND l.what IN ('confirmed', 'contested'))
    WHERE p.withdrawn_at IS NULL AND (a.what IS NULL OR a.what <> 'contested')
    AND s.version = (SELECT max(n.version) FROM petition_statement n WHERE n.petition_id = s.petition_id)
) found
JOIN evidence e ON e.account_id = found.account_id AND e.petition_key = found.request_key
WHERE e.kept_at > found.known_till AND e.duration_ms IS NOT NULL AND e.problem IS NULL
GROUP BY found.petition_id
"""


def upgrade() -> None:
    op.create_table(
        "statement_task",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits_for", sa.String(24), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_till", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_statement_task_petition_id_petition")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["account.id"], name=op.f("fk_statement_task_officer_id_account")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_statement_task")),
    )
    op.create_index("ix_statement_task_waits_since", "statement_task", ["waits_since"])
    op.create_index(op.f("ix_statement_task_officer_id"), "statement_task", ["officer_id"])
    may_be_empty("petition_statement", "visit_id")
    op.execute(_NOT_WRITTEN)
    op.execute(_CONTESTED)
    op.execute(_MORE)


def downgrade() -> None:
    # What was written apart from any visit is kept for ever: its visit stays empty.
    op.drop_table("statement_task")
