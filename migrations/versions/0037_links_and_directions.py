"""what each end's link carries, and how people talk in each direction"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("kbits", sa.Integer(), nullable=True))
    op.add_column("participant", sa.Column("kbits_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mode_change", sa.Column("from_officer", sa.String(24), nullable=True))
    op.add_column("mode_change", sa.Column("from_citizen", sa.String(24), nullable=True))


def downgrade() -> None:
    op.drop_column("mode_change", "from_citizen")
    op.drop_column("mode_change", "from_officer")
    op.drop_column("participant", "kbits_at")
    op.drop_column("participant", "kbits")
