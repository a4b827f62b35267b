"""money, papers, guests, playbooks of organisations, codes of sites"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTY = sa.Enum(
    "manager",
    "subcontractor",
    "customer",
    "approver",
    "delegate",
    "accountant",
    "clock",
    name="party",
    native_enum=False,
    length=20,
)


def upgrade() -> None:
    _create_playbook()
    _create_site_code()
    _create_guest()
    _create_charge()
    _create_invoice()
    _create_paper()
    _create_position()
    op.add_column("link", sa.Column("guest_id", INTEGER, nullable=True))
    op.add_column("subcontractor", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("subcontractor", "paused_until")
    op.drop_column("link", "guest_id")
    op.drop_index("ix_position_at", table_name="position")
    op.drop_table("position")
    op.drop_index("ix_paper_subcontractor_id", table_name="paper")
    op.drop_index("ix_paper_event_id", table_name="paper")
    op.drop_table("paper")
    op.drop_index("ix_invoice_ticket_id", table_name="invoice")
    op.drop_index("ix_invoice_event_id", table_name="invoice")
    op.drop_index("ix_invoice_day", table_name="invoice")
    op.drop_table("invoice")
    op.drop_index("ix_charge_ticket_id", table_name="charge")
    op.drop_index("ix_charge_event_id", table_name="charge")
    op.drop_index("ix_charge_decided_at", table_name="charge")
    op.drop_table("charge")
    op.drop_index("ix_guest_ticket_id", table_name="guest")
    op.drop_table("guest")
    op.drop_index("ix_site_code_site_id", table_name="site_code")
    op.drop_table("site_code")
    op.drop_table("playbook")


def _create_playbook() -> None:
    op.create_table(
        "playbook",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("copied_from", sa.String(length=40), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_playbook_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook")),
        sa.UniqueConstraint(
            "organisation_id", "name", "version", name=op.f("uq_playbook_organisation_id_name_version")
        ),
    )


def _create_site_code() -> None:
    op.create_table(
        "site_code",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("site_id", INTEGER, nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["site.organisation_id", "site.id"],
            name=op.f("fk_site_code_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_site_code_organisation_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_site_code")),
    )
    op.create_index("ix_site_code_site_id", "site_code", ["site_id"], unique=False)


def _create_guest() -> None:
    op.create_table(
        "guest",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("party", PARTY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_guest_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_guest_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_guest_organisation_id_id")),
    )
    op.create_index("ix_guest_ticket_id", "guest", ["ticket_id"], unique=False)


def _create_charge() -> None:
    op.create_table(
        "charge",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("quote", "extra", "fee", name="chargekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "contested",
                "waived",
                name="chargestate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("net_cents", INTEGER, nullable=False),
        sa.Column("vat_cents", INTEGER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payer", PARTY, nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_charge_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_charge_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_charge_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
    )
    op.create_index("ix_charge_decided_at", "charge", ["organisation_id", "kind", "decided_at"], unique=False)
    op.create_index("ix_charge_event_id", "charge", ["event_id"], unique=False)
    op.create_index("ix_charge_ticket_id", "charge", ["ticket_id", "id"], unique=False)


def _create_invoice() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=False),
        sa.Column("subcontractor_id", INTEGER, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("net_cents", INTEGER, nullable=False),
        sa.Column("vat_cents", INTEGER, nullable=False),
        sa.Column("gross_cents", INTEGER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "dispatch_id"],
            ["dispatch.organisation_id", "dispatch.id"],
            name=op.f("fk_invoice_organisation_id_dispatch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_invoice_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subcontractor_id"],
            ["subcontractor.organisation_id", "subcontractor.id"],
            name=op.f("fk_invoice_organisation_id_subcontractor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_invoice_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invoice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "organisation_id",
            "subcontractor_id",
            "number_key",
            name=op.f("uq_invoice_organisation_id_subcontractor_id_number_key"),
        ),
    )
    op.create_index("ix_invoice_day", "invoice", ["organisation_id", "day", "id"], unique=False)
    op.create_index("ix_invoice_event_id", "invoice", ["event_id"], unique=False)
    op.create_index("ix_invoice_ticket_id", "invoice", ["ticket_id"], unique=False)


def _create_paper() -> None:
    op.create_table(
        "paper",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("subcontractor_id", INTEGER, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_paper_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subcontractor_id"],
            ["subcontractor.organisation_id", "subcontractor.id"],
            name=op.f("fk_paper_organisation_id_subcontractor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    op.create_index("ix_paper_event_id", "paper", ["event_id"], unique=False)
    op.create_index("ix_paper_subcontractor_id", "paper", ["subcontractor_id", "kind"], unique=False)


def _create_position() -> None:
    op.create_table(
        "position",
        sa.Column("event_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("latitude", sa.String(length=12), nullable=False),
        sa.Column("longitude", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_position_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_position_organisation_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_position")),
    )
    op.create_index("ix_position_at", "position", ["at"], unique=False)
