"""How every ticket ended, in a few words: so that none is left without an explanation."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.store.models import Clock, Event, EventPayload, Ticket, TodoTask

ENDINGS = {
    "ticket.cancel": "cancelled",
    "ticket.close": "closed",
    "invoice.pay": "paid and closed",
    "completion.expire": "closed, never reported,",
}


def endings(session: Session) -> Counter[str]:
    """How many tickets ended in which way, and what those wait for that are still open."""
    ended, tasks, deadlines = _last_acts(session), _tasks(session), _deadlines(session)
    told: Counter[str] = Counter()
    for ticket in session.scalars(select(Ticket)):
        if ticket.phase.over:
            told[ended.get(ticket.id, "UNEXPLAINED")] += 1
            continue
        waits = tasks.get(ticket.id) or deadlines.get(ticket.id)
        ball = ticket.ball.value if ticket.ball else "nobody"
        told[f"open, {ticket.phase.value}: {ball} has to act ({waits or 'shown as late'})"] += 1
    return told


def _last_acts(session: Session) -> dict[int, str]:
    """The act that ended each ticket, who did it, and in whose name."""
    last = select(func.max(Event.id)).where(Event.act.in_(ENDINGS))
    rows = session.execute(
        select(Event.ticket_id, Event.act, Event.party, EventPayload.content)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.id.in_(last.group_by(Event.ticket_id)))
    )
    return {
        ticket_id: " ".join(filter(None, (ENDINGS[act], f"by {party.value}", _for(content))))
        for ticket_id, act, party, content in rows
    }


def _for(content: dict[str, dict[str, str]]) -> str:
    source = content["answer"].get("source")
    return f"for the {source}" if source else ""


def _tasks(session: Session) -> dict[int, str]:
    rows = session.execute(select(TodoTask.ticket_id, TodoTask.kind).where(TodoTask.settled_at.is_(None)))
    return _by_ticket((ticket_id, f"task {kind.value}") for ticket_id, kind in rows)


def _deadlines(session: Session) -> dict[int, str]:
    rows = session.execute(
        select(Clock.ticket_id, Clock.kind).where(Clock.state == "pending").order_by(Clock.due_at.desc())
    )
    return _by_ticket((ticket_id, f"until {kind}") for ticket_id, kind in rows)


def _by_ticket(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The last one of each ticket."""
    return dict(rows)
