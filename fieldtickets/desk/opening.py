"""Opening a ticket and offering it: rows first, then the same door as every act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk.effects import add_dispatch, ask_next_wave, raise_task
from fieldtickets.desk.moves import Actor, Move, StoredFile
from fieldtickets.desk.queues import refresh
from fieldtickets.desk.recording import play
from fieldtickets.domain.dispatching import Choice
from fieldtickets.domain.effects import Task
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.store.models import (
    Appointment,
    Customer,
    Dispatch,
    Organisation,
    Site,
    Subcontractor,
    Ticket,
)
from fieldtickets.store.queries.acts import locked
from fieldtickets.store.queries.playbooks import newest
from fieldtickets.store.queries.search import index_of


class Unknown(Exception):
    """A subcontractor that this organisation does not have."""


@dataclass(frozen=True)
class NewTicket:
    """What a new ticket needs. Prices are net cents; the appointment, when fixed, an aware instant."""

    title: str
    site: Site
    description: str = ""
    trade: str = ""
    urgent: bool = False
    kind: str = "order"
    playbook: str = "syndic"
    ref: str | None = None
    customer: Customer | None = None
    price_cents: int | None = None
    currency: str = "EUR"
    appointment: datetime | None = None
    manager_id: int | None = None


def open_ticket(
    session: Session,
    links: Links,
    new: NewTicket,
    actor: Actor,
    now: datetime,
    files: Sequence[StoredFile] = (),
) -> Ticket:
    """Create a ticket with its site and customer; nothing is offered yet. Raises UnknownPlaybook."""
    ours = select(Organisation).where(Organisation.id == session.info["organisation_id"])
    # against others who open, not against acts: their rows name the organisation while they hold the journal
    organisation = session.scalars(ours.with_for_update(key_share=True)).one()
    ref = new.ref or _next_ref(session, organisation, now)
    session.add_all(filter(None, (new.site, new.customer)))
    session.flush()
    ticket = _row(organisation, new, newest(session, new.playbook), ref, now)
    session.add(ticket)
    session.flush()
    ticket = locked(session, ticket.id)
    ticket.search_text = index_of(ticket)
    move = Move(session, links, ticket, None, ACTS["ticket.open"], {}, actor, now)
    move.files = tuple(files)
    play(move)
    return ticket


def dispatch_to(
    session: Session,
    links: Links,
    ticket_id: int,
    to: Sequence[int] | Literal["matching"],
    actor: Actor,
    now: datetime,
) -> list[Dispatch]:
    """Offer a ticket to the subcontractors named, or to the first wave of those "matching" (S003, S007).

    Raises Unknown for an id that is not this organisation's; TooLate when the ticket cannot be offered.
    """
    ticket = locked(session, ticket_id)
    move = Move(session, links, ticket, None, ACTS["offer.send"], {}, actor, now)
    if to == "matching":
        ticket.widens = True
        if not ask_next_wave(move):
            raise_task(move, Task.NO_TAKER)
        chosen = [step.dispatch for step in move.follow_ups]
    else:
        ticket.wave = max(ticket.wave, 1)
        chosen = [_dispatch(move, id_) for id_ in dict.fromkeys(to)]
    for dispatch in chosen:
        session.flush()
        play(Move(session, links, ticket, dispatch, ACTS["offer.send"], {}, actor, now))
    refresh(move)
    return chosen


def _dispatch(move: Move, subcontractor_id: int) -> Dispatch:
    """The ticket's dispatch to this subcontractor, made when there is none yet."""
    known = next((d for d in move.ticket.dispatches if d.subcontractor_id == subcontractor_id), None)
    if known:
        return known
    if move.session.scalar(select(Subcontractor.id).where(Subcontractor.id == subcontractor_id)) is None:
        raise Unknown(subcontractor_id)
    return add_dispatch(move, Choice(subcontractor_id, (("chosen", ""),)))


def _row(organisation: Organisation, new: NewTicket, rules: Playbook, ref: str, now: datetime) -> Ticket:
    ticket = Ticket(
        organisation_id=organisation.id,
        ref=ref,
        kind=new.kind,
        title=new.title,
        description=new.description,
        trade=new.trade,
        urgent=new.urgent,
        playbook=rules.name,
        playbook_version=rules.version,
        widens=rules.widens,
        price_cents=new.price_cents,
        currency=new.currency,
        site_id=new.site.id,
        customer_id=new.customer.id if new.customer else None,
        manager_id=new.manager_id,
        created_at=now,
        updated_at=now,
    )
    if new.appointment:
        ticket.appointments.append(
            Appointment(
                organisation_id=organisation.id, state="agreed", starts_at=new.appointment, fixed=True
            )
        )
    return ticket


def _next_ref(session: Session, organisation: Organisation, now: datetime) -> str:
    """The organisation's own numbering: T-2026-000123, past the numbers that a manager gave by hand."""
    year = now.astimezone(ZoneInfo(organisation.time_zone)).year
    while True:
        organisation.last_ticket_number += 1
        ref = f"T-{year}-{organisation.last_ticket_number:06d}"
        if session.scalar(select(Ticket.id).where(Ticket.ref == ref)) is None:
            return ref
