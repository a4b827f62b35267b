"""Accounts of an organisation, and who of them keeps its settings."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Role
from fieldtickets.store.models import User, UserSession


class Account(NamedTuple):
    """An account, and when it was last used by a browser that is still signed in."""

    user: User
    seen_at: datetime | None


def accounts(session: Session) -> list[Account]:
    """All of them by name, those who may not sign in any more at the end."""
    seen_at = select(func.max(UserSession.last_seen_at)).where(UserSession.user_id == User.id)
    rows = session.execute(
        select(User, seen_at.scalar_subquery()).order_by(User.active.desc(), User.name, User.id)
    )
    return [Account(*row) for row in rows]


def has_other_admin(session: Session, user_id: int) -> bool:
    """Whether somebody else can sign in as an administrator: who never chose a password cannot."""
    others = select(User.id).where(
        User.id != user_id, User.role == Role.ADMIN, User.active, User.password_hash.is_not(None)
    )
    return session.scalars(others.limit(1)).first() is not None
