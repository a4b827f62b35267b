"""Invoices and fees, written straight into the tables."""

import hashlib
from datetime import date, datetime

from sqlalchemy import select

from fieldtickets.desk.money import normal
from fieldtickets.domain.effects import ChargeKind, ChargeState
from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Attachment, ChargeRow, Event, Invoice
from tests.builders import MONDAY_NOON


def an_invoice(parts, cast, ticket, company: int, number: str, day: date, net=10000, vat=2000, **more) -> int:
    """An invoice of one company about a ticket; `content` are the bytes of its file."""
    content, kind = more.pop("content", None), more.pop("kind", "application/pdf")
    with parts.database.begin(cast.organisation) as rows:
        event = rows.scalars(select(Event.id).where(Event.ticket_id == ticket.id).order_by(Event.seq)).all()
        invoice = Invoice(
            ticket_id=ticket.id,
            dispatch_id=ticket.dispatches[company],
            subcontractor_id=company,
            event_id=event[-1],
            number=number,
            number_key=normal(number),
            day=day,
            net_cents=net,
            vat_cents=vat,
            gross_cents=net + vat,
            currency="EUR",
            submitted_at=MONDAY_NOON,
            **more,
        )
        rows.add(invoice)
        if content is not None:
            digest = hashlib.sha256(content).hexdigest()
            parts.files.put(f"1/{digest[:2]}/{digest}", content)
            rows.add(
                Attachment(
                    ticket_id=ticket.id,
                    event_id=event[-1],
                    field="file",
                    name="facture",
                    kind=kind,
                    size=len(content),
                    digest=digest,
                    key=f"1/{digest[:2]}/{digest}",
                )
            )
        rows.flush()
        return invoice.id


def a_fee(parts, cast, ticket, company: int, at: datetime, net=4000, state=ChargeState.AGREED) -> None:
    """A fee that the customer owes, decided or still open at this instant."""
    with parts.database.begin(cast.organisation) as rows:
        event = rows.scalars(select(Event.id).where(Event.ticket_id == ticket.id)).first()
        rows.add(
            ChargeRow(
                ticket_id=ticket.id,
                dispatch_id=ticket.dispatches[company],
                event_id=event,
                kind=ChargeKind.FEE,
                state=state,
                net_cents=net,
                currency="EUR",
                payer=Party.CUSTOMER,
                label="Client absent",
                proposed_at=at,
                decided_at=at if state is ChargeState.AGREED else None,
            )
        )
