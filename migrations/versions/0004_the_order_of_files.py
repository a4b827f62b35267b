"""the order of files that came together"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("place", INTEGER, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("attachment", "place")
