"""sessions on the server, and how messages were delivered"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(24), nullable=False),
        sa.Column("system", sa.String(24), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("code", name=op.f("uq_sign_in_session_code")),
        sa.UniqueConstraint("request_key", name=op.f("uq_sign_in_session_request_key")),
    )
    for column in ("account_id", "expires_at", "ended_at"):
        op.create_index(op.f(f"ix_sign_in_session_{column}"), "sign_in_session", [column])

    # Not in batch mode: that would drop a table to which others point.
    op.drop_index("ix_account_revoked_at", "account")
    op.drop_column("account", "revoked_at")
    op.drop_column("account", "session_version")
    op.add_column("one_time_code", sa.Column("used_key", sa.String(64), nullable=True))

    with op.batch_alter_table("notification") as table:
        table.add_column(sa.Column("purpose", sa.String(24), nullable=False, server_default="notice"))
        table.add_column(sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("gateway_id", sa.String(120), nullable=False, server_default=""))
        table.add_column(sa.Column("problem", sa.String(60), nullable=False, server_default=""))
    op.execute("UPDATE notification SET purpose = 'code' WHERE key LIKE 'code:%'")


def downgrade() -> None:
    op.execute("UPDATE notification SET state = 'failed' WHERE state = 'in_doubt'")
    with op.batch_alter_table("notification") as table:
        for column in ("problem", "gateway_id", "useful_until", "purpose"):
            table.drop_column(column)
    op.drop_column("one_time_code", "used_key")
    op.add_column("account", sa.Column("session_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("account", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_account_revoked_at", "account", ["revoked_at"])
    op.drop_table("sign_in_session")
