"""How sending goes, channel by channel, as far as one organisation may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.store.models import Delivery, Installation
from fieldtickets.store.models.owed import DUE

CHANNELS = ("email", "sms")


@dataclass(frozen=True)
class Channel:
    """One way of sending: what waits, what went last, what failed last, and the last test."""

    name: str
    waiting: int
    sent_at: datetime | None
    failed: Delivery | None
    test: Delivery | None
    paused: bool


def channels(session: Session, test_act: str, now: datetime) -> Sequence[Channel]:
    """Both channels as they stand now. test_act: what deliveries of a test have as their act."""
    return [_channel(session, name, test_act, now) for name in CHANNELS]


def _channel(session: Session, name: str, test_act: str, now: datetime) -> Channel:
    ours = Delivery.channel == name
    waiting = select(func.count(Delivery.id)).where(ours, DUE, Delivery.due_at <= now)
    latest = select(Delivery).where(ours).order_by(Delivery.due_at.desc(), Delivery.id).limit(1)
    failed = latest.where(Delivery.failure != "", Delivery.state != "cancelled")
    pause = session.get(Installation, f"paused_{name}")
    return Channel(
        name=name,
        waiting=session.scalar(waiting) or 0,
        sent_at=session.scalar(select(func.max(Delivery.sent_at)).where(ours)),
        failed=session.scalars(failed).first(),
        test=session.scalars(latest.where(Delivery.act == test_act)).first(),
        paused=pause is not None and datetime.fromisoformat(pause.value) > now,
    )
