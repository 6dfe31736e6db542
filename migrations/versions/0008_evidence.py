"""evidence of petitions, and the receipts for it"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_evidence_receipt_petition_id_petition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_receipt")),
        sa.UniqueConstraint("petition_id", "number", name=op.f("uq_evidence_receipt_petition_id")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("petition_key", sa.String(64), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("shows_who", sa.Boolean(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(24), nullable=True),
        sa.Column("media_type", sa.String(100), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("kept_size", sa.Integer(), nullable=True),
        sa.Column("kept_sha256", sa.String(64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("has_thumb", sa.Boolean(), nullable=False),
        sa.Column("has_view", sa.Boolean(), nullable=False),
        sa.Column("scan", sa.String(24), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_evidence_account_id_account")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["evidence_receipt.id"], name=op.f("fk_evidence_receipt_id_evidence_receipt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("code", name=op.f("uq_evidence_code")),
        sa.UniqueConstraint(
            "account_id", "petition_key", "request_key", name=op.f("uq_evidence_account_id")
        ),
    )
    op.create_index("ix_evidence_unfinished", "evidence", ["kept_at", "seen_at"])
    op.create_table(
        "evidence_piece",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_piece_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", "start", name=op.f("pk_evidence_piece")),
    )


def downgrade() -> None:
    op.drop_table("evidence_piece")
    op.drop_index("ix_evidence_unfinished", "evidence")
    op.drop_table("evidence")
    op.drop_table("evidence_receipt")
