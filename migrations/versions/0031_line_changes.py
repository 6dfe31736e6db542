"""what changed in a sitting's line, for those who wait in it"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_line_change_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_change")),
    )
    op.create_index("ix_line_change_sitting_id", "line_change", ["sitting_id", "id"])


def downgrade() -> None:
    op.drop_table("line_change")
