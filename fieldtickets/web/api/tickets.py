"""Tickets: created and offered, listed, read, with their journal and the fate of their messages."""

from collections.abc import Iterable
from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldtickets import desk
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.store.models import Delivery, Event, Ticket
from fieldtickets.store.queries import queues
from fieldtickets.store.queries.managers import first_manager
from fieldtickets.store.queries.search import matching
from fieldtickets.web.api import shapes, views
from fieldtickets.web.api.idempotency import once
from fieldtickets.web.api.problems import not_found, not_right
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.intake import open_and_offer
from fieldtickets.web.parts import parts

PAGE = 50
UNKNOWN_CURSOR = _("This cursor is none of ours: begin without one.")


@spec.validate(resp=answers(HTTP_201=shapes.Ticket), tags=["tickets"])
def create(json: shapes.NewTicket) -> Any:
    """Create a ticket and offer it: to the subcontractors named, or to those "matching" by trade and area."""
    now = parts().clock.now()

    def work(session: Session) -> dict[str, Any]:
        reply, _new = once(session, now, lambda: _create(session, json))
        return reply

    reply = parts().database.attempt(g.organisation_id, work)
    parts().ring("outbox")
    return reply, 201


def _create(session: Session, json: shapes.NewTicket) -> dict[str, Any]:
    ticket = open_and_offer(session, json.wanted(), first_manager(session), actor_of_token())
    session.flush()
    return views.tickets(session, [by_ref(session, ticket.ref)])[0].model_dump(mode="json")


@spec.validate(resp=answers(HTTP_200=shapes.Tickets), tags=["tickets"])
def index(query: shapes.TicketFilter) -> Any:
    """Tickets, newest first: of a queue, in a phase (`state`), with words (`q`)."""
    moment = queues.Moment.at(parts().clock.now(), g.organisation.time_zone)
    try:
        wanted = queues.newest_first(query.queue, query.state, moment, query.cursor)
    except queues.UnknownCursor:
        raise not_right({"cursor": [UNKNOWN_CURSOR]}) from None
    except KeyError:
        raise not_right({"queue": [_one_of(queues.QUEUE_NAMES)]}) from None
    except ValueError:
        raise not_right({"state": [_one_of(Phase)]}) from None
    with parts().database.read(g.organisation_id) as session:
        rows = session.scalars(
            select(Ticket)
            .where(wanted, matching(query.q))
            .options(*views.WHOLE)
            .order_by(Ticket.id.desc())
            .limit(PAGE + 1)
        ).all()
        page = list(rows[:PAGE])
        more = queues.cursor(page[-1]) if len(rows) > PAGE else None
        return shapes.Tickets(items=views.tickets(session, page), next_cursor=more)


@spec.validate(resp=answers(HTTP_200=shapes.Ticket), tags=["tickets"])
def show(ref: str) -> Any:
    """One ticket with what is due and what the manager has to do."""
    with parts().database.read(g.organisation_id) as session:
        return views.tickets(session, [by_ref(session, ref)])[0]


@spec.validate(resp=answers(HTTP_200=shapes.Events), tags=["tickets"])
def events(ref: str, query: shapes.Page) -> Any:
    """The ticket's part of the journal, oldest first, with its seals."""
    with parts().database.read(g.organisation_id) as session:
        rows = session.scalars(
            select(Event)
            .where(Event.ticket_id == by_ref(session, ref).id, Event.seq > _number(query.cursor))
            .options(joinedload(Event.payload))
            .order_by(Event.seq)
            .limit(PAGE + 1)
        ).all()
        more = str(rows[PAGE - 1].seq) if len(rows) > PAGE else None
        return shapes.Events(items=[views.event(row) for row in rows[:PAGE]], next_cursor=more)


@spec.validate(resp=answers(HTTP_200=shapes.Deliveries), tags=["tickets"])
def deliveries(ref: str, query: shapes.Page) -> Any:
    """The messages that the ticket owed, and the fate of each."""
    with parts().database.read(g.organisation_id) as session:
        rows = session.scalars(
            select(Delivery)
            .where(Delivery.ticket_id == by_ref(session, ref).id)
            .order_by(Delivery.event_id, Delivery.notice, Delivery.id)
            .offset(_number(query.cursor))
            .limit(PAGE + 1)
        ).all()
        more = str(_number(query.cursor) + PAGE) if len(rows) > PAGE else None
        return shapes.Deliveries(items=[views.delivery(row) for row in rows[:PAGE]], next_cursor=more)


def by_ref(session: Session, ref: str) -> Ticket:
    """The organisation's ticket of this number; a foreign one does not exist (O01)."""
    ticket = session.scalars(select(Ticket).where(Ticket.ref == ref).options(*views.WHOLE)).one_or_none()
    if ticket is None:
        raise not_found()
    return ticket


def actor_of_token() -> desk.Actor:
    """A program acts on the side that the role of its token is on."""
    return desk.Actor(g.role.party, f"token:{g.api_token.id}", g.api_token.name or g.organisation.name)


def _number(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 16):
        raise not_right({"cursor": [UNKNOWN_CURSOR]})
    return int(cursor or 0)


def _one_of(codes: Iterable[str]) -> Message:
    return _("Write one of %(codes)s.", codes=", ".join(codes))
