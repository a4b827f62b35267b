"""where answers to mails go"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the default stays: SQLite could take it away only by building the table, which all others name, anew
    column = sa.Column("mail_reply", sa.String(length=254), nullable=False, server_default="")
    op.add_column("organisation", column)


def downgrade() -> None:
    op.drop_column("organisation", "mail_reply")
