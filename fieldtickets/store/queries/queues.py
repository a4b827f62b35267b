"""Queues: the open tickets of an organisation, sorted by who has to act and until when."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.store.models import LARGEST_ID, Ticket

OPEN = Ticket.phase.not_in((Phase.CLOSED, Phase.CANCELLED))

QUEUE_NAMES: Mapping[str, Message] = {
    "to_send": _("To send"),
    "waiting": _("Waiting for an answer"),
    "mine": _("Needs my reply"),
    "today": _("Today"),
    "late": _("Late"),
    "all": _("All"),
}


class UnknownCursor(Exception):
    """Not where a page of ours begins."""


@dataclass(frozen=True)
class Moment:
    """Now, and the day that "today" means in the organisation's zone, as UTC instants."""

    now: datetime
    day_starts: datetime
    day_ends: datetime

    @classmethod
    def at(cls, now: datetime, zone: str) -> "Moment":
        """The moment of an instant in a zone; a day of a clock change has 23 or 25 hours (T02)."""
        midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now, midnight, midnight + timedelta(days=1))


def in_queue(queue: str, moment: Moment) -> ColumnElement[bool]:
    """Which tickets a queue holds. KeyError for a queue that does not exist."""
    return {
        "to_send": Ticket.phase == Phase.DRAFT,
        "waiting": and_(OPEN, Ticket.phase != Phase.DRAFT, Ticket.ball != Party.MANAGER),
        "mine": and_(Ticket.phase != Phase.DRAFT, Ticket.ball == Party.MANAGER),
        "today": and_(OPEN, Ticket.appointment_at.between(moment.day_starts, moment.day_ends)),
        "late": and_(OPEN, Ticket.limit_at < moment.now),
        "all": true(),
    }[queue]


def counts(session: Session, moment: Moment) -> dict[str, int]:
    """How many tickets each queue holds; only open ones are counted, over partial indexes."""
    queues = [name for name in QUEUE_NAMES if name != "all"]
    sums = [func.count().filter(in_queue(queue, moment)) for queue in queues]
    row = session.execute(
        select(*sums).select_from(Ticket).where(or_(OPEN, Ticket.ball == Party.MANAGER))
    ).one()
    return dict(zip(queues, row, strict=True))


def cursor(ticket: Ticket) -> str:
    """Where the next page begins: after this ticket."""
    return base64.urlsafe_b64encode(str(ticket.id).encode()).decode().rstrip("=")


def after(cursor: str) -> ColumnElement[bool]:
    """Tickets older than the cursor's. UnknownCursor for one that is none of ours (W06)."""
    if not cursor:
        return true()
    try:
        last = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise UnknownCursor from None
    if not 0 <= last <= LARGEST_ID:
        raise UnknownCursor
    return Ticket.id < last


def newest_first(queue: str, state: str, moment: Moment, page: str) -> ColumnElement[bool]:
    """All conditions of a list. UnknownCursor; KeyError for an unknown queue, ValueError for such a state."""
    wanted = [in_queue(queue or "all", moment), after(page)]
    if state:
        wanted.append(Ticket.phase == Phase(state))
    return and_(*wanted)
