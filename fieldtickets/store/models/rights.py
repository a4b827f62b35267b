"""Rights: the links of parties without an account, and the tokens of programs."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id
from fieldtickets.store.models.work import Dispatch, Ticket


class Guest(Owned, Base):
    """Somebody let in who is neither company nor customer: the approver, the technician on site."""

    __tablename__ = "guest"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        belongs_to("ticket", "ticket_id"),
        Index("ix_guest_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = exposed_id()
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    party: Mapped[Party]
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(16), default="")  # E.164
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="fr")


class Link(Owned, Base):
    """A revocable right of one party to act on one ticket. The token itself is kept nowhere (E1)."""

    __tablename__ = "link"
    __table_args__ = (
        belongs_to("ticket", "ticket_id"),
        belongs_to("dispatch", "dispatch_id"),
        Index("ix_link_ticket_id", "ticket_id", "party"),
        Index("ix_link_key_fingerprint", "key_fingerprint"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # random, see links.py
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    guest_id: Mapped[int | None]
    party: Mapped[Party]
    key_fingerprint: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[int | None]
    used_at: Mapped[datetime | None]  # the last act done through it; opening leaves no trace
    uses: Mapped[int] = mapped_column(default=0)

    ticket: Mapped[Ticket] = relationship(viewonly=True)
    dispatch: Mapped[Dispatch | None] = relationship(viewonly=True)
    guest: Mapped[Guest | None] = relationship(primaryjoin="foreign(Link.guest_id) == Guest.id")


class LinkDevice(Owned, Base):
    """A kind of browser that acted through a link: a second one is told to the manager (L14)."""

    __tablename__ = "link_device"

    link_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(String(16), primary_key=True)  # cut digest of the agent
    since: Mapped[datetime]


class ApiToken(Owned, Base):
    """A program's right to speak for the organisation in one role; only its digest is kept (W01)."""

    __tablename__ = "api_token"

    id: Mapped[int] = exposed_id()
    name: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[Role]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
