"""numbers that want no texts"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "blocked_number",
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_blocked_number_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "phone", name=op.f("pk_blocked_number")),
    )


def downgrade() -> None:
    op.drop_table("blocked_number")
