"""what citizens tried before a call"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(24), nullable=False),
        sa.Column("microphone", sa.String(24), nullable=False),
        sa.Column("speaker", sa.String(24), nullable=False),
        sa.Column("camera", sa.String(24), nullable=False),
        sa.Column("kbits", sa.Integer(), nullable=True),
        sa.Column("loss", sa.Integer(), nullable=True),
        sa.Column("round_trip", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(24), nullable=True),
        sa.Column("starts_in", sa.String(24), nullable=True),
        sa.Column("carries", sa.String(24), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_device_check_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_check")),
        sa.UniqueConstraint("visit_id", "request_key", name=op.f("uq_device_check_visit_id")),
    )


def downgrade() -> None:
    op.drop_table("device_check")
