"""proofs of those who speak for others: which file, what comes on paper, who saw it"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as they stand: a batch would make the tables anew.
    op.add_column("evidence", sa.Column("proves", sa.String(160), nullable=False, server_default=""))
    op.add_column("evidence_receipt", sa.Column("missing", sa.String(160), nullable=False, server_default=""))
    op.create_table(
        "proof_on_paper",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(24), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_proof_on_paper_petition_id_petition")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["account.id"], name=op.f("fk_proof_on_paper_seen_by_id_account")
        ),
        sa.PrimaryKeyConstraint("petition_id", "proof", name=op.f("pk_proof_on_paper")),
    )


def downgrade() -> None:
    op.drop_table("proof_on_paper")
    op.drop_column("evidence_receipt", "missing")
    op.drop_column("evidence", "proves")
