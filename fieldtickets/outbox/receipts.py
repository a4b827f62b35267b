"""Receipts of text messages: what the network says became of them. State only moves forward (M17)."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldtickets.links import Links
from fieldtickets.outbox.fates import Settling, failed_at_last, stopped
from fieldtickets.outbox.stopping import block
from fieldtickets.outbox.telling import tell
from fieldtickets.store.models import Delivery
from fieldtickets.store.queries.ticket import TROUBLE

OPEN = ("sending", "sent", "uncertain")
ARRIVED_OR_UNWANTED = ("delivered", "cancelled")


def take_receipt(
    session: Session, links: Links, delivery_id: int, status: str, reason: str, now: datetime
) -> bool:
    """Note a receipt: "delivered", "failed" or "stopped"; twice is once, a late "failed" changes nothing.

    "delivered" is true whatever we believed before: a message that waits to be tried again is not sent twice,
    and one that was given up, or in doubt, is no longer the manager's business (M04).
    "stopped" holds for the number, also where this message arrived: they complained about it (M18).
    Returns False for a message that we do not know.
    """
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        return False
    if status == "delivered" and delivery.state not in ARRIVED_OR_UNWANTED:
        was_in_trouble = delivery.state in TROUBLE
        delivery.state, delivery.delivered_at, delivery.failure = "delivered", now, ""
        delivery.sent_at = delivery.sent_at or now
        if was_in_trouble:
            tell(session, links, delivery, "message.arrive", now)
    elif status == "failed" and delivery.state in OPEN:
        failed_at_last(Settling(session, links, delivery, now), reason[:200])
    elif status == "stopped" and delivery.channel == "sms":
        if delivery.state in OPEN:
            stopped(Settling(session, links, delivery, now))
        else:
            block(session, links, delivery, now)
    return True
