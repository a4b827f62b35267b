"""One ticket as its manager sees it: everything that was said, owed and done on it, whoever it was with."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldtickets.store.models import (
    Attachment,
    Clock,
    Delivery,
    Dispatch,
    Event,
    Link,
    Position,
    Subcontractor,
    Ticket,
    TodoTask,
)
from fieldtickets.store.queries.links import FACTS, Said

TROUBLE = ("failed", "dead", "uncertain")  # fates after which somebody may want a message sent again
AGAIN = "again."  # how the key of a message sent again begins, then the id of the first one

WHOLE = (
    joinedload(Ticket.site),
    joinedload(Ticket.customer),
    joinedload(Ticket.manager),
    joinedload(Ticket.organisation),
    selectinload(Ticket.appointments),
    selectinload(Ticket.dispatches).joinedload(Dispatch.subcontractor).selectinload(Subcontractor.people),
)


class Sealed(NamedTuple):
    """One fact of the journal with its words, and its place in the chain."""

    said: Said
    seq: int
    seal: str


def by_ref(session: Session, ref: str) -> Ticket:
    """The ticket of this number with place, customer, dates and companies. NoResultFound when foreign."""
    return session.scalars(select(Ticket).where(Ticket.ref == ref).options(*WHOLE)).one()


def said(session: Session, ticket_id: int) -> list[Sealed]:
    """All that happened on a ticket, notes and every company's thread included, oldest first."""
    sealed = FACTS.add_columns(Event.seq, Event.seal).where(Event.ticket_id == ticket_id)
    rows = session.execute(sealed)
    return [Sealed(Said(*row[:-2]), row.seq, row.seal) for row in rows]


def files(session: Session, ticket_id: int) -> Sequence[Attachment]:
    """Every attachment, in the order in which they came."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.ticket_id == ticket_id)
        .order_by(Attachment.event_id, Attachment.place, Attachment.id)
    ).all()


def file_of(session: Session, ref: str, file_id: int) -> Attachment | None:
    """One attachment of this ticket; None for another ticket's or another organisation's (O03)."""
    return session.scalars(
        select(Attachment).where(
            Attachment.id == file_id,
            Attachment.ticket_id == select(Ticket.id).where(Ticket.ref == ref).scalar_subquery(),
        )
    ).one_or_none()


def deliveries(session: Session, ticket_id: int) -> Sequence[Delivery]:
    """Every message that was owed, in the order in which it was."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.ticket_id == ticket_id)
        .order_by(Delivery.event_id, Delivery.due_at, Delivery.id)
    ).all()


def fates(session: Session, ticket_id: int) -> list[tuple[str, int]]:
    """How many messages are in which state, and how many files await their preview: changes no act makes."""
    sent = select(Delivery.state, func.count()).where(Delivery.ticket_id == ticket_id)
    seen = select(Attachment.state, func.count()).where(Attachment.ticket_id == ticket_id)
    return sorted(
        (state, count)
        for statement in (sent.group_by(Delivery.state), seen.group_by(Attachment.state))
        for state, count in session.execute(statement)
    )


def deadlines(session: Session, ticket_id: int) -> Sequence[Clock]:
    """The deadlines that still count, the next one first."""
    return session.scalars(
        select(Clock)
        .where(Clock.ticket_id == ticket_id, Clock.state == "pending")
        .order_by(Clock.due_at, Clock.kind, Clock.id)
    ).all()


def tasks(session: Session, ticket_id: int) -> Sequence[TodoTask]:
    """What the manager has to do, the oldest first."""
    return session.scalars(
        select(TodoTask)
        .where(TodoTask.ticket_id == ticket_id, TodoTask.settled_at.is_(None))
        .order_by(TodoTask.id)
    ).all()


def links(session: Session, ticket_id: int) -> Sequence[Link]:
    """The links of all parties that were not replaced, the latest last."""
    return session.scalars(
        select(Link)
        .where(Link.ticket_id == ticket_id, Link.replaced_by.is_(None))
        .order_by(Link.created_at, Link.id)
    ).all()


def positions(session: Session, ticket_id: int) -> dict[int, str]:
    """Where a phone said it was, as "latitude,longitude" by the event; for as long as that is kept."""
    found = session.execute(
        select(Position.event_id, Position.latitude, Position.longitude)
        .join(Event, Event.id == Position.event_id)
        .where(Event.ticket_id == ticket_id)
    )
    return {event_id: f"{latitude},{longitude}" for event_id, latitude, longitude in found}


def undelivered(session: Session, ticket_id: int, delivery_id: int) -> Delivery:
    """A message of this ticket that did not, or perhaps not, arrive, locked. NoResultFound for others."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.ticket_id == ticket_id, Delivery.state.in_(TROUBLE))
        .with_for_update()
    ).one()


def went_again(session: Session, delivery: Delivery) -> bool:
    """Whether somebody had it sent once more already."""
    again = select(Delivery.id).where(
        Delivery.ticket_id == delivery.ticket_id,  # which has an index; the beginning of a key has none
        Delivery.idempotency_key.startswith(f"{AGAIN}{delivery.id}."),
    )
    return session.scalar(again.limit(1)) is not None
