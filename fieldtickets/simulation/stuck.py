"""Which open tickets nothing would ever move again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Clock, Delivery, Ticket, TodoTask
from fieldtickets.store.models.owed import DUE
from fieldtickets.store.queries.queues import OPEN


def stuck(session: Session) -> tuple[int, list[str]]:
    """How many tickets are open, and a line for each that is stuck.

    An open ticket is in its manager's hand, or has a task, or a deadline that will fire, or an hour from
    which the manager sees it among the late ones, or a message on its way.
    """
    moving = {
        *session.scalars(select(Clock.ticket_id).where(Clock.state == "pending")),
        *session.scalars(select(TodoTask.ticket_id).where(TodoTask.settled_at.is_(None))),
        *session.scalars(select(Delivery.ticket_id).where(DUE)),
    }
    tickets = session.scalars(select(Ticket).where(OPEN).order_by(Ticket.id)).all()
    return len(tickets), [
        f"{one.ref}: {one.phase}, {one.ball or 'nobody'} has to act, and nothing says until when"
        for one in tickets
        if one.id not in moving and one.ball is not Party.MANAGER and one.limit_at is None
    ]
