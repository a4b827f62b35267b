"""A ticket with all that its rules and the pages of its links look at, read in two plain statements."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from fieldtickets.store.models import Dispatch, Ticket

AROUND: Any = (
    joinedload(Ticket.site),
    joinedload(Ticket.customer),
    joinedload(Ticket.manager),
    joinedload(Ticket.organisation),
    joinedload(Ticket.appointments),
)
DISPATCHES = (
    select(Dispatch)
    .where(Dispatch.ticket_id == bindparam("ticket_id"))
    .order_by(Dispatch.position, Dispatch.id)
)


def know_dispatches(session: Session, ticket: Ticket, *, anew: bool = False) -> None:
    """Read who was asked; the library's own loading of a list writes its statement again each time.

    anew: also those that the session holds, as they are under the lock.
    """
    found = session.scalars(
        DISPATCHES, {"ticket_id": ticket.id}, execution_options={"populate_existing": anew}
    )
    set_committed_value(ticket, "dispatches", found.all())
