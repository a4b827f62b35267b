"""Counting in windows of time, in the database, so that all processes agree."""

from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from fieldtickets.store.models import Counter
from fieldtickets.store.upserts import insert_into


def count_up(session: Session, key: str, ends_at: datetime, now: datetime, amount: int = 1) -> int:
    """Count once more and return how often by now; a window that has ended starts again, until `ends_at`."""
    new = insert_into(session, Counter).values(key=key, count=amount, ends_at=ends_at)
    ended = Counter.ends_at <= now
    counted_up = new.on_conflict_do_update(
        index_elements=[Counter.key],
        set_={
            "count": case((ended, amount), else_=Counter.count + amount),
            "ends_at": case((ended, new.excluded.ends_at), else_=Counter.ends_at),
        },
    ).returning(Counter.count)
    return int(session.scalars(counted_up).one())


def counted(session: Session, key: str, now: datetime) -> int:
    """How often in the window that runs."""
    running = select(Counter.count).where(Counter.key == key, Counter.ends_at > now)
    return session.scalar(running) or 0
