"""Carrying out what an act brings in money and papers. Rows that an event proves wait for it in the move."""

import re
from typing import cast

from sqlalchemy import func, select

from fieldtickets.desk.effects import carry_out, of
from fieldtickets.desk.facts import seen_from
from fieldtickets.desk.moves import Move
from fieldtickets.domain import effects
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.effects import ChargeState
from fieldtickets.domain.words import _
from fieldtickets.store.models import ChargeRow, Dispatch, Event, Invoice, Paper
from fieldtickets.store.queries import acts as queries


@carry_out.register
def _charge(effect: effects.Charge, move: Move) -> None:
    amount = effect.amount
    decided = amount.state is not ChargeState.PROPOSED
    move.proven(
        ChargeRow(
            organisation_id=move.ticket.organisation_id,
            ticket_id=move.ticket.id,
            dispatch_id=move.dispatch_id,
            kind=amount.kind,
            state=amount.state,
            net_cents=amount.net_cents,
            vat_cents=amount.vat_cents,
            currency=move.ticket.currency,
            payer=amount.payer,
            label=amount.label,
            proposed_at=move.now,
            decided_at=move.now if decided else None,
        )
    )


@carry_out.register
def _decide(effect: effects.Decide, move: Move) -> None:
    rows = queries.charges(move.session, move.ticket.id, seen_from(move.ticket, move.dispatch))
    latest = next((row for row in reversed(rows) if row.kind is effect.kind), None)
    if latest is None:
        raise ValueError(f"{move.act.name}: no {effect.kind} to decide on")
    latest.state, latest.decided_at = effect.state, move.now


@carry_out.register
def _decide_rivals(effect: effects.DecideRivals, move: Move) -> None:
    for row in queries.waiting(move.session, move.ticket.id, effect.kind):
        if row.dispatch_id != move.dispatch_id:
            row.state, row.decided_at = effect.state, move.now


@carry_out.register
def _file_invoice(effect: effects.FileInvoice, move: Move) -> None:
    """The number counts once per company, however it is spaced; the company may send a disputed one again."""
    dispatch, key = of(move), normal(effect.number)
    known = move.session.scalars(
        select(Invoice).where(
            Invoice.subcontractor_id == dispatch.subcontractor_id, Invoice.number_key == key
        )
    ).one_or_none()
    if known and (known.ticket_id != move.ticket.id or known.state != "disputed"):
        raise Refused(_("An invoice with this number was sent before."), field="number")
    invoice = known or Invoice(
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=dispatch.id,
        subcontractor_id=dispatch.subcontractor_id,
        number_key=key,
        currency=move.ticket.currency,
    )
    invoice.number, invoice.day, invoice.state = effect.number, effect.day, "submitted"
    invoice.net_cents, invoice.vat_cents = effect.net_cents, effect.vat_cents
    invoice.gross_cents, invoice.submitted_at, invoice.decided_at = effect.gross_cents, move.now, None
    move.proven(invoice)


def normal(number: str) -> str:
    """An invoice's number as it is compared: letters and digits, small, without leading zeros."""
    return re.sub(r"[\W_]", "", number.casefold()).lstrip("0")[:60] or "0"


@carry_out.register
def _set_invoice(effect: effects.SetInvoice, move: Move) -> None:
    latest = (
        select(Invoice)
        .where(Invoice.ticket_id == move.ticket.id, Invoice.dispatch_id == of(move).id)
        .order_by(Invoice.submitted_at.desc())
        .limit(1)
    )
    invoice = move.session.scalars(latest).one()
    invoice.state, invoice.decided_at = effect.state, move.now


@carry_out.register
def _keep_paper(effect: effects.KeepPaper, move: Move) -> None:
    move.proven(
        Paper(
            organisation_id=move.ticket.organisation_id,
            subcontractor_id=of(move).subcontractor_id,
            kind=effect.kind,
            expires_on=effect.expires_on,
            received_at=move.now,
        )
    )


@carry_out.register
def _pause_offers(effect: effects.PauseOffers, move: Move) -> None:
    """This act is not in the journal yet, so it counts as one more."""
    company = of(move).subcontractor
    earlier = (
        select(func.count(Event.id))
        .join(Dispatch, Dispatch.id == Event.dispatch_id)
        .where(
            Dispatch.subcontractor_id == company.id,
            Event.act.in_(effect.acts),
            Event.at > move.now - effect.within,
        )
    )
    if cast(int, move.session.scalar(earlier)) + 1 >= effect.after:
        company.paused_until = move.now + effect.lasts
