"""From what was asked for to what the desk opens: shared by the API and the dashboard's form.

Both have checked each field by itself before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import available_timezones

from flask import g
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.contacts import email, phone
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.deadlines import ahead, at_site
from fieldtickets.domain.words import _
from fieldtickets.outbox import limits
from fieldtickets.store.models import Customer, Site, Ticket
from fieldtickets.store.queries import playbooks
from fieldtickets.web.api.problems import not_right
from fieldtickets.web.parts import parts


@dataclass(frozen=True, kw_only=True)
class PlaceWanted:
    """Where the work is; country and zone are the organisation's where nothing is said."""

    name: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str | None = None
    time_zone: str | None = None
    access: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerWanted:
    """Who is on site."""

    name: str
    phone: str = ""
    email: str = ""
    language: str | None = None


@dataclass(frozen=True)
class VisitWanted:
    """Day and hour as they are at the site."""

    date: date
    time: time


@dataclass(frozen=True, kw_only=True)
class TicketWanted:
    """What somebody asks for. offer_to: ids of subcontractors, or "matching" for those who suit."""

    ref: str | None = None
    title: str
    description: str = ""
    trade: str = ""
    urgency: str = "normal"
    playbook: str | None = None
    kind: str = "order"
    site: PlaceWanted = field(default_factory=PlaceWanted)
    customer: CustomerWanted | None = None
    price_cents: int | None = None
    currency: str | None = None
    appointment: VisitWanted | None = None
    offer_to: Sequence[int] | Literal["matching"] = ()


def open_and_offer(
    session: Session,
    wanted: TicketWanted,
    manager_id: int | None,
    actor: desk.Actor,
    files: Sequence[desk.StoredFile] = (),
) -> Ticket:
    """Create a ticket and offer it to those whom it names.

    Raises what `new_ticket` raises, and desk.Unknown for a subcontractor that this organisation has not,
    TooManyTexts.
    """
    now, links = parts().clock.now(), parts().links
    if wanted.playbook and wanted.playbook not in (known := playbooks.names(session)):
        raise not_right({"playbook": [_("Write one of %(codes)s.", codes=", ".join(known))]})
    ticket = desk.open_ticket(session, links, new_ticket(wanted, manager_id, now), actor, now, files)
    if wanted.offer_to:
        offered = desk.dispatch_to(session, links, ticket.id, wanted.offer_to, actor, now)
        limits.check_offers(session, parts().settings, offered, now)
    return ticket


def new_ticket(wanted: TicketWanted, manager_id: int | None, now: datetime) -> desk.NewTicket:
    """What the desk opens, the organisation's own habits filled in; new rows each time it is called.

    Raises Problem naming the field, Refused for a visit that is past or at no hour of the site's day (T01).
    """
    zone = wanted.site.time_zone or g.organisation.time_zone
    if zone not in available_timezones():
        raise not_right({"site.time_zone": [_("This time zone does not exist.")]})
    return desk.NewTicket(
        title=wanted.title,
        description=wanted.description,
        trade=wanted.trade,
        urgent=wanted.urgency == "urgent",
        kind=wanted.kind,
        playbook=wanted.playbook or g.organisation.playbook,
        ref=wanted.ref,
        site=_site(wanted.site, zone),
        customer=_customer(wanted.customer) if wanted.customer else None,
        price_cents=wanted.price_cents,
        currency=wanted.currency or g.organisation.currency,
        appointment=_visit(wanted.appointment, zone, now) if wanted.appointment else None,
        manager_id=manager_id,
    )


def _visit(fixed: VisitWanted, zone: str, now: datetime) -> datetime:
    try:
        return ahead(at_site(fixed.date, fixed.time, zone), now)
    except Refused as refused:
        raise Refused(refused.message, field=f"appointment.{refused.field}") from None


def _site(wanted: PlaceWanted, zone: str) -> Site:
    return Site(
        organisation_id=g.organisation_id,
        name=wanted.name,
        address=wanted.address,
        postcode=wanted.postcode,
        city=wanted.city,
        country=wanted.country or g.organisation.country,
        time_zone=zone,
        access=wanted.access,
    )


def _customer(wanted: CustomerWanted) -> Customer:
    return Customer(
        organisation_id=g.organisation_id,
        name=wanted.name,
        phone=beside("customer.phone", phone_of, wanted.phone),
        email=beside("customer.email", email, wanted.email),
        language=wanted.language or g.organisation.language,
    )


def phone_of(typed: str) -> str:
    """A telephone number as the organisation's people write it. Raises ValueError with a sentence."""
    return phone(typed, g.organisation.country, parts().settings.phone_countries)


def beside(field: str, read: Callable[[str], str], typed: str) -> str:
    """What was typed, as it is read; raises Problem naming the field where it cannot be."""
    try:
        return read(typed)
    except ValueError as error:
        raise not_right({field: [error.args[0]]}) from None
