"""who reads only what a petition tells"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_content_reader_petition_id_petition")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_content_reader_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["account.id"], name=op.f("fk_content_reader_invited_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_reader")),
    )
    op.create_index(op.f("ix_content_reader_account_id"), "content_reader", ["account_id"])
    now_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_content_reader_open",
        "content_reader",
        ["petition_id", "account_id"],
        unique=True,
        sqlite_where=now_open,
        postgresql_where=now_open,
    )


def downgrade() -> None:
    op.drop_table("content_reader")
