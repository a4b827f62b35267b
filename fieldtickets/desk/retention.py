"""Retention: what only served for a while is forgotten; the journal and what it tells of stay.

Forgotten are minutes of the clock, counters of windows that ended, numbers of forms, positions of phones,
sessions nobody used for a month, password links, the browsers of links that are over, and old
votes about the help.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fieldtickets.domain.effects import POSITIONS_KEPT
from fieldtickets.store.models import (
    Counter,
    HelpVote,
    Link,
    LinkDevice,
    PasswordLink,
    Position,
    Submission,
    Tick,
    UserSession,
)

TICKS_KEPT = timedelta(days=7)  # so long one can see how regular they were
TWICE_WITHIN = timedelta(days=90)  # a form may come again as long as its link lives (E1)
HELP_VOTES_KEPT = timedelta(days=365)
OVER_SINCE = timedelta(days=30)  # sessions, password links, browsers of links


def forget(session: Session, now: datetime) -> dict[str, int]:
    """Delete what is past its time, over all organisations; how many rows of what, in plain words (Y03)."""
    over = now - OVER_SINCE
    ended = select(Link.id).where(Link.expires_at < over)
    past = {
        "notes of rounds made": delete(Tick).where(Tick.done_at < now - TICKS_KEPT),
        "counters of limits": delete(Counter).where(Counter.ends_at < now),
        "numbers of forms sent": delete(Submission).where(Submission.at < now - TWICE_WITHIN),
        "positions of phones": delete(Position).where(Position.at < now - POSITIONS_KEPT),
        "ended sessions": delete(UserSession).where(UserSession.last_seen_at < over),
        "links to a password": delete(PasswordLink).where(PasswordLink.expires_at < over),
        "browsers of ended links": delete(LinkDevice).where(LinkDevice.link_id.in_(ended)),
        "old votes about the help": delete(HelpVote).where(HelpVote.day < (now - HELP_VOTES_KEPT).date()),
    }
    return {
        name: session.execute(statement.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
        for name, statement in past.items()
    }
