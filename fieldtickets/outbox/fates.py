"""What became of a call, written down; and what follows for people when a message did not arrive."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import singledispatch
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk import Actor
from fieldtickets.desk.notices import GUESTS
from fieldtickets.domain.fates import SMS_LIMIT, SMS_STOP
from fieldtickets.domain.parties import OUTSIDE
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.outbox.queue import pause, resume
from fieldtickets.outbox.retries import TRIES_OF_A_BAD_ROW, next_try
from fieldtickets.outbox.stopping import block
from fieldtickets.outbox.telling import tell
from fieldtickets.senders import KeyRefused, NotSent, OptedOut, Rejected, SentRef, Unclear
from fieldtickets.store.models import Delivery, Dispatch, Link, Subcontractor, Ticket
from fieldtickets.store.queries.ticket import AGAIN

Chance = Callable[[], float]
AGAIN_WITHIN = timedelta(hours=24)
OTHER = {"sms": "email", "email": "sms"}


@dataclass(frozen=True)
class Taken:
    """The provider took it: its reference, and the text as it was sent, without the link."""

    ref: SentRef
    text: str
    segments: int | None = None


@dataclass(frozen=True)
class Unwanted:
    """It was not sent: nobody wants it any more."""

    reason: str


@dataclass(frozen=True)
class Broken:
    """It could not even be written: a fault of ours."""

    kind: str


@dataclass(frozen=True)
class Stopped:
    """It was not sent: whoever has this number answered STOP."""


@dataclass(frozen=True)
class Held:
    """It was not sent yet: its number got enough texts for now (M14)."""

    until: datetime


@dataclass(frozen=True)
class Interrupted:
    """The worker that was sending it is gone, and with it the provider's answer."""


Outcome = (
    Taken
    | Unwanted
    | Stopped
    | Held
    | Broken
    | Interrupted
    | NotSent
    | OptedOut
    | Rejected
    | KeyRefused
    | Unclear
)


@dataclass(frozen=True)
class Settling:
    """A delivery whose fate is being written, in the transaction that writes it."""

    session: Session
    links: Links
    delivery: Delivery
    now: datetime
    chance: Chance = random.random

    def tell(self, act: str) -> None:
        """Let the desk record what became of it."""
        tell(self.session, self.links, self.delivery, act, self.now)


def settle(outcome: Outcome, settling: Settling) -> None:
    """Write the fate of one call; does nothing if somebody else settled it meanwhile."""
    if settling.delivery.state == "sending":
        settling.delivery.lease_until = None
        _settle(outcome, settling)


@singledispatch
def _settle(outcome: Outcome, settling: Settling) -> None:
    raise NotImplementedError(type(outcome).__name__)


@_settle.register
def _taken(outcome: Taken, settling: Settling) -> None:
    delivery = settling.delivery
    delivery.state, delivery.sent_at, delivery.failure = "sent", settling.now, ""
    delivery.provider_id = outcome.ref.provider_id
    delivery.text, delivery.segments = outcome.text, outcome.segments
    resume(settling.session, delivery.channel)


@_settle.register
def _unwanted(outcome: Unwanted, settling: Settling) -> None:
    settling.delivery.state, settling.delivery.failure = "cancelled", outcome.reason


@_settle.register
def _opted_out(outcome: OptedOut, settling: Settling) -> None:
    stopped(settling)


@_settle.register
def _stopped(outcome: Stopped, settling: Settling) -> None:
    _not_by_text(settling)


def stopped(settling: Settling) -> None:
    """The provider, or later its receipt, says that whoever has the number wants no more of them (M18)."""
    block(settling.session, settling.links, settling.delivery, settling.now)
    _not_by_text(settling)


def _not_by_text(settling: Settling) -> None:
    """It goes by e-mail where there is an address, else the manager has to call (M18)."""
    settling.delivery.failure = SMS_STOP
    if _went(settling.session, settling.delivery, "email") or fall_back(settling):
        settling.delivery.state = "cancelled"
    else:
        _give_up(settling, "failed")


@_settle.register
def _not_sent(outcome: NotSent, settling: Settling) -> None:
    delivery = settling.delivery
    again = next_try(
        settling.now, delivery.attempts, delivery.ends_at, settling.chance(), outcome.retry_after
    )
    delivery.failure = outcome.reason
    if again is None:
        _give_up(settling, "dead")
        fall_back(settling)
    else:
        delivery.state, delivery.due_at = "queued", again


@_settle.register
def _held(outcome: Held, settling: Settling) -> None:
    """It leaves when there is room, unless nobody wants it any more by then; the e-mail beside it went."""
    delivery = settling.delivery
    if outcome.until >= delivery.ends_at:
        failed_at_last(settling, SMS_LIMIT)
    else:
        delivery.state, delivery.attempts = "queued", delivery.attempts - 1  # nobody was called
        delivery.due_at, delivery.failure = outcome.until, SMS_LIMIT


@_settle.register
def _broken(outcome: Broken, settling: Settling) -> None:
    delivery = settling.delivery
    delivery.failure = outcome.kind
    if delivery.attempts >= TRIES_OF_A_BAD_ROW:
        _give_up(settling, "dead")
    else:
        delivery.state, delivery.due_at = "queued", settling.now + timedelta(seconds=30)


@_settle.register
def _rejected(outcome: Rejected, settling: Settling) -> None:
    failed_at_last(settling, outcome.reason)


@_settle.register
def _key_refused(outcome: KeyRefused, settling: Settling) -> None:
    delivery = settling.delivery
    delivery.state, delivery.attempts = "queued", delivery.attempts - 1  # its own fault it was not
    pause(settling.session, delivery.channel, settling.now)


@_settle.register
def _unclear(outcome: Unclear, settling: Settling) -> None:
    _doubt(settling, str(outcome)[:200])


@_settle.register
def _interrupted(outcome: Interrupted, settling: Settling) -> None:
    """It may have left: it is sent once more, and the second time left to a person (M03, M04)."""
    if settling.delivery.maybe_twice:
        _doubt(settling, "the worker stopped during the call, twice")
        return
    settling.delivery.state, settling.delivery.maybe_twice = "queued", True
    settling.tell("message.repeat")


def _doubt(settling: Settling, reason: str) -> None:
    """Not sent again by itself: the manager looks, or a receipt still comes."""
    settling.delivery.state, settling.delivery.failure = "uncertain", reason
    settling.tell("message.doubt")


def failed_at_last(settling: Settling, reason: str) -> None:
    """The provider, or later its receipt, says that this address will not have it (M07)."""
    settling.delivery.failure = reason
    _give_up(settling, "failed")
    fall_back(settling)


def _give_up(settling: Settling, state: str) -> None:
    """Not delivered: the journal says so, and it becomes the manager's task."""
    settling.delivery.state = state
    settling.tell("message.bounce")


def fall_back(settling: Settling) -> Delivery | None:
    """Owe the same message on the other channel, unless it already went there; None when it cannot be."""
    old, session = settling.delivery, settling.session
    if old.ticket_id is None or old.party not in OUTSIDE:
        return None
    channel = OTHER[old.channel]
    notice = ACTS[old.act].notices[old.notice]
    address = _address(session, old, channel)
    if not address or not (notice.sms if channel == "sms" else notice.subject):
        return None
    if _went(session, old, channel):
        return None
    return copied(session, old, settling.now, f"fallback.{old.id}", channel=channel, address=address)


def _went(session: Session, old: Delivery, channel: str) -> bool:
    """Whether the same person is told the same on another channel."""
    went = select(Delivery.id).where(
        Delivery.event_id == old.event_id,
        Delivery.notice == old.notice,
        Delivery.party == old.party,
        Delivery.dispatch_id.is_not_distinct_from(old.dispatch_id),
        Delivery.channel == channel,
    )
    return session.scalars(went.limit(1)).first() is not None


def send_again(session: Session, links: Links, delivery: Delivery, actor: Actor, now: datetime) -> Delivery:
    """Owe a message once more, as the manager asked: a new row, so that the fate of the first stays known.

    It goes to the address that is on file now, and what there was to do about the first one is done.
    """
    tell(session, links, delivery, "message.again", now, actor)
    known = _address(session, delivery, delivery.channel) if delivery.party in OUTSIDE else ""
    key = f"{AGAIN}{delivery.id}.{uuid4().hex[:12]}"
    return copied(session, delivery, now, key, address=known or delivery.address)


def copied(session: Session, old: Delivery, now: datetime, key: str, **changes: str) -> Delivery:
    """A new delivery with the words of an old one."""
    kept = (
        "organisation_id ticket_id event_id dispatch_id link_id party channel address name language zone "
        "act notice words"
    )
    values = {name: getattr(old, name) for name in kept.split()}
    new = Delivery(**{**values, **changes}, idempotency_key=key, due_at=now, ends_at=now + AGAIN_WITHIN)
    session.add(new)
    return new


def _address(session: Session, delivery: Delivery, channel: str) -> str:
    """Where the same person is reached on another channel; empty when nobody knows."""
    if delivery.party in GUESTS:
        link = session.get_one(Link, delivery.link_id)
        return (link.guest.phone if channel == "sms" else link.guest.email) if link.guest else ""
    if delivery.dispatch_id is not None:
        office = (
            session.scalars(select(Subcontractor).join(Dispatch).where(Dispatch.id == delivery.dispatch_id))
            .one()
            .office
        )
        return office.phone if channel == "sms" else office.email
    ticket = session.get_one(Ticket, delivery.ticket_id)
    if ticket.customer is None:
        return ""
    return ticket.customer.phone if channel == "sms" else ticket.customer.email
