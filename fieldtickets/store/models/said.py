"""What was said and done: the journal, messages, attachments, and the forms already counted."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.domain.parties import Party
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id, partial

NEW = text("state = 'new'")


class Event(Owned, Base):
    """One fact of the journal. Rows are only added: the database refuses to change or delete them (E8)."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("organisation_id", "seq"),
        UniqueConstraint("organisation_id", "id"),
        belongs_to("ticket", "ticket_id"),
        Index("ix_event_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]  # without gaps in each organisation
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(40))
    party: Mapped[Party]
    actor: Mapped[str] = mapped_column(String(40))  # "user:17", "link:1a2b3c4d", "clock": never a name
    at: Mapped[datetime]
    declared_at: Mapped[datetime | None]  # when the phone says it was tapped, offline
    payload_digest: Mapped[str] = mapped_column(String(64))
    previous_seal: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))

    payload: Mapped["EventPayload | None"] = relationship(viewonly=True)

    def fact(self) -> dict[str, Any]:
        """What the seal covers."""
        return {
            "organisation": self.organisation_id,
            "seq": self.seq,
            "ticket": self.ticket_id,
            "dispatch": self.dispatch_id,
            "act": self.act,
            "party": self.party.value,
            "actor": self.actor,
            "at": _utc(self.at),
            "declared_at": _utc(self.declared_at) if self.declared_at else None,
            "payload": self.payload_digest,
        }


def _utc(instant: datetime) -> str:
    """As the database gives it back, whichever zone it was written in: a seal must not depend on that."""
    return instant.astimezone(UTC).isoformat()


class EventPayload(Owned, Base):
    """The words and names of a fact, beside it: erasing this row leaves the chain whole (Y01)."""

    __tablename__ = "event_payload"
    __table_args__ = (belongs_to("event", "event_id"),)

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]  # {"who": …, "answer": …}


class Message(Owned, Base):
    """What somebody wrote. `dispatch_id` empty: with the customer, or a note of the managers."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        belongs_to("ticket", "ticket_id"),
        belongs_to("event", "event_id"),
        Index("ix_message_ticket_id", "ticket_id", "id"),
        Index("ix_message_event_id", "event_id", unique=True),
    )

    id: Mapped[int] = exposed_id()
    ticket_id: Mapped[int]
    event_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    audience: Mapped[Party | None]  # the other side of the thread; None: a note
    body: Mapped[str] = mapped_column(Text)


class Attachment(Owned, Base):
    """A file: of a message, or of the ticket itself when `event_id` is that of its opening.

    key: where the bytes are in the store. preview_key, thumb_key: made after the commit.
    dispatch_id and audience say, as for messages, who may see it; shared: whoever may see the ticket.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        belongs_to("ticket", "ticket_id"),
        belongs_to("event", "event_id"),
        Index("ix_attachment_ticket_id", "ticket_id"),
        Index("ix_attachment_event_id", "event_id"),
        partial("ix_attachment_new", "id", where=NEW),
    )

    id: Mapped[int] = exposed_id()
    ticket_id: Mapped[int]
    event_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    audience: Mapped[Party | None]
    shared: Mapped[bool] = mapped_column(default=False)
    field: Mapped[str] = mapped_column(String(20), default="files")
    place: Mapped[int] = mapped_column(default=0)  # among the files that came with it
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))  # by content, never as declared
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(160))
    preview_key: Mapped[str | None] = mapped_column(String(160))
    thumb_key: Mapped[str | None] = mapped_column(String(160))
    width: Mapped[int | None]
    height: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="new")  # new, ready, broken


class Position(Owned, Base):
    """Where a phone said it was, once and rounded to about a hundred metres; kept shorter than the rest."""

    __tablename__ = "position"
    __table_args__ = (belongs_to("event", "event_id"), Index("ix_position_at", "at"))

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latitude: Mapped[str] = mapped_column(String(12))
    longitude: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class Submission(Owned, Base):
    """A form already counted: sent again it is the same act, with other content it is refused (R02, R04)."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_event_id", "event_id"),)

    nonce: Mapped[str] = mapped_column(String(120), primary_key=True)
    act: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    event_id: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime]
