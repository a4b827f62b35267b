"""STOP and START: what somebody answers to a text message decides whether we send them any (M18).

Whoever answers cannot say which organisation they mean: all that texted this number stop. What must be told
all the same goes by e-mail.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fieldtickets.domain.sms_text import gsm
from fieldtickets.links import Links
from fieldtickets.outbox.telling import tell
from fieldtickets.store.models import BlockedNumber, Delivery

# The word alone, or with the short code that some networks ask for: "stop the leak" is no such answer.
STOP = re.compile(r"(stop|stopall|arret|unsubscribe|abmelden)( sms)?( \d{5})?", re.IGNORECASE)
START = re.compile(r"(start|unstop)( sms)?", re.IGNORECASE)


def take_answer(session: Session, links: Links, phone: str, text: str, now: datetime) -> bool:
    """Do what a text message from this number (E.164) asks for; False when it asks for neither.

    The same answer twice is once.
    """
    said = gsm(text).strip(" .!\n\"'")
    if STOP.fullmatch(said):
        for last in _last_texts(session, phone):
            block(session, links, last, now)
    elif START.fullmatch(said):
        for last in _last_texts(session, phone):
            _let_go(session, links, last, now)
    else:
        return False
    return True


def is_blocked(session: Session, delivery: Delivery) -> bool:
    """Whether this number wants no text messages of this organisation."""
    return session.get(BlockedNumber, (delivery.organisation_id, delivery.address)) is not None


def block(session: Session, links: Links, last: Delivery, now: datetime) -> None:
    """Send no text of this delivery's organisation to its number any more; the manager is told, once."""
    if not is_blocked(session, last):
        session.add(BlockedNumber(organisation_id=last.organisation_id, phone=last.address, since=now))
        tell(session, links, last, "message.stop", now)


def _let_go(session: Session, links: Links, last: Delivery, now: datetime) -> None:
    gone = session.execute(
        delete(BlockedNumber).where(
            BlockedNumber.organisation_id == last.organisation_id, BlockedNumber.phone == last.address
        )
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        tell(session, links, last, "message.start", now)


def _last_texts(session: Session, phone: str) -> Iterator[Delivery]:
    """The last text message about a ticket that each organisation sent to this number."""
    sent = select(Delivery.id, Delivery.organisation_id).where(
        Delivery.channel == "sms",
        Delivery.address == phone,
        Delivery.ticket_id.is_not(None),
        Delivery.attempts > 0,
    )
    newest = session.execute(sent.order_by(Delivery.due_at.desc(), Delivery.id)).all()
    last = {row.organisation_id: row.id for row in reversed(newest)}
    for _organisation, delivery_id in sorted(last.items()):
        yield session.get_one(Delivery, delivery_id)
