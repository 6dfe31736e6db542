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
    """Refused where a content is a file of several petitions: those that only name it would be lost."""
    shared = op.get_bind().scalar(sa.text("SELECT count(*) FROM evidence WHERE content_of IS NOT NULL"))
    if shared:
        raise RuntimeError(
            f"{shared} files of petitions have their content at another file's (evidence.content_of). "
            "Going back would lose it: keep this schema, or remove those files first."
        )
    op.drop_index("ix_evidence_content_of", "evidence")
    op.drop_column("evidence", "content_of")
