"""How many texts may leave: of one organisation in a day, to one number about one job in an hour (M14).

Where a manager or a program asks for more, it is refused and nothing is stored. What follows from other
people's answers is never refused: over the limit of the day it goes by e-mail, and the manager is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldtickets.config import Settings
from fieldtickets.desk import Recorded, Request
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.store.models import Delivery, Dispatch
from fieldtickets.store.queries.counters import count_up, counted
from fieldtickets.store.queries.ticket import AGAIN

REPEATED = ("offer.send", "offer.remind", "link.resend", "link.replace")  # the same, asked once more
ASKED = (*REPEATED, "message.write")
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
NEARLY = 0.8  # of the day's limit, where the operator is told
WAITING = ("queued", "claimed", "sending")

log = structlog.get_logger("outbox")


class TooManyTexts(Refused):
    """The limit is reached; `status` is that of the answer."""

    code = "sms.limit"
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
            raise TooManyTexts(
                _("This number got enough text messages about this job for now. Call, or wait an hour.")
            )
    if owed and _today(session, owed[0].organisation_id, now) > settings.sms_per_day:
        raise TooManyTexts(_("The text messages of this day are used up. Try again tomorrow."))


def used_up(session: Session, settings: Settings, delivery: Delivery, now: datetime) -> bool:
    """Whether the organisation has sent all that it may in a day."""
    return counted(session, _key(delivery.organisation_id), now) >= settings.sms_per_day


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
    """How often this number was asked the same about this ticket, in an hour that ends now."""
    again = or_(Delivery.act.in_(REPEATED), Delivery.idempotency_key.startswith(AGAIN))
    asked = select(func.count(Delivery.id)).where(
        Delivery.ticket_id == one.ticket_id,
        Delivery.channel == "sms",
        Delivery.address == one.address,
        Delivery.state != "cancelled",
        Delivery.due_at > now - AN_HOUR,
        again,
    )
    return session.scalar(asked) or 0


def _today(session: Session, organisation_id: int, now: datetime) -> int:
    """What was sent since the day of the limit began, and what waits to be sent."""
    waiting = select(func.count(Delivery.id)).where(
        Delivery.organisation_id == organisation_id,
        Delivery.channel == "sms",
        Delivery.state.in_(WAITING),
    )
    return counted(session, _key(organisation_id), now) + (session.scalar(waiting) or 0)


def _key(organisation_id: int) -> str:
    return f"sms.day.{organisation_id}"
