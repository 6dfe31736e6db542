"""who brought a file of a petition"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Till now nobody but the petition's author could.
    op.add_column("evidence", sa.Column("by", sa.String(24), nullable=False, server_default="citizen"))


def downgrade() -> None:
    op.drop_column("evidence", "by")
