"""whether help helped"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "help_vote",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=True),
        sa.Column("guide", sa.String(length=20), nullable=False),
        sa.Column("article", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_help_vote_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_vote")),
    )
    op.create_index("ix_help_vote_day", "help_vote", ["organisation_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_help_vote_day", table_name="help_vote")
    op.drop_table("help_vote")
