"""Who plays: companies and customers, each with a habit of answering, or of not answering."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from fieldtickets.desk.founding import found_organisation
from fieldtickets.domain.parties import Role
from fieldtickets.store.models import Customer, Person, Site, Subcontractor, User

NAME, TRADE, AREA = "Simulation", "plumbing", "69"


@dataclass(frozen=True)
class Habit:
    """How somebody answers: whether at all, after how long, and how often it takes the odd way out."""

    name: str
    answers: float  # of all turns
    least: timedelta
    most: timedelta
    odd: float  # of its answers: an act that is possible, but not the one asked for

    def delay(self, chance: Random) -> timedelta:
        """How long this answer takes."""
        return self.least + (self.most - self.least) * chance.random()


FAST = Habit("fast", 0.98, timedelta(minutes=2), timedelta(minutes=40), 0.05)
LATE = Habit("late", 0.9, timedelta(hours=8), timedelta(hours=70), 0.15)
SILENT = Habit("silent", 0.15, timedelta(hours=1), timedelta(hours=40), 0.1)
ABSENT = Habit("absent", 0.0, timedelta(hours=1), timedelta(hours=1), 0.0)
HABITS = (FAST, LATE, SILENT, ABSENT)
OF_COMPANIES = (FAST, FAST, FAST, LATE, LATE, SILENT, ABSENT)  # one company each, in turn
OF_MANAGER = Habit("manager", 1.0, timedelta(hours=1), timedelta(hours=20), 0.02)


@dataclass(frozen=True)
class Cast:
    """Ids of everybody, the companies with their habits."""

    organisation: int
    manager: int
    companies: dict[int, Habit]


def engage(session: Session, companies: int, now: datetime) -> Cast:
    """An organisation with a manager and so many companies. The session is one over EVERYONE."""
    organisation = found_organisation(session, NAME, NAME, "en", now)
    manager = User(
        organisation_id=organisation,
        name="The manager",
        email="manager@simulation.example",
        role=Role.MANAGER,
        created_at=now,
    )
    found = [_company(organisation, number, now) for number in range(companies)]
    session.add_all([manager, *found])
    session.flush()
    habits = (OF_COMPANIES[number % len(OF_COMPANIES)] for number in range(companies))
    return Cast(organisation, manager.id, dict(zip((one.id for one in found), habits, strict=True)))


def _company(organisation: int, number: int, now: datetime) -> Subcontractor:
    name = f"Company {number}"
    phone = f"+336390{number:05}"
    return Subcontractor(
        organisation_id=organisation,
        name=name,
        trades=[TRADE],
        areas=[AREA],
        created_at=now,
        people=[Person(organisation_id=organisation, name=name, phone=phone)],
    )


def a_site(number: int) -> Site:
    """A place of its own for a ticket."""
    return Site(name=f"House {number}", address=f"{number} rue du Lac", postcode="69003", city="Lyon")


def a_customer(number: int) -> Customer:
    """Somebody who lives there."""
    return Customer(name=f"Customer {number}", phone=f"+336398{number:05}")
