"""date and place of issue of a paper, papers seen at a bridge point, several drafts an account"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("paper_issued_on", "paper_issued_by"):
        op.add_column("petitioner", sa.Column(name, sa.LargeBinary(), nullable=True))
    # Added as it stands: a batch would make the table anew, without what keeps it from being changed.
    op.add_column("identity_check", sa.Column("by", sa.String(24), nullable=False, server_default="officer"))
    op.add_column("petition_draft", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE petition_draft SET begun_at = updated_at")
    with op.batch_alter_table("petition_draft") as batch:
        batch.alter_column("begun_at", nullable=False)
        batch.drop_constraint("pk_petition_draft", type_="primary")
        batch.create_primary_key("pk_petition_draft", ["account_id", "key"])


def downgrade() -> None:
    # Each account keeps the draft in which it wrote last.
    op.execute(
        "DELETE FROM petition_draft WHERE EXISTS (SELECT 1 FROM petition_draft AS later "
        "WHERE later.account_id = petition_draft.account_id AND (later.updated_at > petition_draft.updated_at "
        "OR (later.updated_at = petition_draft.updated_at AND later.key > petition_draft.key)))"
    )
    with op.batch_alter_table("petition_draft") as batch:
        batch.drop_constraint("pk_petition_draft", type_="primary")
        batch.create_primary_key("pk_petition_draft", ["account_id"])
        batch.drop_column("begun_at")
    op.drop_column("identity_check", "by")
    with op.batch_alter_table("petitioner") as batch:
        for name in ("paper_issued_on", "paper_issued_by"):
            batch.drop_column(name)
