"""Money and papers: amounts on tickets, invoices as they were claimed, documents of subcontractors."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState
from fieldtickets.domain.parties import Party
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id
from fieldtickets.store.models.who import Subcontractor
from fieldtickets.store.models.work import Ticket


class ChargeRow(Owned, Base):
    """One amount of a ticket: a quote, extra work, a fee. Net and VAT are cents of `currency`."""

    __tablename__ = "charge"
    __table_args__ = (
        belongs_to("ticket", "ticket_id"),
        belongs_to("event", "event_id"),
        Index("ix_charge_ticket_id", "ticket_id", "id"),
        Index("ix_charge_event_id", "event_id"),
        Index("ix_charge_decided_at", "organisation_id", "kind", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    event_id: Mapped[int]
    kind: Mapped[ChargeKind]
    state: Mapped[ChargeState] = mapped_column(default=ChargeState.PROPOSED)
    net_cents: Mapped[int]
    vat_cents: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    payer: Mapped[Party | None]
    label: Mapped[str] = mapped_column(String(200), default="")
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    @property
    def amount(self) -> Amount:
        """The plain value that rules know."""
        return Amount(self.kind, self.net_cents, self.vat_cents, self.state, self.payer, self.label)


class Invoice(Owned, Base):
    """A subcontractor's invoice: a copy of what it claims, in cents; its number counts once per company.

    state: submitted, approved, disputed, paid. source: how the figures came, "typed" or read from the file.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("organisation_id", "subcontractor_id", "number_key"),
        belongs_to("ticket", "ticket_id"),
        belongs_to("dispatch", "dispatch_id"),
        belongs_to("subcontractor", "subcontractor_id"),
        belongs_to("event", "event_id"),
        Index("ix_invoice_ticket_id", "ticket_id"),
        Index("ix_invoice_day", "organisation_id", "day", "id"),
        Index("ix_invoice_event_id", "event_id"),
    )

    id: Mapped[int] = exposed_id()
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int]
    subcontractor_id: Mapped[int]
    event_id: Mapped[int]
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))  # letters and digits only, small
    day: Mapped[date]
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    gross_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default="submitted")
    source: Mapped[str] = mapped_column(String(10), default="typed")
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(primaryjoin="foreign(Invoice.ticket_id) == Ticket.id")
    subcontractor: Mapped[Subcontractor] = relationship(
        primaryjoin="foreign(Invoice.subcontractor_id) == Subcontractor.id"
    )


class Paper(Owned, Base):
    """A document of a subcontractor: insurance, vigilance, registration, other; the file is in its event."""

    __tablename__ = "paper"
    __table_args__ = (
        belongs_to("subcontractor", "subcontractor_id"),
        belongs_to("event", "event_id"),
        Index("ix_paper_subcontractor_id", "subcontractor_id", "kind"),
        Index("ix_paper_event_id", "event_id"),
    )

    id: Mapped[int] = exposed_id()
    subcontractor_id: Mapped[int]
    event_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    expires_on: Mapped[date | None]
    received_at: Mapped[datetime]
