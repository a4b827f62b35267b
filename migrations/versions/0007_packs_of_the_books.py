"""papers of the books that the worker makes"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDONE = sa.text("state IN ('queued', 'working')")


def upgrade() -> None:
    op.create_table(
        "pack",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subcontractor_id", INTEGER, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("progress", INTEGER, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("asked_by", INTEGER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subcontractor_id"],
            ["subcontractor.organisation_id", "subcontractor.id"],
            name=op.f("fk_pack_organisation_id_subcontractor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asked_by"],
            ["user.organisation_id", "user.id"],
            name=op.f("fk_pack_organisation_id_asked_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pack_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
    )
    op.create_index("ix_pack_asked_at", "pack", ["organisation_id", "asked_at"], unique=False)
    op.create_index(
        "ix_pack_undone",
        "pack",
        ["asked_at", "id"],
        unique=False,
        sqlite_where=UNDONE,
        postgresql_where=UNDONE,
    )


def downgrade() -> None:
    op.drop_index("ix_pack_undone", table_name="pack")
    op.drop_index("ix_pack_asked_at", table_name="pack")
    op.drop_table("pack")
