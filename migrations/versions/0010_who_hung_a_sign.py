"""who hung a sign, and who took it down"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY = ("hung_by", "taken_down_by")


def upgrade() -> None:
    with op.batch_alter_table("site_code") as table:
        for column in BY:
            table.add_column(sa.Column(column, INTEGER, nullable=True))
            table.create_foreign_key(
                op.f(f"fk_site_code_organisation_id_{column}"),
                "user",
                ["organisation_id", column],
                ["organisation_id", "id"],
            )


def downgrade() -> None:
    with op.batch_alter_table("site_code") as table:
        for column in BY:
            table.drop_constraint(op.f(f"fk_site_code_organisation_id_{column}"), type_="foreignkey")
            table.drop_column(column)
