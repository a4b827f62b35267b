"""Who plays: a manager, companies and customers, each with a habit of answering, or of not answering."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldtickets.desk.founding import found_organisation
from fieldtickets.domain.parties import Role
from fieldtickets.store.models import Customer, Organisation, Person, Site, Subcontractor, User

ZONE = ZoneInfo("Europe/Paris")
NAME, TRADE, AREA = "Simulation", "plumbing", "69"
NEIGHBOUR = "Quokka"  # a word that stands in all that is the other organisation's, and nowhere else
COMPANIES, CUSTOMERS, GUESTS = "+336390", "+336398", "+3363998"  # how their numbers begin
NUMBERED = re.compile(r"(?:\+336390|office@company-)(\d+)|(?:\+336398|customer-)(\d+)")
DEAD_NUMBERS = 40  # one customer in so many gave a number that does not exist


@dataclass(frozen=True)
class Habit:
    """How somebody answers: whether at all, after how long, how often in the odd way, and who comes when.

    answers: of all messages and visits; odd: of all answers, those that are not what is asked.
    comes: of all visits, those at which a company appears, or a customer is at home; behind: how late.
    """

    name: str
    answers: float
    least: timedelta
    most: timedelta
    odd: float
    comes: float = 1.0
    behind: timedelta = timedelta()

    def delay(self, chance: Random) -> timedelta:
        """How long this answer takes."""
        return self.least + (self.most - self.least) * chance.random()


FAST = Habit("fast", 0.97, timedelta(minutes=2), timedelta(minutes=40), 0.12, 0.97)
LATE = Habit("late", 0.9, timedelta(hours=5), timedelta(hours=60), 0.2, 0.9, timedelta(minutes=50))
SILENT = Habit("silent", 0.2, timedelta(hours=1), timedelta(hours=40), 0.15, 0.8)
ABSENT = Habit("absent", 0.8, timedelta(minutes=30), timedelta(hours=20), 0.1, 0.0)
OF_COMPANIES = (FAST, FAST, FAST, LATE, LATE, SILENT, ABSENT)  # one company each, in turn
OF_CUSTOMERS = (FAST, FAST, LATE, SILENT, ABSENT)
OF_MANAGER = Habit("manager", 0.9, timedelta(), timedelta(), 0.1)


@dataclass(frozen=True)
class Cast:
    """Ids of the organisation, its manager and its companies. mark: what its names begin with."""

    organisation: int
    manager: int
    companies: tuple[int, ...]
    mark: str = ""


def engage(session: Session, companies: int, now: datetime, mark: str = "") -> Cast:
    """An organisation with a manager and so many companies. The session is one over EVERYONE.

    Its companies and customers have the numbers of everybody else's: they work, and live, for both.
    """
    organisation = found_organisation(session, f"{mark}{NAME}", f"{mark}{NAME}", "en", now)
    session.get_one(Organisation, organisation).phone = "+33472000000"
    manager = User(
        organisation_id=organisation,
        name=f"{mark}The manager",
        email=f"manager@{mark.lower()}simulation.example",
        role=Role.MANAGER,
        created_at=now,
    )
    found = [_company(organisation, mark, number, now) for number in range(companies)]
    session.add_all([manager, *found])
    session.flush()
    return Cast(organisation, manager.id, tuple(one.id for one in found), mark)


def _company(organisation: int, mark: str, number: int, now: datetime) -> Subcontractor:
    name = f"{mark}Company {number}"
    phone, email = f"{COMPANIES}{number:05}", f"office@company-{number}.example" if number % 2 else ""
    return Subcontractor(
        organisation_id=organisation,
        name=name,
        trades=[TRADE],
        areas=[AREA],
        created_at=now + timedelta(seconds=number),
        people=[Person(organisation_id=organisation, name=name, phone=phone, email=email)],
    )


def a_site(number: int, mark: str = "") -> Site:
    """A place of its own for a ticket."""
    street = f"{number} rue du {mark}Lac"
    return Site(name=f"{mark}House {number}", address=street, postcode="69003", city="Lyon")


def a_customer(number: int, mark: str = "") -> Customer:
    """Somebody who lives there; one in three is written to by mail as well."""
    email = f"customer-{number}@simulation.example" if number % 3 == 0 else ""
    return Customer(name=f"{mark}Customer {number}", phone=f"{CUSTOMERS}{number:05}", email=email)


def dead_numbers(tickets: int) -> frozenset[str]:
    """The numbers, among those of the customers of so many tickets, that do not exist."""
    return frozenset(f"{CUSTOMERS}{number:05}" for number in range(7, tickets, DEAD_NUMBERS))


def habit_of(address: str) -> Habit:
    """How whoever reads at this address answers; approvers and technicians are all fast."""
    known = NUMBERED.match(address)
    if known is None:
        return FAST
    company, customer = known.groups()
    return _one(OF_COMPANIES, company) if company else _one(OF_CUSTOMERS, customer)


def _one(habits: Sequence[Habit], number: str) -> Habit:
    return habits[int(number) % len(habits)]
