"""What the desk is told of a message: a fact of its ticket's journal, and a task where there is one to do."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk import CLOCK, Actor, Request, record
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import OUTSIDE
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.store.models import Delivery
from fieldtickets.store.queries.ticket import AGAIN

CERTAIN = ("message.arrive", "message.bounce")
TROUBLE_OF = {Task.UNCERTAIN: {"uncertain"}, Task.UNDELIVERABLE: {"failed", "dead"}}


def tell(
    session: Session, links: Links, delivery: Delivery, act: str, now: datetime, actor: Actor = CLOCK
) -> None:
    """Record one of the fates of `exchanges/message.py`, once for each message.

    What was written to our own side, or about an account, is no matter of the ticket.
    """
    if delivery.ticket_id is None or (delivery.party not in OUTSIDE and actor is CLOCK):
        return
    session.flush()
    answer = {
        "channel": delivery.channel,
        "recipient": delivery.name,
        "to": delivery.party.value,
        "settles": settled_by(session, delivery) if act in CERTAIN else [],
    }
    asked = Request(
        delivery.ticket_id, ACTS[act], answer, actor, f"{act}:{delivery.id}", delivery.dispatch_id
    )
    record(session, links, asked, now)


def settled_by(session: Session, delivery: Delivery) -> list[str]:
    """The tasks that this message's fate ends: none that was sent to the same person is in such trouble."""
    theirs = session.execute(
        select(Delivery.id, Delivery.state, Delivery.idempotency_key).where(
            Delivery.ticket_id == delivery.ticket_id,
            Delivery.party == delivery.party,
            Delivery.dispatch_id.is_not_distinct_from(delivery.dispatch_id),
        )
    ).all()
    again = {
        int(row.idempotency_key.split(".")[1]) for row in theirs if row.idempotency_key.startswith(AGAIN)
    }
    left = {row.state for row in theirs if row.id not in again}
    return [task.value for task, states in TROUBLE_OF.items() if not states & left]
