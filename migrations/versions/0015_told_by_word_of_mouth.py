"""petitions told by word of mouth, and what officers write down of them"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as it stands: a batch would make the table anew, with all that refers to it.
    op.add_column("petition", sa.Column("told", sa.String(24), nullable=False, server_default="written"))
    op.create_table(
        "petition_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_statement_petition_id_petition")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_petition_statement_visit_id_visit")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_petition_statement_written_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_statement")),
        sa.UniqueConstraint("petition_id", "version", name=op.f("uq_petition_statement_version")),
        sa.UniqueConstraint("petition_id", "request_key", name=op.f("uq_petition_statement_petition_id")),
    )
    op.create_table(
        "statement_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("by", sa.String(24), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["petition_statement.id"],
            name=op.f("fk_statement_event_statement_id_petition_statement"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_statement_event_actor_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_event")),
        sa.UniqueConstraint("statement_id", "request_key", name=op.f("uq_statement_event_statement_id")),
    )
    keep_forever("petition_statement")
    keep_forever("statement_event")


def downgrade() -> None:
    for table in ("statement_event", "petition_statement"):
        op.drop_table(table)
        forget(table)
    op.drop_column("petition", "told")
