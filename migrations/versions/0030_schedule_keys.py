"""which day of its template a sitting is, and the key of a template's form"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sitting", sa.Column("template_day", sa.Date(), nullable=True))
    op.create_index("uq_sitting_template_day", "sitting", ["template_id", "template_day"], unique=True)
    op.add_column("sitting_template", sa.Column("request_key", sa.String(64), nullable=True))
    op.create_index("uq_sitting_template_request_key", "sitting_template", ["request_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_sitting_template_request_key", "sitting_template")
    op.drop_column("sitting_template", "request_key")
    op.drop_index("uq_sitting_template_day", "sitting")
    op.drop_column("sitting", "template_day")
