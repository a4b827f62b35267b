"""Companies and tickets as lists, with the heads under which `flask import` takes them again."""

from typing import Any
from zoneinfo import ZoneInfo

from fieldtickets.store.models import Subcontractor, Ticket

# fmt: off
COMPANIES = (
    "name", "phone", "email", "language", "trades", "areas", "siret", "vat_number", "external_no",
)
TICKETS = (
    "ref", "title", "description", "trade", "urgency", "kind", "playbook", "site_name", "address",
    "postcode", "city", "country", "time_zone", "access", "customer", "customer_phone", "customer_email",
    "customer_language", "price", "currency", "date", "time", "phase",
)
# fmt: on


def company_row(company: Subcontractor) -> dict[str, Any]:
    """One company, reached as its office is."""
    return {
        "name": company.name,
        "phone": company.office.phone,
        "email": company.office.email,
        "language": company.language,
        "trades": ", ".join(company.trades),
        "areas": ", ".join(company.areas),
        "siret": company.siret,
        "vat_number": company.vat_number,
        "external_no": company.external_no or "",
    }


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """One ticket with its site and customer; the visit by the site's own clock. `phase` is only told."""
    site, customer = ticket.site, ticket.customer
    agreed = next((one.starts_at for one in ticket.appointments if one.state == "agreed"), None)
    visit = agreed.astimezone(ZoneInfo(site.time_zone)) if agreed else None
    price = ticket.price_cents
    return {
        "ref": ticket.ref,
        "title": ticket.title,
        "description": ticket.description,
        "trade": ticket.trade,
        "urgency": "urgent" if ticket.urgent else "normal",
        "kind": ticket.kind,
        "playbook": ticket.playbook,
        "site_name": site.name,
        "address": site.address,
        "postcode": site.postcode,
        "city": site.city,
        "country": site.country,
        "time_zone": site.time_zone,
        "access": site.access,
        "customer": customer.name if customer else "",
        "customer_phone": customer.phone if customer else "",
        "customer_email": customer.email if customer else "",
        "customer_language": customer.language if customer else "",
        "price": "" if price is None else f"{price // 100}.{price % 100:02d}",
        "currency": ticket.currency,
        "date": visit.strftime("%Y-%m-%d") if visit else "",
        "time": visit.strftime("%H:%M") if visit else "",
        "phase": ticket.phase.value,
    }
