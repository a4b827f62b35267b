"""What a link lets its party take away: files of the ticket, the appointment, the printable order."""

from urllib.parse import urlsplit

from flask import abort, g
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from fieldtickets.documents.calendar import Person, Visit, invitation
from fieldtickets.documents.order import Card, Order, order_html
from fieldtickets.documents.render import PdfFailed, render_pdf
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Money
from fieldtickets.store.models import LARGEST_ID, JournalHead
from fieldtickets.store.queries import links as queries
from fieldtickets.web import errors
from fieldtickets.web.handing_out import attachment, handed_out
from fieldtickets.web.links.opening import Opened, path
from fieldtickets.web.links.page import Page, look
from fieldtickets.web.links.room import bp
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import read_aloud, reader

PDF, CALENDAR = "application/pdf", "text/calendar; charset=utf-8"


@bp.get(f"/files/<int(max={LARGEST_ID}):file_id>/<name>")
def download(token: str, file_id: int, name: str) -> ResponseReturnValue:
    """One attachment: a picture as we repainted it, anything else only to be kept (U13, U21)."""
    with parts().database.read(g.organisation_id) as session:
        file = queries.file_for(session, g.opened.link, file_id)
    return attachment(file)


@bp.get("/appointment.ics")
def appointment(token: str) -> ResponseReturnValue:
    """The appointment for the party's own calendar; the same entry that its mails carry."""
    page = looked_at()
    if page.facts.appointment is None or not page.in_calendar:
        abort(404)
    opened, settings = page.opened, parts().settings
    ticket, site = opened.ticket, opened.ticket.site
    dispatch_id = opened.dispatch.id if opened.dispatch else 0
    visit = Visit(
        uid=f"{ticket.id}.{opened.party}.{dispatch_id}@{urlsplit(settings.base_url).hostname}",
        sequence=ticket.version,
        starts_at=page.facts.appointment.starts_at,
        zone=site.time_zone,
        written_at=parts().clock.now(),
        title=f"{ticket.title}, {site.city}",
        location=", ".join(filter(None, (site.address, f"{site.postcode} {site.city}".strip()))),
        url=settings.base_url + path(),
        organiser=Person(opened.organisation.name, ticket.manager.email) if ticket.manager else None,
    )
    return handed_out(invitation(visit), CALENDAR, f"{ticket.ref}.ics")


@bp.get("/order.pdf")
def order(token: str) -> ResponseReturnValue:
    """The order as paper, for whoever may print it."""
    page = looked_at()
    if not page.printable:
        abort(404)
    try:
        pdf = render_pdf(order_html(order_of(page), reader().language))
    except PdfFailed:
        wait = {"Retry-After": str(errors.RETRY_AFTER_SECONDS)}
        return errors.error_page(503, "busy.retry", headers=wait)
    return handed_out(pdf, PDF, f"{page.opened.ticket.ref}.pdf")


def order_of(page: Page) -> Order:
    """The job as this party may see it, as plain values for print."""
    opened, ticket, site = page.opened, page.opened.ticket, page.opened.ticket.site
    town = f"{site.postcode} {site.city}".strip()
    exact = (site.address, town) if page.discloses else (town,)
    manager, customer, organisation = ticket.manager, page.customer, opened.organisation
    return Order(
        ref=ticket.ref,
        title=ticket.title,
        issued_at=parts().clock.now(),
        zone=site.time_zone,
        organisation=Card(organisation.name, (organisation.address,), read_aloud(organisation.phone)),
        subcontractor=Card(opened.name),
        site=Card(site.name if page.discloses else "", tuple(filter(None, exact))),
        manager=Card(manager.name, email=manager.email) if manager else None,
        customer=Card(customer.name, phone=read_aloud(customer.phone)) if customer else None,
        withheld=ticket.customer is not None and customer is None,
        access=site.access if page.discloses else "",
        description=ticket.description,
        trade=ticket.trade,
        is_quote=ticket.kind == "quote",
        urgent=ticket.urgent,
        cancelled=ticket.phase is Phase.CANCELLED,
        ceiling=Money(ticket.price_cents or 0, ticket.currency) if page.priced else None,
        appointment=page.facts.appointment.starts_at if page.facts.appointment else None,
        answer_by=opened.dispatch.answer_by if opened.dispatch else None,
        journal_head=journal_head(),
    )


def journal_head() -> str:
    """The last seal of the organisation's journal: paper in the drawer proves what was true (E8)."""
    with parts().database.read(g.organisation_id) as session:
        seal = select(JournalHead.seal).where(JournalHead.organisation_id == g.organisation_id)
        return session.scalar(seal) or ""


def looked_at() -> Page:
    """The open ticket as its party sees it."""
    opened: Opened = g.opened
    with parts().database.read(g.organisation_id) as session:
        return look(session, opened)
