"""Papers of the books that somebody asked for, made by the worker."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id, partial
from fieldtickets.store.models.who import Subcontractor, User

UNDONE = text("state IN ('queued', 'working')")


class Pack(Owned, Base):
    """One PDF of one month: all its invoices ("month"), or what one subcontractor claims ("statement").

    state: queued → working → ready or failed. progress: hundredths. key: where the PDF is in the store.
    """

    __tablename__ = "pack"
    __table_args__ = (
        belongs_to("subcontractor", "subcontractor_id"),
        belongs_to("user", "asked_by"),
        partial("ix_pack_undone", "asked_at", "id", where=UNDONE),
        Index("ix_pack_asked_at", "organisation_id", "asked_at"),
    )

    id: Mapped[int] = exposed_id()
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(10))
    subcontractor_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="queued")
    progress: Mapped[int] = mapped_column(default=0)
    key: Mapped[str | None] = mapped_column(String(160))
    digest: Mapped[str | None] = mapped_column(String(64))
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    subcontractor: Mapped[Subcontractor | None] = relationship(
        primaryjoin="foreign(Pack.subcontractor_id) == Subcontractor.id"
    )
    user: Mapped[User] = relationship(primaryjoin="foreign(Pack.asked_by) == User.id")
