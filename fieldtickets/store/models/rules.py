"""Rules that an administrator made: the organisation's own playbooks, every version kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldtickets.store.models.base import Base, Owned


class PlaybookRow(Owned, Base):
    """One version of a playbook; tickets name the version that they started with, so rows stay as they are.

    rules: what differs from the playbook that it was copied from, by name; minutes, cents and codes.
    """

    __tablename__ = "playbook"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    copied_from: Mapped[str] = mapped_column(String(40))
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
