"""The books of one month: invoices by their date, fees by the day on which they were decided."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from fieldtickets.domain.books import Kind, Line, Month
from fieldtickets.domain.effects import ChargeKind
from fieldtickets.store.models import Attachment, ChargeRow, Dispatch, Invoice, Pack, Subcontractor, Ticket

SHOWN_PACKS = 50
INVOICE_FIELDS = ("file", "invoice_file")  # sent by itself, or with the report


def lines(session: Session, month: Month, zone: str, company_id: int | None = None) -> list[Line]:
    """Invoices dated in the month, then fees decided, or still open, in it; in the organisation's zone.

    company_id: only what is of this subcontractor.
    """
    found = [*_invoices(session, month), *_fees(session, month, zone)]
    return [line for line in found if company_id in (None, line.company_id)]


def _invoices(session: Session, month: Month) -> list[Line]:
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.day >= month.first, Invoice.day < month.after.first)
        .options(joinedload(Invoice.ticket), joinedload(Invoice.subcontractor))
        .order_by(Invoice.day, Invoice.id)
    )
    return [
        Line(
            kind=Kind.INVOICE,
            ref=one.ticket.ref,
            title=one.ticket.title,
            company_id=one.subcontractor_id,
            company=one.subcontractor.name,
            siret=one.subcontractor.siret,
            vat_number=one.subcontractor.vat_number,
            number=one.number,
            day=one.day,
            net_cents=one.net_cents,
            vat_cents=one.gross_cents - one.net_cents,
            currency=one.currency,
            state=one.state,
            invoice_id=one.id,
            event_id=one.event_id,
        )
        for one in rows
    ]


def _fees(session: Session, month: Month, zone: str) -> list[Line]:
    start, end = (
        datetime.combine(one.first, time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        for one in (month, month.after)
    )
    at = func.coalesce(ChargeRow.decided_at, ChargeRow.proposed_at, type_=ChargeRow.proposed_at.type)
    rows = session.execute(
        select(ChargeRow, Ticket.ref, Ticket.title, Subcontractor)
        .join(Ticket, Ticket.id == ChargeRow.ticket_id)
        .join(Dispatch, Dispatch.id == ChargeRow.dispatch_id, isouter=True)
        .join(Subcontractor, Subcontractor.id == Dispatch.subcontractor_id, isouter=True)
        .where(ChargeRow.kind == ChargeKind.FEE, at >= start, at < end)
        .order_by(at, ChargeRow.id)
    )
    return [
        Line(
            kind=Kind.FEE,
            ref=ref,
            title=title,
            company_id=company.id if company else 0,
            company=company.name if company else "",
            siret=company.siret if company else "",
            vat_number=company.vat_number if company else "",
            number=one.label,
            day=(one.decided_at or one.proposed_at).astimezone(ZoneInfo(zone)).date(),
            net_cents=one.net_cents,
            vat_cents=one.vat_cents,
            currency=one.currency,
            state=one.state,
            payer=one.payer or "",
        )
        for one, ref, title, company in rows
    ]


def files_of(session: Session, found: Sequence[Line]) -> dict[int, list[Attachment]]:
    """The files of invoices, by the event that brought them."""
    events = [line.event_id for line in found if line.event_id]
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.event_id.in_(events), Attachment.field.in_(INVOICE_FIELDS))
        .order_by(Attachment.event_id, Attachment.place, Attachment.id)
    )
    files: dict[int, list[Attachment]] = {}
    for one in rows:
        files.setdefault(one.event_id, []).append(one)
    return files


def packs(session: Session) -> Sequence[Pack]:
    """The papers that were asked for, the newest first."""
    newest = select(Pack).order_by(Pack.asked_at.desc(), Pack.id).limit(SHOWN_PACKS)
    return session.scalars(newest.options(joinedload(Pack.subcontractor), joinedload(Pack.user))).all()
