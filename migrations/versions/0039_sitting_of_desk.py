"""in which of several open sittings a desk works"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_sitting",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_sitting_desk_id_desk")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_desk_sitting_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_desk_sitting")),
    )


def downgrade() -> None:
    op.drop_table("desk_sitting")
