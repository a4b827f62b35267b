"""Managers, as they are looked up by what has no manager of its own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Role
from fieldtickets.store.models import User


def first_manager(session: Session) -> int | None:
    """Who is told what happens on tickets that no person made: the manager who is there longest."""
    managers = select(User.id).where(User.role.in_((Role.MANAGER, Role.ADMIN)), User.active)
    return session.scalar(managers.order_by(User.role.desc(), User.created_at, User.id).limit(1))
