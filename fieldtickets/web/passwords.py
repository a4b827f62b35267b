"""Passwords: how they are kept, how one is chosen through a link that works once (S01, S02)."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fieldtickets.store.models import PasswordLink, User, UserSession
from fieldtickets.web.accounts import digest
from fieldtickets.web.parts import parts

LINK_LASTS = timedelta(minutes=60)
SHORTEST, LONGEST = 12, 200


@cache
def hasher(cheap: bool) -> PasswordHasher:
    """argon2id. Source of the costs: OWASP Password Storage Cheat Sheet, 19 MiB, 2 rounds, 1 thread."""
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _hasher() -> PasswordHasher:
    return hasher(parts().settings.env == "test")


@cache
def _nobodys_hash(cheap: bool) -> str:
    return hasher(cheap).hash(secrets.token_urlsafe(16))


def matches(user: User | None, password: str) -> bool:
    """Whether this is the user's password; takes as long for nobody as for somebody (S01)."""
    known = user.password_hash if user and user.active else None
    try:
        _hasher().verify(known or _nobodys_hash(parts().settings.env == "test"), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def choose(rows: Session, user: User, password: str, now: datetime) -> None:
    """Keep the hash of a new password, use up the user's links and sign out everywhere (S02)."""
    user.password_hash = _hasher().hash(password)
    sign_out_everywhere(rows, user.id)
    rows.execute(update(PasswordLink).where(PasswordLink.user_id == user.id).values(used_at=now))


def sign_out_everywhere(rows: Session, user_id: int) -> None:
    """End every session of a user: the next request of each is a stranger's (O10)."""
    rows.execute(delete(UserSession).where(UserSession.user_id == user_id))


def new_link(rows: Session, user: User, now: datetime) -> str:
    """A right to choose a password, once, within the hour; its name, of which `Links` makes the address."""
    name = secrets.token_urlsafe(24)
    rows.add(
        PasswordLink(
            organisation_id=user.organisation_id,
            digest=digest(name),
            user_id=user.id,
            expires_at=now + LINK_LASTS,
        )
    )
    return name


def live_link(rows: Session, token: str, now: datetime, *, to_use: bool = False) -> PasswordLink | None:
    """The link that a token opens; None when it is forged, used, over, or its account is not active.

    to_use: lock it, so that two who hold it do not both use it; who only looks cannot lock.
    """
    name = parts().links.read_password_token(token)
    if name is None:
        return None
    found = (
        select(PasswordLink)
        .join(PasswordLink.user)
        .where(PasswordLink.digest == digest(name), PasswordLink.used_at.is_(None))
        .where(PasswordLink.expires_at > now, User.active.is_(True))
    )
    return rows.scalars(found.with_for_update() if to_use else found).one_or_none()
