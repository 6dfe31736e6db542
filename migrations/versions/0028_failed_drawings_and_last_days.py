"""receipts that could not be drawn wait; who was asked to read has a last day, and words struck before;
when each word on the calendar was said
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "evidence_receipt", sa.Column("draw_failures", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("evidence_receipt", sa.Column("draw_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("content_reader", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("content_reader", sa.Column("struck", sa.LargeBinary(), nullable=True))
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    # "at" is a word of SQL's own on some databases.
    op.execute(
        'INSERT INTO calendar_change (day, works, "at") SELECT day, works, changed_at FROM calendar_day'
    )


def downgrade() -> None:
    op.drop_table("calendar_change")
    op.drop_column("content_reader", "struck")
    op.drop_column("content_reader", "until")
    op.drop_column("evidence_receipt", "draw_after")
    op.drop_column("evidence_receipt", "draw_failures")
