"""Work: sites, tickets, to whom they were offered, and when somebody comes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.domain.effects import Slot
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id, partial
from fieldtickets.store.models.who import Customer, Organisation, Subcontractor, User

OPEN = text("phase NOT IN ('closed', 'cancelled')")
HELD = text("ball IS NOT NULL")
ASSIGNED = text("standing = 'assigned'")


class Site(Owned, Base):
    """A place where work is done."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)

    id: Mapped[int] = exposed_id()
    name: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(12), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="FR")
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    access: Mapped[str] = mapped_column(String(500), default="")  # floor, door code, where the key is


class SiteCode(Owned, Base):
    """A code that hangs at a site, printed as a QR code: who scans it with a link open is there (S077)."""

    __tablename__ = "site_code"
    __table_args__ = (
        belongs_to("site", "site_id"),
        belongs_to("user", "hung_by"),
        belongs_to("user", "taken_down_by"),
        Index("ix_site_code_site_id", "site_id"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    site_id: Mapped[int]
    place: Mapped[str] = mapped_column(String(80), default="")  # where it hangs
    created_at: Mapped[datetime]
    hung_by: Mapped[int | None]  # unknown of those from before this was kept
    revoked_at: Mapped[datetime | None]
    taken_down_by: Mapped[int | None]

    maker: Mapped[User | None] = relationship(primaryjoin="foreign(SiteCode.hung_by) == User.id")
    remover: Mapped[User | None] = relationship(primaryjoin="foreign(SiteCode.taken_down_by) == User.id")


class Ticket(Owned, Base):
    """One work order or quote request at one site, from the first message to the payment (S020).

    assigned_id is the dispatch that has the job. It is set only where it was empty, which with the
    partial unique index on dispatch makes exactly one winner (R01). The columns from ball on repeat
    what the rows beside say, so that queues are one index away; only the desk writes them.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "ref"),
        belongs_to("site", "site_id"),
        belongs_to("customer", "customer_id"),
        belongs_to("user", "manager_id"),
        partial("ix_ticket_open", "organisation_id", "id", where=OPEN),
        partial("ix_ticket_limit", "organisation_id", "limit_at", "id", where=OPEN),
        partial("ix_ticket_ball", "organisation_id", "ball", "id", where=HELD),
        Index("ix_ticket_updated", "organisation_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8), default="order")  # "order" or "quote"
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    trade: Mapped[str] = mapped_column(String(40), default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    playbook: Mapped[str] = mapped_column(String(40), default="syndic")
    playbook_version: Mapped[int] = mapped_column(default=1)
    phase: Mapped[Phase] = mapped_column(default=Phase.DRAFT)
    phase_before: Mapped[Phase] = mapped_column(default=Phase.DRAFT)
    widens: Mapped[bool] = mapped_column(default=False)  # refusals and silence reach the next wave
    wave: Mapped[int] = mapped_column(default=0)
    price_cents: Mapped[int | None]  # net, recommended
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    site_id: Mapped[int]
    customer_id: Mapped[int | None]
    manager_id: Mapped[int | None]
    assigned_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    ball: Mapped[Party | None]  # who has to act
    ball_since: Mapped[datetime | None]
    limit_at: Mapped[datetime | None]  # when the one with the ball is late
    appointment_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(String(2000), default="")

    organisation: Mapped[Organisation] = relationship(
        primaryjoin="foreign(Ticket.organisation_id) == Organisation.id", viewonly=True
    )
    site: Mapped[Site] = relationship(foreign_keys="Ticket.site_id", viewonly=True)
    customer: Mapped[Customer | None] = relationship(foreign_keys="Ticket.customer_id", viewonly=True)
    manager: Mapped[User | None] = relationship(foreign_keys="Ticket.manager_id", viewonly=True)
    # Lists are joined by one column: SQLite uses no index for pairs of values in a list.
    dispatches: Mapped[list["Dispatch"]] = relationship(
        primaryjoin="foreign(Dispatch.ticket_id) == Ticket.id",
        back_populates="ticket",
        order_by="Dispatch.position, Dispatch.id",
    )
    appointments: Mapped[list["Appointment"]] = relationship(
        primaryjoin="foreign(Appointment.ticket_id) == Ticket.id",
        back_populates="ticket",
        order_by="Appointment.id",
    )


class Dispatch(Owned, Base):
    """One ticket offered to one subcontractor: the thread, and the link, belong to it."""

    __tablename__ = "dispatch"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("ticket_id", "subcontractor_id"),
        belongs_to("ticket", "ticket_id"),
        belongs_to("subcontractor", "subcontractor_id"),
        partial("uq_dispatch_assigned", "ticket_id", unique=True, where=ASSIGNED),
        Index("ix_dispatch_subcontractor_id", "subcontractor_id", "standing"),
    )

    id: Mapped[int] = exposed_id()
    ticket_id: Mapped[int]
    subcontractor_id: Mapped[int]
    standing: Mapped[Standing] = mapped_column(default=Standing.CHOSEN)
    wave: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)  # order in which it was chosen
    why: Mapped[list[Any]] = mapped_column(default=list)  # codes and values: why this one
    offered_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(
        primaryjoin="foreign(Dispatch.ticket_id) == Ticket.id", back_populates="dispatches"
    )
    subcontractor: Mapped[Subcontractor] = relationship(viewonly=True)


class Appointment(Owned, Base):
    """A date and hour, proposed or agreed. `sequence` counts the changes for calendars (RFC 5545)."""

    __tablename__ = "appointment"
    __table_args__ = (
        belongs_to("ticket", "ticket_id"),
        Index("ix_appointment_ticket_id", "ticket_id"),
        Index("ix_appointment_starts_at", "organisation_id", "starts_at"),
        partial(
            "uq_appointment_agreed",
            "ticket_id",
            unique=True,
            where=text("state = 'agreed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))  # proposed, agreed, off (with the ticket), dropped
    number: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    fixed: Mapped[bool] = mapped_column(default=False)  # set with the ticket, not by an answer
    proposed_by: Mapped[Party | None]
    sequence: Mapped[int] = mapped_column(default=0)

    ticket: Mapped[Ticket] = relationship(
        primaryjoin="foreign(Appointment.ticket_id) == Ticket.id", back_populates="appointments"
    )

    @property
    def slot(self) -> Slot:
        """The plain value that rules know."""
        return Slot(self.starts_at, self.number)
