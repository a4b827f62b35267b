"""What is owed: messages to people, deadlines to the clock, tasks to the manager."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, PrimaryKeyConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id, partial

WAITING = ("queued", "claimed", "sending")
DUE = text(f"state IN {WAITING}")
IN_TROUBLE = text("state IN ('dead', 'failed', 'uncertain')")
PENDING = text("state = 'pending'")
OPEN_TASK = text("settled_at IS NULL")


class Delivery(Owned, Base):
    """One message to one address on one channel: the outbox row, written with the act that owes it (M01).

    state: queued → claimed → sending → sent → delivered or failed; or uncertain, dead, cancelled (E5).
    act, notice: which text of which act; it is rendered, with the link, when it is sent.
    words: the values of that text, frozen; never a token.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        belongs_to("ticket", "ticket_id"),
        belongs_to("event", "event_id"),
        partial("ix_delivery_due", "channel", "due_at", "id", where=DUE),
        partial("ix_delivery_trouble", "state", where=IN_TROUBLE),
        Index("ix_delivery_ticket_id", "ticket_id"),
        Index("ix_delivery_event_id", "event_id"),
        Index("ix_delivery_address", "address", "due_at"),
    )

    id: Mapped[int] = exposed_id()
    idempotency_key: Mapped[str] = mapped_column(String(120))
    ticket_id: Mapped[int | None]  # None: about an account
    event_id: Mapped[int | None]
    dispatch_id: Mapped[int | None]
    link_id: Mapped[int | None]
    party: Mapped[Party]
    channel: Mapped[str] = mapped_column(String(5))  # "sms" or "email"
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(40))
    notice: Mapped[int] = mapped_column(default=0)
    words: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    due_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # after this nobody wants it any more (M06)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(200), default="")
    provider_id: Mapped[str] = mapped_column(String(120), default="")
    maybe_twice: Mapped[bool] = mapped_column(default=False)  # a worker died during the call (M03)
    segments: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(2000), default="")  # as sent, the link left out
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class BlockedNumber(Owned, Base):
    """A number whose owner answered STOP: this organisation sends it no text message any more (M18)."""

    __tablename__ = "blocked_number"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "phone"),)

    phone: Mapped[str] = mapped_column(String(16))  # E.164
    since: Mapped[datetime]


class Clock(Owned, Base):
    """A deadline: at `due_at` the party *clock* does the act `kind`, once."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("ticket_id", "dispatch_id", "kind", "number"),
        belongs_to("ticket", "ticket_id"),
        partial("ix_clock_due", "due_at", "id", where=PENDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))  # the name of the act
    number: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9), default="pending")  # pending, fired, cancelled
    fired_at: Mapped[datetime | None]


class TodoTask(Owned, Base):
    """Something the manager must do on a ticket, from the moment it is owed until it is settled."""

    __tablename__ = "task"
    __table_args__ = (
        belongs_to("ticket", "ticket_id"),
        partial("ix_task_open", "organisation_id", "ticket_id", where=OPEN_TASK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    kind: Mapped[Task]
    since: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    settled_at: Mapped[datetime | None]


class Tick(Base):
    """A round that one worker has taken: of N workers one wins each minute."""

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20), primary_key=True)
    done_at: Mapped[datetime]


class Counter(Base):
    """How often something happened in a window of time, for limits that hold over all processes."""

    __tablename__ = "counter"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime]


class Installation(Base):
    """A few values of the installation as a whole: the test clock's offset, whether sending is paused."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))
