"""Subcontractors as the ranking sees them, with the jobs that each holds now."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldtickets.domain.dispatching import Candidate
from fieldtickets.domain.folding import spelled_once
from fieldtickets.store.models import Dispatch, Subcontractor, Ticket
from fieldtickets.store.queries.queues import OPEN


class Known(NamedTuple):
    """An active subcontractor by name, ready to be ranked."""

    name: str
    candidate: Candidate


def known_trades(session: Session) -> list[str]:
    """The trades of active subcontractors, each once."""
    listed = session.scalars(select(Subcontractor.trades).where(Subcontractor.active))
    return spelled_once(trade for trades in listed for trade in trades)


def candidates(session: Session, now: datetime) -> list[Known]:
    """All active subcontractors that offers may go to now, in one query."""
    held = (
        select(Dispatch.subcontractor_id, func.count().label("jobs"))
        .join(Ticket, Ticket.assigned_id == Dispatch.id)
        .where(OPEN)
        .group_by(Dispatch.subcontractor_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Subcontractor.id,
            Subcontractor.name,
            Subcontractor.trades,
            Subcontractor.areas,
            func.coalesce(held.c.jobs, 0),
            Subcontractor.created_at,
        )
        .outerjoin(held, held.c.subcontractor_id == Subcontractor.id)
        .where(
            Subcontractor.active,
            or_(Subcontractor.paused_until.is_(None), Subcontractor.paused_until <= now),
        )
        .order_by(Subcontractor.name, Subcontractor.id)
    )
    return [
        Known(name, Candidate(id_, tuple(trades), tuple(areas), jobs, since))
        for id_, name, trades, areas, jobs, since in rows
    ]
