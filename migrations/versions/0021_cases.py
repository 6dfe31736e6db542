"""drafts that belong to the matter of a petition that was sent, and parts of a text that was split"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("petition_draft") as batch:
        batch.add_column(sa.Column("beside_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("part", sa.SmallInteger(), nullable=True))
        batch.add_column(sa.Column("parts", sa.SmallInteger(), nullable=True))
        batch.create_foreign_key("fk_petition_draft_beside_id_petition", "petition", ["beside_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("petition_draft") as batch:
        batch.drop_constraint("fk_petition_draft_beside_id_petition", type_="foreignkey")
        for name in ("parts", "part", "beside_id"):
            batch.drop_column(name)
