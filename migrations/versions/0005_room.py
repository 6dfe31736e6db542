"""how people could talk, and calls owed by telephone"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "mode_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_mode_change_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mode_change")),
    )
    op.create_index(op.f("ix_mode_change_visit_id"), "mode_change", ["visit_id"])
    keep_forever("mode_change")
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_call_back_visit_id_visit")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_call_back_settled_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("visit_id", "request_key", name=op.f("uq_call_back_visit_id")),
    )
    op.create_index(
        "uq_call_back_owed",
        "call_back",
        ["visit_id"],
        unique=True,
        sqlite_where=OWED,
        postgresql_where=OWED,
    )


def downgrade() -> None:
    op.drop_table("call_back")
    op.drop_table("mode_change")
    forget("mode_change")
