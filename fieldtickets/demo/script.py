"""The words in which the demo's stories are told: who does what, and when, seen from today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
MANAGER, CUSTOMER = "manager", "customer"  # beside the short names of subcontractors
SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """An hour of a day: 0 is today, 1 tomorrow, -1 the last working day before today."""

    number: int
    hour: int
    minute: int = 0

    def instant(self, now: datetime) -> datetime:
        """The instant that it is, seen from now."""
        today = now.astimezone(ZONE).date()
        there = datetime.combine(_day(today, self.number), time(self.hour, self.minute), ZONE)
        return there.astimezone(UTC)


@dataclass(frozen=True)
class Ago:
    """So many minutes before the demo is loaded, whatever the hour."""

    minutes: int

    def instant(self, now: datetime) -> datetime:
        """The instant that it is, seen from now."""
        return now - timedelta(minutes=self.minutes)


When = Day | Ago


@dataclass(frozen=True)
class Step:
    """One act of a story. days: what the answer's `date` and `time`, `date_2` and `time_2`… will be."""

    at: When
    act: str
    who: str = MANAGER
    answer: Mapping[str, Any] = field(default_factory=dict)
    days: tuple[Day, ...] = ()
    to: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """One ticket, from its opening on. site, customer: names of people.py; price: net, in euros."""

    title: str
    trade: str
    site: str
    customer: str
    description: str
    opened: When
    steps: tuple[Step, ...] = ()
    price: int | None = None
    urgent: bool = False
    kind: str = "order"
    playbook: str = "syndic"
    appointment: Day | None = None
    photos: tuple[str, ...] = ()


def ask(at: When, *companies: str) -> Step:
    """The manager offers the ticket to these; to none named: to those whose trade and area suit."""
    return Step(at, "offer.send", to=companies)


def accept(at: When, who: str, *days: Day, **answer: Any) -> Step:
    """A subcontractor takes the job, with the day and hour where the playbook asks for them."""
    return Step(at, "offer.accept", who, answer, days)


def does(at: When, who: str, act: str, **answer: Any) -> Step:
    """Any other act."""
    return Step(at, act, who, answer)


def propose(at: When, who: str, *days: Day, **answer: Any) -> Step:
    """Up to three dates."""
    return Step(at, "appointment.propose", who, answer, days)


def writes(at: When, who: str, body: str, *photos: str) -> Step:
    """A subcontractor or the customer writes to the manager."""
    return Step(at, "message.write", who, {"body": body}, photos=photos)


def replies(at: When, to: str, body: str) -> Step:
    """The manager writes to the company that has the job ("subcontractor"), the "customer", or a "note"."""
    return Step(at, "message.write", MANAGER, {"body": body, "to": to})


def recall(at: When, company: str) -> Step:
    """The manager takes an offer, or the job itself, back."""
    return Step(at, "offer.recall", to=(company,))


def _day(today: date, number: int) -> date:
    if number >= 0:
        return today + timedelta(days=number)
    day = today
    for _working_day in range(-number):
        day -= timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
    return day
