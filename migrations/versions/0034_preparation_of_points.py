"""what was signed of the preparation of bridge points, and who was reminded"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "point_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(24), nullable=False),
        sa.Column("said", sa.String(24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"], ["bridge_point.id"], name=op.f("fk_point_entry_bridge_point_id_bridge_point")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_point_entry_by_id_account")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_point_entry_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("by_id", "request_key", name=op.f("uq_point_entry_by_id")),
    )
    op.create_index("ix_point_entry_sitting_id", "point_entry", ["sitting_id", "bridge_point_id"])
    keep_forever("point_entry")
    op.create_table(
        "point_reminder",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"],
            ["bridge_point.id"],
            name=op.f("fk_point_reminder_bridge_point_id_bridge_point"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_point_reminder_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint(
            "sitting_id", "bridge_point_id", "task", "starts_at", "late", name=op.f("pk_point_reminder")
        ),
    )


def downgrade() -> None:
    op.drop_table("point_reminder")
    op.drop_table("point_entry")
    forget("point_entry")
