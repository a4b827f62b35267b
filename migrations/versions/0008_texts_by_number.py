"""messages found by their number"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_delivery_address", "delivery", ["address", "due_at"])


def downgrade() -> None:
    op.drop_index("ix_delivery_address", table_name="delivery")
