"""individual cases, asked for and decided; and what citizens tried before they had a place"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(24), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(24), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_place_request_petition_id_petition")
        ),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"],
            ["bridge_point.id"],
            name=op.f("fk_place_request_bridge_point_id_bridge_point"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_place_request_actor_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_request")),
        sa.UniqueConstraint("code", name=op.f("uq_place_request_code")),
        sa.UniqueConstraint("petition_id", "request_key", name=op.f("uq_place_request_petition_id")),
    )
    op.create_table(
        "place_answer",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["place_request.id"], name=op.f("fk_place_answer_request_id_place_request")
        ),
        sa.ForeignKeyConstraint(
            ["bridge_point_id"],
            ["bridge_point.id"],
            name=op.f("fk_place_answer_bridge_point_id_bridge_point"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_place_answer_by_id_account")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_place_answer")),
    )
    op.create_table(
        "early_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_early_check_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_check")),
        sa.UniqueConstraint("account_id", "request_key", name=op.f("uq_early_check_account_id")),
    )
    keep_forever("place_request")
    keep_forever("place_answer")


def downgrade() -> None:
    op.drop_table("early_check")
    for table in ("place_answer", "place_request"):
        op.drop_table(table)
        forget(table)
