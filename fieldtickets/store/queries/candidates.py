"""Subcontractors as the ranking sees them, with the jobs that each holds now."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldtickets.domain.dispatching import Candidate
from fieldtickets.domain.folding import spelled_once
from fieldtickets.domain.phases import Standing
from fieldtickets.store.models import Dispatch, Subcontractor


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
    load = (
        select(func.count(Dispatch.id))
        .where(Dispatch.subcontractor_id == Subcontractor.id, Dispatch.standing == Standing.ASSIGNED)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Subcontractor.id, Subcontractor.name, Subcontractor.trades, Subcontractor.areas, load)
        .where(
            Subcontractor.active,
            or_(Subcontractor.paused_until.is_(None), Subcontractor.paused_until <= now),
        )
        .order_by(Subcontractor.name, Subcontractor.id)
    )
    return [
        Known(name, Candidate(id_, tuple(trades), tuple(areas), jobs))
        for id_, name, trades, areas, jobs in rows
    ]
