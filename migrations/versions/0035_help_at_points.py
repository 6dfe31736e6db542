"""people registered at bridge points, and what was done there for them"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_at_point",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("paper_look_up", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_at_point_account_id_account")),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"], ["bridge_point.id"], name=op.f("fk_person_at_point_bridge_point_id_bridge_point")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["account.id"], name=op.f("fk_person_at_point_registered_by_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_person_at_point")),
        sa.UniqueConstraint("paper_look_up", name=op.f("uq_person_at_point_paper_look_up")),
    )
    op.create_table(
        "point_help",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("paper_look_up", sa.String(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"], ["bridge_point.id"], name=op.f("fk_point_help_bridge_point_id_bridge_point")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_point_help_account_id_account")),
        sa.ForeignKeyConstraint(["staff_id"], ["account.id"], name=op.f("fk_point_help_staff_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_help")),
        sa.UniqueConstraint("code", name=op.f("uq_point_help_code")),
    )
    op.create_index("ix_point_help_bridge_point_id", "point_help", ["bridge_point_id", "at"])
    op.create_table(
        "petition_help",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.String(24), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_petition_help_petition_id_petition")),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"], ["bridge_point.id"], name=op.f("fk_petition_help_bridge_point_id_bridge_point")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["account.id"], name=op.f("fk_petition_help_staff_id_account")),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_help")),
    )


def downgrade() -> None:
    op.drop_table("petition_help")
    op.drop_index("ix_point_help_bridge_point_id", "point_help")
    op.drop_table("point_help")
    op.drop_table("person_at_point")
