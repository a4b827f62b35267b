"""the first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGERS = (
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END""",
    """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION journal_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$""",
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION journal_is_only_added_to()""",
)


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("count", INTEGER, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counter")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("sms_sender", sa.String(length=11), nullable=False),
        sa.Column("mail_from", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=250), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("playbook", sa.String(length=40), nullable=False),
        sa.Column("last_ticket_number", INTEGER, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "tick",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_tick")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_api_token_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_table(
        "customer",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_customer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_customer_organisation_id_id")),
    )
    op.create_table(
        "journal_head",
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_journal_head_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "link_device",
        sa.Column("link_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_link_device_organisation_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "device", name=op.f("pk_link_device")),
    )
    op.create_table(
        "site",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=12), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("access", sa.String(length=500), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_site_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_site_organisation_id_id")),
    )
    op.create_table(
        "subcontractor",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("trades", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=False),
        sa.Column("external_no", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_subcontractor_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subcontractor")),
        sa.UniqueConstraint(
            "organisation_id", "external_no", name=op.f("uq_subcontractor_organisation_id_external_no")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_subcontractor_organisation_id_id")),
    )
    with op.batch_alter_table("subcontractor", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subcontractor_organisation_id_name", ["organisation_id", "name"], unique=False
        )

    op.create_table(
        "submission",
        sa.Column("nonce", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("event_id", INTEGER, nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_submission_organisation_id")
        ),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_submission")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_event_id", ["event_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_user_organisation_id_id")),
    )
    op.create_table(
        "password_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", INTEGER, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user.organisation_id", "user.id"],
            name=op.f("fk_password_link_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_password_link_organisation_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_link")),
    )
    op.create_table(
        "person",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("subcontractor_id", INTEGER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subcontractor_id"],
            ["subcontractor.organisation_id", "subcontractor.id"],
            name=op.f("fk_person_organisation_id_subcontractor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_person_organisation_id_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_organisation_id_phone", ["organisation_id", "phone"], unique=False)
        batch_op.create_index("ix_person_subcontractor_id", ["subcontractor_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("playbook", sa.String(length=40), nullable=False),
        sa.Column("playbook_version", INTEGER, nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("phase_before", sa.String(20), nullable=False),
        sa.Column("widens", sa.Boolean(), nullable=False),
        sa.Column("wave", INTEGER, nullable=False),
        sa.Column("price_cents", INTEGER, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("site_id", INTEGER, nullable=False),
        sa.Column("customer_id", INTEGER, nullable=True),
        sa.Column("manager_id", INTEGER, nullable=True),
        sa.Column("assigned_id", INTEGER, nullable=True),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ball", sa.String(20), nullable=True),
        sa.Column("ball_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.String(length=2000), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "customer_id"],
            ["customer.organisation_id", "customer.id"],
            name=op.f("fk_ticket_organisation_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "manager_id"],
            ["user.organisation_id", "user.id"],
            name=op.f("fk_ticket_organisation_id_manager_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["site.organisation_id", "site.id"],
            name=op.f("fk_ticket_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ticket_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ticket_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "ref", name=op.f("uq_ticket_organisation_id_ref")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_ball",
            ["organisation_id", "ball", "id"],
            unique=False,
            sqlite_where=sa.text("ball IS NOT NULL"),
            postgresql_where=sa.text("ball IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_ticket_limit",
            ["organisation_id", "limit_at", "id"],
            unique=False,
            sqlite_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
            postgresql_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
        )
        batch_op.create_index(
            "ix_ticket_open",
            ["organisation_id", "id"],
            unique=False,
            sqlite_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
            postgresql_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
        )
        batch_op.create_index("ix_ticket_updated", ["organisation_id", "updated_at", "id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", INTEGER, nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user.organisation_id", "user.id"],
            name=op.f("fk_user_session_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_session_organisation_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index("ix_user_session_user_id", ["user_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(20), nullable=True),
        sa.Column("sequence", INTEGER, nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_appointment_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_ticket_id", ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_appointment_agreed",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("state = 'agreed'"),
            postgresql_where=sa.text("state = 'agreed'"),
        )

    op.create_table(
        "clock",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_clock_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_clock_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint(
            "ticket_id",
            "dispatch_id",
            "kind",
            "number",
            name=op.f("uq_clock_ticket_id_dispatch_id_kind_number"),
        ),
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clock_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "dispatch",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("subcontractor_id", INTEGER, nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("wave", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subcontractor_id"],
            ["subcontractor.organisation_id", "subcontractor.id"],
            name=op.f("fk_dispatch_organisation_id_subcontractor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_dispatch_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_dispatch_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_dispatch_organisation_id_id")),
        sa.UniqueConstraint(
            "ticket_id", "subcontractor_id", name=op.f("uq_dispatch_ticket_id_subcontractor_id")
        ),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_dispatch_subcontractor_id", ["subcontractor_id", "standing"], unique=False)
        batch_op.create_index(
            "uq_dispatch_assigned",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("standing = 'assigned'"),
            postgresql_where=sa.text("standing = 'assigned'"),
        )

    op.create_table(
        "event",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("previous_seal", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_event_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_event_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_event_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "seq", name=op.f("uq_event_organisation_id_seq")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_ticket_id", ["ticket_id", "id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_task_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_open",
            ["organisation_id", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("audience", sa.String(20), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("preview_key", sa.String(length=160), nullable=True),
        sa.Column("thumb_key", sa.String(length=160), nullable=True),
        sa.Column("width", INTEGER, nullable=True),
        sa.Column("height", INTEGER, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_attachment_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_attachment_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attachment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_event_id", ["event_id"], unique=False)
        batch_op.create_index(
            "ix_attachment_new",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )
        batch_op.create_index("ix_attachment_ticket_id", ["ticket_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column("event_id", INTEGER, nullable=True),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("link_id", INTEGER, nullable=True),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("notice", INTEGER, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("maybe_twice", sa.Boolean(), nullable=False),
        sa.Column("segments", INTEGER, nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_delivery_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_delivery_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_delivery_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_delivery_idempotency_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["channel", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'claimed', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'claimed', 'sending')"),
        )
        batch_op.create_index("ix_delivery_event_id", ["event_id"], unique=False)
        batch_op.create_index("ix_delivery_ticket_id", ["ticket_id"], unique=False)

    op.create_table(
        "event_payload",
        sa.Column("event_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_event_payload_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_event_payload_organisation_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_payload")),
    )
    op.create_table(
        "link",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", INTEGER, nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", INTEGER, nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "dispatch_id"],
            ["dispatch.organisation_id", "dispatch.id"],
            name=op.f("fk_link_organisation_id_dispatch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_link_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_link_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index("ix_link_key_fingerprint", ["key_fingerprint"], unique=False)
        batch_op.create_index("ix_link_ticket_id", ["ticket_id", "party"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("dispatch_id", INTEGER, nullable=True),
        sa.Column("audience", sa.String(20), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["event.organisation_id", "event.id"],
            name=op.f("fk_message_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ticket_id"],
            ["ticket.organisation_id", "ticket.id"],
            name=op.f("fk_message_organisation_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_message_organisation_id_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_event_id", ["event_id"], unique=True)
        batch_op.create_index("ix_message_ticket_id", ["ticket_id", "id"], unique=False)

    seal_the_journal()


def seal_the_journal() -> None:
    """The database itself refuses to change or delete a fact."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_ticket_id")
        batch_op.drop_index("ix_message_event_id")

    op.drop_table("message")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index("ix_link_ticket_id")
        batch_op.drop_index("ix_link_key_fingerprint")

    op.drop_table("link")
    op.drop_table("event_payload")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_ticket_id")
        batch_op.drop_index("ix_delivery_event_id")
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("state IN ('queued', 'claimed', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'claimed', 'sending')"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_ticket_id")
        batch_op.drop_index(
            "ix_attachment_new",
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )
        batch_op.drop_index("ix_attachment_event_id")

    op.drop_table("attachment")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_task_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("task")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_ticket_id")

    op.drop_table("event")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_dispatch_assigned",
            sqlite_where=sa.text("standing = 'assigned'"),
            postgresql_where=sa.text("standing = 'assigned'"),
        )
        batch_op.drop_index("ix_dispatch_subcontractor_id")

    op.drop_table("dispatch")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_due",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.drop_table("clock")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointment_agreed",
            sqlite_where=sa.text("state = 'agreed'"),
            postgresql_where=sa.text("state = 'agreed'"),
        )
        batch_op.drop_index("ix_appointment_ticket_id")

    op.drop_table("appointment")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index("ix_user_session_user_id")

    op.drop_table("user_session")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_updated")
        batch_op.drop_index(
            "ix_ticket_open",
            sqlite_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
            postgresql_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
        )
        batch_op.drop_index(
            "ix_ticket_limit",
            sqlite_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
            postgresql_where=sa.text("phase NOT IN ('closed', 'cancelled')"),
        )
        batch_op.drop_index(
            "ix_ticket_ball",
            sqlite_where=sa.text("ball IS NOT NULL"),
            postgresql_where=sa.text("ball IS NOT NULL"),
        )

    op.drop_table("ticket")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_subcontractor_id")
        batch_op.drop_index("ix_person_organisation_id_phone")

    op.drop_table("person")
    op.drop_table("password_link")
    op.drop_table("user")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_event_id")

    op.drop_table("submission")
    with op.batch_alter_table("subcontractor", schema=None) as batch_op:
        batch_op.drop_index("ix_subcontractor_organisation_id_name")

    op.drop_table("subcontractor")
    op.drop_table("site")
    op.drop_table("link_device")
    op.drop_table("journal_head")
    op.drop_table("customer")
    op.drop_table("api_token")
    op.drop_table("tick")
    op.drop_table("organisation")
    op.drop_table("installation")
    op.drop_table("counter")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_is_only_added_to()")
