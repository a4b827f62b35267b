"""Keys: how many live links each one still opens, so that none is dropped too early (L12)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.store.models import Link


def links_without_key(session: Session, knows: Callable[[str], bool], now: datetime) -> int:
    """How many links that are neither revoked nor over were signed by a key that is not known any more."""
    live = (
        select(Link.key_fingerprint, func.count())
        .where(Link.revoked_at.is_(None), Link.expires_at > now)
        .group_by(Link.key_fingerprint)
    )
    return sum(links for fingerprint, links in session.execute(live) if not knows(fingerprint))
