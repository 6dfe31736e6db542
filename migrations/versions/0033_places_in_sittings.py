"""how to find a bridge point, and which reminders of a place were sent"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    op.add_column("bridge_point", sa.Column("directions", sa.String(300), server_default="", nullable=False))
    op.add_column("visit", sa.Column("reminded", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_visit_reminders", "visit", ["slot_start"], sqlite_where=BOOKED, postgresql_where=BOOKED
    )


def downgrade() -> None:
    op.drop_index("ix_visit_reminders", "visit")
    op.drop_column("visit", "reminded")
    op.drop_column("bridge_point", "directions")
