"""templates, frames and slots of sittings"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget, keep_forever

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('booked', 'waiting', 'called', 'in_session', 'interrupted')")
"""As `visit` means it elsewhere."""


def upgrade() -> None:
    _templates()
    _frames()
    # Not by a batch: others lean on the table, which SQLite would make anew.
    op.execute(
        "ALTER TABLE sitting ADD COLUMN template_id INTEGER"
        " CONSTRAINT fk_sitting_template_id_sitting_template REFERENCES sitting_template (id)"
    )
    op.add_column("sitting", sa.Column("content", sa.Text(), server_default="", nullable=False))
    op.add_column("sitting", sa.Column("draft", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sitting", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sitting", sa.Column("kept_percent", sa.Integer(), server_default="25", nullable=False))
    op.add_column("visit", sa.Column("slot_place", sa.Integer(), nullable=True))
    op.create_index(
        "uq_visit_slot_place",
        "visit",
        ["sitting_id", "slot_start", "slot_place"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _templates() -> None:
    op.create_table(
        "sitting_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.Column("host", sa.String(120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(12), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("home_offered", sa.Boolean(), nullable=False),
        sa.Column("moderated", sa.Boolean(), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_template")),
    )
    op.create_table(
        "template_place",
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("bridge_point_id", sa.Integer(), nullable=False),
        _key("template_place", "template_id", "sitting_template"),
        _key("template_place", "bridge_point_id", "bridge_point"),
        sa.PrimaryKeyConstraint("template_id", "bridge_point_id", name=op.f("pk_template_place")),
    )
    op.create_table(
        "template_frame",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("desks", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        _key("template_frame", "template_id", "sitting_template"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_frame")),
    )
    op.create_index(op.f("ix_template_frame_template_id"), "template_frame", ["template_id"])
    _duty("template_duty", "template_frame")


def _frames() -> None:
    op.create_table(
        "sitting_frame",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("desks", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("shut", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("sitting_frame", "sitting_id", "sitting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_frame")),
        sa.UniqueConstraint("sitting_id", "starts_at", name=op.f("uq_sitting_frame_sitting_id")),
    )
    _duty("frame_duty", "sitting_frame")
    op.create_index(op.f("ix_frame_duty_account_id"), "frame_duty", ["account_id"])
    op.create_table(
        "sitting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.String(64), nullable=False),
        _key("sitting_change", "sitting_id", "sitting"),
        _key("sitting_change", "by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_change")),
        sa.UniqueConstraint("request_key", name=op.f("uq_sitting_change_request_key")),
    )
    op.create_index(op.f("ix_sitting_change_sitting_id"), "sitting_change", ["sitting_id"])
    keep_forever("sitting_change")


def _duty(table: str, frame: str) -> None:
    op.create_table(
        table,
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        _key(table, "frame_id", frame),
        _key(table, "account_id", "account"),
        _key(table, "desk_id", "desk"),
        sa.PrimaryKeyConstraint("frame_id", "account_id", name=op.f(f"pk_{table}")),
    )


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    op.drop_index("uq_visit_slot_place", "visit")
    op.drop_column("visit", "slot_place")
    for column in ("kept_percent", "cancelled_at", "draft", "content", "template_id"):
        op.drop_column("sitting", column)
    for table in ("sitting_change", "frame_duty", "sitting_frame", "template_duty", "template_frame"):
        op.drop_table(table)
    for table in ("template_place", "sitting_template"):
        op.drop_table(table)
    forget("sitting_change")
