"""one stored content that is a file of several petitions"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as it stands: a batch would make the table anew.
    op.add_column("evidence", sa.Column("content_of", sa.String(20), nullable=True))
    op.create_index("ix_evidence_content_of", "evidence", ["content_of"])


def downgrade() -> None:
    op.drop_index("ix_evidence_content_of", "evidence")
    op.drop_column("evidence", "content_of")
