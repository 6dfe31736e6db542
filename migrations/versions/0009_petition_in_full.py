"""the petition in full: on whose behalf, against what, additions, withdrawal"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SEALED = ("phone", "birth_year", "village", "represented", "language")


def _of_petition() -> list[sa.Column]:
    return [
        sa.Column("on_behalf", sa.String(24), nullable=False, server_default="myself"),
        sa.Column("people", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("needs", sa.String(60), nullable=False, server_default=""),
        sa.Column("against", sa.Text(), nullable=False, server_default=""),
        sa.Column("learned_on", sa.Date(), nullable=True),
        sa.Column("settled", sa.String(24), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("wish", sa.Text(), nullable=False, server_default=""),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False, server_default=""),
    ]


def upgrade() -> None:
    for column in _of_petition():
        op.add_column("petition", column)
    for name in _SEALED:
        op.add_column("petitioner", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_table(
        "representative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitioner.petition_id"],
            name=op.f("fk_representative_petition_id_petitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
    )
    op.create_index(op.f("ix_representative_petition_id"), "representative", ["petition_id"])
    op.create_table(
        "petition_addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_addition_petition_id_petition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_addition")),
        sa.UniqueConstraint("petition_id", "request_key", name=op.f("uq_petition_addition_petition_id")),
    )
    op.create_index(op.f("ix_petition_addition_petition_id"), "petition_addition", ["petition_id"])
    keep_forever("petition_addition")


def downgrade() -> None:
    op.drop_table("petition_addition")
    forget("petition_addition")
    op.drop_table("representative")
    with op.batch_alter_table("petitioner") as batch:
        for name in _SEALED:
            batch.drop_column(name)
    with op.batch_alter_table("petition") as batch:
        for column in reversed(_of_petition()):
            batch.drop_column(column.name)
