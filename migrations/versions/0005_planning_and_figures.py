"""indexes: appointments by their hour, messages in trouble by their state"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IN_TROUBLE = sa.text("state IN ('dead', 'failed', 'uncertain')")


def upgrade() -> None:
    op.create_index("ix_appointment_starts_at", "appointment", ["organisation_id", "starts_at"])
    op.create_index(
        "ix_delivery_trouble",
        "delivery",
        ["state"],
        sqlite_where=IN_TROUBLE,
        postgresql_where=IN_TROUBLE,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_trouble", "delivery")
    op.drop_index("ix_appointment_starts_at", "appointment")
