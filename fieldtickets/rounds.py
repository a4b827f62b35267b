"""Rounds: deadlines whose hour has come are acted on by the party *clock*, through the one door, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import structlog
from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldtickets.desk import Actor, Request, record
from fieldtickets.desk.retention import forget
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Clock, Tick, Ticket

BATCH = 200

# The statements are made once, so that SQLAlchemy finds what it compiled of them by the same key.
FIRST = (
    select(Clock)
    .where(Clock.state == "pending", Clock.due_at <= bindparam("now"))
    .order_by(Clock.due_at, Clock.id)
    .limit(BATCH)
)
NEXT = FIRST.where(
    or_(
        Clock.due_at > bindparam("last_due"),
        and_(Clock.due_at == bindparam("last_due"), Clock.id > bindparam("last_id")),
    )
)
ITS_TICKET = select(Ticket.id).where(Ticket.id == bindparam("ticket_id")).with_for_update()
FIRED = (
    update(Clock)
    .where(Clock.id == bindparam("clock_id"), Clock.state == "pending")
    .values(state="fired", fired_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
OVERTAKING = (
    select(Clock.id)
    .where(
        Clock.ticket_id == bindparam("ticket_id"),
        Clock.dispatch_id.is_not_distinct_from(bindparam("dispatch_id")),
        Clock.kind == bindparam("kind"),
        Clock.number > bindparam("number"),
        Clock.state == "pending",
        Clock.due_at <= bindparam("now"),
    )
    .limit(1)
)

log = structlog.get_logger("rounds")


@dataclass(frozen=True)
class Rounds:
    """Everything that time sets off. All of it is safe to do twice, and by several workers at once.

    ending: set once the worker is told to stop; the deadline in hand is the last (D04).
    """

    database: Database
    links: Links
    now: Callable[[], datetime]
    ending: Event = field(default_factory=Event)

    def run(self) -> int:
        """Act on every deadline that is due, the oldest first; the number of those that fired."""
        fired, last = 0, None
        while not self.ending.is_set() and (due := self._due(last)):
            fired += sum(self._fire(clock) for clock in due if not self.ending.is_set())
            last = due[-1]
        return fired

    def take_tick(self, name: str) -> bool:
        """Whether this worker does the round of this minute: of N workers one wins."""
        now = self.now()
        try:
            with self.database.begin(EVERYONE) as session:
                session.add(Tick(name=name, slot=now.strftime("%Y-%m-%dT%H:%M"), done_at=now))
        except IntegrityError:
            return False
        return True

    def clean_up(self) -> dict[str, int]:
        """Forget what only served for a while; how many rows of each kind."""
        return self.database.attempt(EVERYONE, lambda session: forget(session, self.now()))

    def _due(self, last: Clock | None) -> Sequence[Clock]:
        """The next deadlines, past those that were just tried."""
        now = self.now()
        with self.database.read(EVERYONE) as session:
            if last is None:
                return session.scalars(FIRST, {"now": now}).all()
            return session.scalars(NEXT, {"now": now, "last_due": last.due_at, "last_id": last.id}).all()

    def _fire(self, clock: Clock) -> bool:
        """Claim a deadline and do its act in one transaction; one that makes no sense any more just ends."""
        try:
            return self.database.attempt(clock.organisation_id, lambda session: self._claim(session, clock))
        except Refused:
            self._end(clock)
            return False
        except Exception as fault:  # one that fails must not keep the others waiting; it is tried again
            log.error("deadline failed", clock=clock.id, kind=clock.kind, fault=type(fault).__name__)
            return False

    def _claim(self, session: Session, clock: Clock) -> bool:
        # the ticket first, as every act does: it stops deadlines while it holds the ticket
        session.scalars(ITS_TICKET, {"ticket_id": clock.ticket_id}).one()
        taken = session.execute(FIRED, {"clock_id": clock.id, "now": self.now()})
        if taken.rowcount != 1 or self._overtaken(session, clock):  # type: ignore[attr-defined]
            return False
        record(session, self.links, self._request(clock), self.now())
        return True

    def _overtaken(self, session: Session, clock: Clock) -> bool:
        """Whether the next one of its kind is due as well: after an outage only the last one speaks."""
        this = {name: getattr(clock, name) for name in ("ticket_id", "dispatch_id", "kind", "number")}
        return session.scalars(OVERTAKING, {**this, "now": self.now()}).first() is not None

    def _request(self, clock: Clock) -> Request:
        return Request(
            clock.ticket_id,
            ACTS[clock.kind],
            {"number": clock.number} if ACTS[clock.kind].due else {},
            Actor(Party.CLOCK, "clock"),
            f"clock:{clock.id}:{clock.due_at:%Y%m%dT%H%M}",  # one that moved ahead fires anew
            clock.dispatch_id,
        )

    def _end(self, clock: Clock) -> None:
        still = update(Clock).where(Clock.id == clock.id, Clock.state == "pending")
        self.database.attempt(
            clock.organisation_id, lambda session: session.execute(still.values(state="cancelled"))
        )
