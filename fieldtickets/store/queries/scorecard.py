"""How a subcontractor does: offers and answers, hours kept, work that came back, visits that nobody made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.exchanges.texts import revived
from fieldtickets.store.models import Dispatch, Event, EventPayload

COUNTED_FOR = timedelta(days=365)
GRACE = timedelta(minutes=15)  # within which an arrival is on time
ANSWERS = ("offer.accept", "offer.refuse")
ARRIVALS = ("visit.arrive", "visit.start")
REWORK, NO_SHOW = "completion.return", "visit.nobody_came"
COUNTED = ("offer.send", *ANSWERS, *ARRIVALS, REWORK, NO_SHOW)


@dataclass(frozen=True)
class Scorecard:
    """The figures of one subcontractor over a year; `refusals` counts by the code of the reason."""

    offers: int
    answers: int
    time_to_answer: timedelta | None  # the median
    refusals: Mapping[str, int]
    visits: int  # with an appointment and an arrival
    on_time: int
    reworks: int
    no_shows: int


@dataclass
class Tally:
    """Counting through the journal, oldest first."""

    offered: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    waits: dict[int, datetime] = field(default_factory=dict)  # since when an answer is awaited
    delays: list[float] = field(default_factory=list)  # seconds
    refusals: Counter[str] = field(default_factory=Counter)
    arrivals: dict[tuple[int, datetime], datetime] = field(default_factory=dict)  # the first at each visit
    acts: Counter[str] = field(default_factory=Counter)

    def count(self, dispatch_id: int, act: str, at: datetime, content: Mapping[str, Any]) -> None:
        """One more fact."""
        self.acts[act] += 1
        if act == "offer.send":
            self.offered.add(dispatch_id)
            self.waits[dispatch_id] = at
        elif act in ANSWERS:
            self.answered.add(dispatch_id)
            if since := self.waits.pop(dispatch_id, None):
                self.delays.append((at - since).total_seconds())
            if act == "offer.refuse":
                self.refusals[content.get("answer", {}).get("reason", "other")] += 1
        elif act in ARRIVALS and (appointment := revived(content.get("appointment"))):
            self.arrivals.setdefault((dispatch_id, appointment), at)

    def card(self) -> Scorecard:
        """What was counted."""
        on_time = sum(at <= due + GRACE for (_dispatch, due), at in self.arrivals.items())
        return Scorecard(
            len(self.offered),
            len(self.answered & self.offered),
            timedelta(seconds=median(self.delays)) if self.delays else None,
            dict(self.refusals.most_common()),
            len(self.arrivals),
            on_time,
            self.acts[REWORK],
            self.acts[NO_SHOW],
        )


def scorecard(session: Session, subcontractor_id: int, now: datetime) -> Scorecard:
    """The figures of the last year, from the journal."""
    return reckon(
        session.execute(
            select(Event.dispatch_id, Event.act, Event.at, EventPayload.content)
            .join(Dispatch, Dispatch.id == Event.dispatch_id)
            .join(EventPayload, EventPayload.event_id == Event.id, isouter=True)
            .where(
                Dispatch.subcontractor_id == subcontractor_id,
                Event.act.in_(COUNTED),
                Event.at > now - COUNTED_FOR,
            )
            .order_by(Event.id)
        )
    )


def reckon(rows: Iterable[Any]) -> Scorecard:
    """The figures of facts given as dispatch, act, instant and content, oldest first."""
    tally = Tally()
    for dispatch_id, act, at, content in rows:
        tally.count(dispatch_id, act, at, content or {})
    return tally.card()
