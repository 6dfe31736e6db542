"""date and place of issue of a paper"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("paper_issued_on", "paper_issued_by"):
        op.add_column("petitioner", sa.Column(name, sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("petitioner") as batch:
        for name in ("paper_issued_on", "paper_issued_by"):
            batch.drop_column(name)
