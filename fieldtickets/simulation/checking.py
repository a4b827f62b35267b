"""What must hold after any history: nothing stuck, nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.desk.journal import Broken, verify
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.store.models import Clock, Delivery, Dispatch, Event, Ticket

OWED = ("queued", "sending")


@dataclass
class Findings:
    """How the tickets ended, and every rule that does not hold, in a line each."""

    phases: Counter[str] = field(default_factory=Counter)
    balls: Counter[str] = field(default_factory=Counter)
    facts: int = 0
    broken: list[str] = field(default_factory=list)


def check(session: Session, organisation: int, now: datetime) -> Findings:
    """Check the rules on every ticket of an organisation, as they stand at this instant."""
    found = Findings()
    tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
    deadlines = set(session.scalars(select(Clock.ticket_id).where(Clock.state == "pending")))
    for ticket in tickets:
        found.phases[ticket.phase.value] += 1
        found.balls[ticket.ball.value if ticket.ball else "nobody"] += 1
        if not ticket.phase.over and ticket.ball is None and ticket.id not in deadlines:
            found.broken.append(f"{ticket.ref} is stuck: nobody has to act, and no deadline runs")
    found.broken += _holders(session)
    found.broken += _unexplained(session, tickets)
    overdue = select(func.count()).where(Clock.state == "pending", Clock.due_at <= now)
    if late := session.scalar(overdue):
        found.broken.append(f"{late} deadlines are past and did not fire")
    lost = select(func.count()).where(Delivery.state.in_(OWED), Delivery.due_at.is_(None))
    if lost_ones := session.scalar(lost):
        found.broken.append(f"{lost_ones} messages have neither a fate nor an hour")
    try:
        found.facts = verify(session, organisation)
    except Broken as broken:
        found.broken.append(f"the journal does not hold: {broken}")
    return found


def _holders(session: Session) -> list[str]:
    """At most one company has a job, and it is the one that the ticket names."""
    twice = (
        select(Dispatch.ticket_id)
        .where(Dispatch.standing == Standing.ASSIGNED)
        .group_by(Dispatch.ticket_id)
        .having(func.count() > 1)
    )
    named = select(Ticket.ref).join(Dispatch, Dispatch.id == Ticket.assigned_id)
    wrong = session.scalars(named.where(Dispatch.standing != Standing.ASSIGNED))
    return [
        *(f"ticket {one} is given to two companies" for one in session.scalars(twice)),
        *(f"{ref} names a company that does not have the job" for ref in wrong),
    ]


def _unexplained(session: Session, tickets: Sequence[Ticket]) -> list[str]:
    """Whatever is over was ended by an act, and whatever is given was taken by one."""
    done: dict[int, set[str]] = {}
    for ticket_id, act in session.execute(select(Event.ticket_id, Event.act)):
        done.setdefault(ticket_id, set()).add(act)
    found = []
    for ticket in tickets:
        acts = done.get(ticket.id, set())
        if ticket.phase is Phase.CANCELLED and not any("cancel" in act for act in acts):
            found.append(f"{ticket.ref} is cancelled and nobody cancelled it")
        if ticket.assigned_id and not acts & {"offer.accept", "quote.accept"}:
            found.append(f"{ticket.ref} is given and nobody took it")
    return found
