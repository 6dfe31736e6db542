"""the language of an account's messages, and reminders of requests about data"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("language", sa.String(8), nullable=False, server_default="vi"))
    for name in ("half_told_at", "late_told_at"):
        op.add_column("data_request", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("half_told_at", "late_told_at"):
        op.drop_column("data_request", name)
    op.drop_column("account", "language")
