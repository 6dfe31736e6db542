"""what the staff of a bridge point have to tell people in person"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_owed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("was", sa.DateTime(timezone=True), nullable=True),
        sa.Column("becomes", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"], ["bridge_point.id"], name=op.f("fk_word_owed_bridge_point_id_bridge_point")
        ),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_word_owed_petition_id_petition")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_word_owed_visit_id_visit")),
        sa.ForeignKeyConstraint(["told_by_id"], ["account.id"], name=op.f("fk_word_owed_told_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_owed")),
        sa.UniqueConstraint("about", name=op.f("uq_word_owed_about")),
        sa.UniqueConstraint("code", name=op.f("uq_word_owed_code")),
    )
    op.create_index("ix_word_owed_bridge_point_id", "word_owed", ["bridge_point_id", "told_at"])


def downgrade() -> None:
    op.drop_index("ix_word_owed_bridge_point_id", "word_owed")
    op.drop_table("word_owed")
