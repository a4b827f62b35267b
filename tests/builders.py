"""The cast of the tests. Nadia manages, Karim and Lucie are subcontractors, Paul keeps the accounts,
Anna Rossi lives at the site, Igor has no business here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from fieldtickets.desk import Actor, NewTicket, Recorded, Request, dispatch_to, open_ticket, record
from fieldtickets.domain import seals
from fieldtickets.domain.acts import Done, Facts
from fieldtickets.domain.parties import Party, Role
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import (
    Customer,
    Delivery,
    Event,
    JournalHead,
    Link,
    Organisation,
    Person,
    Site,
    Subcontractor,
    User,
)

KEY = "a-key-of-the-tests-0123456789abcdefghij"
MONDAY_NOON = datetime(2031, 5, 5, 10, 0, tzinfo=UTC)  # noon in Paris
TUESDAY_AT_TWO = {"date": date(2031, 5, 6), "time": time(14, 0)}
TYPED_TUESDAY = {"date": "2031-05-06", "time": "14:00"}


@dataclass(frozen=True)
class Cast:
    """Ids of everybody, by first name."""

    organisation: int
    nadia: int
    paul: int
    karim: int
    lucie: int
    other_organisation: int
    igor: int

    @property
    def manager(self) -> Actor:
        return Actor(Party.MANAGER, f"user:{self.nadia}", "Nadia Benali")


def an_organisation(session, name: str, short_name: str) -> Organisation:
    organisation = Organisation(
        name=name, short_name=short_name, phone="+33472000000", created_at=MONDAY_NOON
    )
    session.add(organisation)
    session.flush()
    session.add(JournalHead(organisation_id=organisation.id, seal=seals.GENESIS))
    return organisation


def a_user(session, organisation: Organisation, name: str, email: str, role: Role) -> User:
    user = User(organisation_id=organisation.id, name=name, email=email, role=role, created_at=MONDAY_NOON)
    session.add(user)
    session.flush()
    return user


def a_subcontractor(session, organisation_id: int, name: str, phone: str, email: str = "", **more: Any):
    company = Subcontractor(
        organisation_id=organisation_id,
        name=name,
        trades=["plumbing"],
        areas=["69"],
        created_at=MONDAY_NOON,
        people=[Person(organisation_id=organisation_id, name=name, phone=phone, email=email)],
        **more,
    )
    session.add(company)
    session.flush()
    return company


def the_cast(database: Database) -> Cast:
    """Two organisations that must never see each other."""
    with database.begin(EVERYONE) as session:
        ours = an_organisation(session, "Gestion Lavigne", "Lavigne")
        theirs = an_organisation(session, "Igor Immobilier", "Igor Immo")
        return Cast(
            ours.id,
            a_user(session, ours, "Nadia Benali", "nadia@lavigne.example", Role.MANAGER).id,
            a_user(session, ours, "Paul Girard", "paul@lavigne.example", Role.ACCOUNTANT).id,
            a_subcontractor(
                session, ours.id, "Karim Plomberie", "+33612345678", "karim@plomberie.example"
            ).id,
            a_subcontractor(
                session, ours.id, "Lucie Chauffage", "+33612345679", "lucie@chauffage.example"
            ).id,
            theirs.id,
            a_user(session, theirs, "Igor Petit", "igor@igor.example", Role.ADMIN).id,
        )


def some_facts(*acts: str, now: datetime = MONDAY_NOON, **changes: Any) -> Facts:
    """Karim was asked, then the acts named here were done, one a minute, the last at noon on Monday."""
    names = ("offer.send", *acts)
    times = [MONDAY_NOON - timedelta(minutes=len(names) - 1 - i) for i in range(len(names))]
    history = tuple(Done(name, at) for name, at in zip(names, times, strict=True))
    facts = {"phase": Phase.OFFERED, "standing": Standing.OFFERED, "now": now, "history": history}
    return Facts(**{**facts, **changes})


@dataclass(frozen=True)
class Sent:
    """A ticket that was offered: its id, and for each subcontractor the dispatch and the link."""

    id: int
    ref: str
    dispatches: dict[int, int]
    link_ids: dict[int, int]
    tokens: dict[int, str]

    def path(self, subcontractor_id: int) -> str:
        """What the subcontractor's link opens."""
        return f"/l/{self.tokens[subcontractor_id]}"


def a_ticket(parts, cast: Cast, *to: int, now: datetime = MONDAY_NOON, **details: Any) -> Sent:
    """Nadia's ticket about a leak at Mrs Rossi's, offered to those named."""
    new = {
        "title": "Fuite sous évier",
        "description": "De l'eau coule sous l'évier de la cuisine.",
        "trade": "plumbing",
        "site": Site(
            name="Résidence Jeanne-d'Arc",
            address="18 rue Jeanne-d'Arc",
            postcode="69003",
            city="Lyon",
            access="2e étage, code 4B21",
        ),
        "customer": Customer(name="Anna Rossi", phone="+33639980000", email="anna@rossi.example"),
        "manager_id": cast.nadia,
        "price_cents": 12000,
        **details,
    }
    with parts.database.begin(cast.organisation) as session:
        ticket = open_ticket(session, parts.links, NewTicket(**new), cast.manager, now)
        ticket_id = ticket.id
        if to:
            dispatch_to(session, parts.links, ticket.id, to, cast.manager, now)
    return sent(parts, cast.organisation, ticket_id)


def sent(parts, organisation_id: int, ticket_id: int) -> Sent:
    """A ticket as it stands: whom it was offered to and through which links."""
    with parts.database.read(organisation_id) as session:
        links = session.scalars(
            select(Link).where(
                Link.ticket_id == ticket_id, Link.party == Party.SUBCONTRACTOR, Link.revoked_at.is_(None)
            )
        ).all()
        by_company = {link.dispatch.subcontractor_id: link for link in links}
        ref = links[0].ticket.ref if links else ""
        return Sent(
            ticket_id,
            ref,
            {company: link.dispatch_id for company, link in by_company.items()},
            {company: link.id for company, link in by_company.items()},
            {
                company: parts.links.token(link.id, link.key_fingerprint)
                for company, link in by_company.items()
            },
        )


def do(
    parts,
    cast: Cast,
    ticket: Sent,
    act: str,
    subcontractor_id: int | None = None,
    answer: dict[str, Any] | None = None,
    *,
    party: Party = Party.SUBCONTRACTOR,
    now: datetime = MONDAY_NOON,
    submission: str | None = None,
    **more: Any,
) -> Recorded:
    """Somebody does an act, straight at the desk."""
    actors = {
        Party.SUBCONTRACTOR: Actor(Party.SUBCONTRACTOR, "link:1a2b3c4d", "Karim Plomberie"),
        Party.CUSTOMER: Actor(Party.CUSTOMER, "link:5e6f7a8b", "Anna Rossi"),
        Party.MANAGER: cast.manager,
        Party.CLOCK: Actor(Party.CLOCK, "clock"),
    }
    with parts.database.begin(cast.organisation) as session:
        request = Request(
            ticket.id,
            ACTS[act],
            answer or {},
            actors[party],
            submission or f"{act}-{subcontractor_id}-{now.isoformat()}",
            ticket.dispatches.get(subcontractor_id) if subcontractor_id else None,
            **more,
        )
        return record(session, parts.links, request, now)


def acts_done(database: Database, organisation_id: int) -> list[str]:
    """The journal of an organisation as the names of its acts."""
    with database.read(organisation_id) as session:
        return list(session.scalars(select(Event.act).order_by(Event.seq)))


def messages_sent_long_ago(database, cast) -> None:
    """Two thousand mails of the past, as a service has them after a few weeks."""
    message = {
        "organisation_id": cast.organisation,
        "party": "manager",
        "channel": "email",
        "address": "nadia@lavigne.example",
        "language": "fr",
        "zone": "Europe/Paris",
        "act": "message.write",
        "words": {},
        "state": "delivered",
        "due_at": MONDAY_NOON,
        "ends_at": MONDAY_NOON,
    }
    with database.begin(cast.organisation) as session:
        sent = [{**message, "idempotency_key": f"long ago {number}"} for number in range(2000)]
        session.execute(insert(Delivery), sent)
