"""phones of accounts encrypted, found by a keyed hash; codes keep the hash alone; a change at the desk has its visit"""

import sqlalchemy as sa
from alembic import op

from webapp.keyring import keyring

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        # What is emptied is written over, and does not stay readable in the file.
        bind.exec_driver_sql("PRAGMA secure_delete = ON")
    # Added as they stand: a batch would make the table anew, on which others lean.
    op.add_column("account", sa.Column("phone_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("account", sa.Column("phone_look_up", sa.String(64), nullable=True))
    op.add_column("one_time_code", sa.Column("phone_look_up", sa.String(64), nullable=True))
    with op.batch_alter_table("one_time_code") as batch:
        batch.alter_column("phone", existing_type=sa.String(20), nullable=True)
    _seal()
    op.create_index("uq_account_phone_look_up", "account", ["phone_look_up"], unique=True)
    with op.batch_alter_table("one_time_code") as batch:
        batch.alter_column("phone_look_up", existing_type=sa.String(64), nullable=False)
        batch.create_index(op.f("ix_one_time_code_phone_look_up"), ["phone_look_up"])
    with op.batch_alter_table("phone_change") as batch:
        batch.add_column(sa.Column("visit_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_phone_change_visit_id_visit", "visit", ["visit_id"], ["id"])


def _seal() -> None:
    """Fill the new columns and empty the old ones, which stand until nothing reads them any more."""
    bind = op.get_bind()
    phones = bind.execute(sa.text("SELECT id, phone FROM account WHERE phone IS NOT NULL")).all()
    for number, phone in phones:
        bind.execute(
            sa.text(
                "UPDATE account SET phone = NULL, phone_sealed = :sealed, phone_look_up = :hash WHERE id = :id"
            ),
            {"sealed": keyring.encrypt(phone), "hash": _look_up(phone), "id": number},
        )
    for (phone,) in bind.execute(sa.text("SELECT DISTINCT phone FROM one_time_code")).all():
        bind.execute(
            sa.text("UPDATE one_time_code SET phone = NULL, phone_look_up = :hash WHERE phone = :phone"),
            {"hash": _look_up(phone), "phone": phone},
        )


def _look_up(phone: str) -> str:
    return keyring.look_up(f"phone:{phone}")


def downgrade() -> None:
    bind = op.get_bind()
    with op.batch_alter_table("phone_change") as batch:
        batch.drop_constraint("fk_phone_change_visit_id_visit", type_="foreignkey")
        batch.drop_column("visit_id")
    # A hash does not give its number back: whoever waits for a code asks for another.
    op.execute("DELETE FROM one_time_code")
    with op.batch_alter_table("one_time_code") as batch:
        batch.drop_index(op.f("ix_one_time_code_phone_look_up"))
        batch.drop_column("phone_look_up")
        batch.alter_column("phone", existing_type=sa.String(20), nullable=False)
    sealed = bind.execute(sa.text("SELECT id, phone_sealed FROM account WHERE phone_sealed IS NOT NULL")).all()
    for number, phone in sealed:
        bind.execute(
            sa.text("UPDATE account SET phone = :phone WHERE id = :id"),
            {"phone": keyring.decrypt(bytes(phone)), "id": number},
        )
    op.drop_index("uq_account_phone_look_up", "account")
    op.drop_column("account", "phone_look_up")
    op.drop_column("account", "phone_sealed")
