"""How many texts may leave: of one organisation in a day, from our side to one number in an hour (M14).

Where a manager or a program asks for more, it is refused and nothing is stored. What was written to somebody
is kept all the same: its text waits until the hour has room. What follows from other people's answers is
never refused: over the limit of the day it goes by e-mail, and the manager is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from fieldtickets.config import Settings
from fieldtickets.desk import Recorded, Request
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.fates import SMS_LIMIT
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.store.models import Delivery, Dispatch
from fieldtickets.store.models.owed import DUE
from fieldtickets.store.queries.counters import count_up, counted
from fieldtickets.store.queries.ticket import AGAIN

REPEATED = ("offer.send", "offer.remind", "link.resend", "link.replace")  # the same, asked once more
WRITTEN = "message.write"
ASKED = (*REPEATED, WRITTEN)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
NEARLY = 0.8  # of the day's limit, where the operator is told

log = structlog.get_logger("outbox")


class TooManyTexts(Refused):
    """The limit is reached; `status` is that of the answer."""

    code = SMS_LIMIT
    status = 429


def check_act(
    session: Session, settings: Settings, asked: Request, recorded: Recorded, now: datetime
) -> None:
    """Raise TooManyTexts where an act of our side has just owed one text message too many."""
    if asked.actor.party is Party.MANAGER and asked.act.name in ASKED and not recorded.again:
        check(session, settings, _texts(session, Delivery.event_id == recorded.event_id), now)


def check_offers(session: Session, settings: Settings, offered: Sequence[Dispatch], now: datetime) -> None:
    """The same for offers that were just made."""
    theirs = Delivery.dispatch_id.in_([dispatch.id for dispatch in offered])
    check(session, settings, _texts(session, theirs, Delivery.act == "offer.send"), now)


def check(session: Session, settings: Settings, owed: Sequence[Delivery], now: datetime) -> None:
    """Raise TooManyTexts if these text messages, just owed, are more than may leave."""
    for one in owed:
        again = one.act in REPEATED or one.idempotency_key.startswith(AGAIN)
        if again and _this_hour(session, one, now) > settings.sms_per_hour:
            raise TooManyTexts(_("This number got enough text messages for now. Call, or wait an hour."))
    if owed and _today(session, owed[0].organisation_id, now) > settings.sms_per_day:
        raise TooManyTexts(_("The text messages of this day are used up. Try again tomorrow."))


def used_up(session: Session, settings: Settings, delivery: Delivery, now: datetime) -> bool:
    """Whether the organisation has sent all that it may in a day."""
    return counted(session, _key(delivery.organisation_id), now) >= settings.sms_per_day


def held_until(session: Session, settings: Settings, delivery: Delivery, now: datetime) -> datetime | None:
    """When the hour has room again for what our side wrote to this number; None where it may leave now."""
    if delivery.act != WRITTEN or delivery.idempotency_key.startswith(AGAIN):
        return None
    left = select(Delivery.sent_at).where(_from_us(delivery), Delivery.sent_at > now - AN_HOUR)
    times = session.scalars(left.order_by(Delivery.sent_at.desc()).limit(settings.sms_per_hour)).all()
    return times[-1] + AN_HOUR if len(times) == settings.sms_per_hour and times[-1] else None


def count_one(session: Session, settings: Settings, delivery: Delivery, now: datetime) -> None:
    """One more text message was taken by the provider; the operator is told when few are left, once."""
    sent = count_up(session, _key(delivery.organisation_id), now + A_DAY, now)
    if sent == max(1, int(settings.sms_per_day * NEARLY)):
        log.error(
            "text messages of the day nearly used up",
            organisation=delivery.organisation_id,
            sent=sent,
            limit=settings.sms_per_day,
        )


def _texts(session: Session, *which: object) -> Sequence[Delivery]:
    texts = select(Delivery).where(Delivery.channel == "sms", *which)  # type: ignore[arg-type]
    return session.scalars(texts).all()


def _this_hour(session: Session, one: Delivery, now: datetime) -> int:
    """How many of our side's texts this number was owed in an hour that ends now."""
    owed = select(func.count(Delivery.id)).where(
        _from_us(one), Delivery.state != "cancelled", Delivery.due_at > now - AN_HOUR
    )
    return session.scalar(owed) or 0


def _from_us(one: Delivery) -> ColumnElement[bool]:
    """What our side sends to this number of its own accord; the request of another job is work, no loop."""
    other_job = and_(Delivery.act == "offer.send", Delivery.ticket_id != one.ticket_id)
    return and_(
        Delivery.organisation_id == one.organisation_id,
        Delivery.channel == "sms",
        Delivery.address == one.address,
        or_(Delivery.act.in_(ASKED), Delivery.idempotency_key.startswith(AGAIN)),
        ~other_job,
    )


def _today(session: Session, organisation_id: int, now: datetime) -> int:
    """What was sent since the day of the limit began, and what waits to be sent."""
    waiting = select(func.count(Delivery.id)).where(
        Delivery.organisation_id == organisation_id,
        Delivery.channel == "sms",
        DUE,
    )
    return counted(session, _key(organisation_id), now) + (session.scalar(waiting) or 0)


def _key(organisation_id: int) -> str:
    return f"sms.day.{organisation_id}"
