"""electronic identities, and papers that officers saw"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "electronic_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject_look_up", sa.String(64), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_look_up", sa.String(64), nullable=False),
        sa.Column("assurance", sa.String(40), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_electronic_identity_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_electronic_identity")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f("uq_electronic_identity_account_id")),
        sa.UniqueConstraint("subject_look_up", name=op.f("uq_electronic_identity_subject_look_up")),
    )
    op.create_table(
        "identity_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("paper_look_up", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_identity_check_visit_id_visit")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_check_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["account.id"], name=op.f("fk_identity_check_officer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
        sa.UniqueConstraint("visit_id", "officer_id", name=op.f("uq_identity_check_visit_id")),
    )
    op.create_index(op.f("ix_identity_check_account_id"), "identity_check", ["account_id"])
    keep_forever("identity_check")


def downgrade() -> None:
    op.drop_table("identity_check")
    forget("identity_check")
    op.drop_table("electronic_identity")
