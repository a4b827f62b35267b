"""Somebody at the ticket's page: it is opened, the form of an act is taken from it, filled and sent."""

import re

from fieldtickets.store.models import Ticket
from tests.web.links.forms import FORM

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def forms_on(page: str, act: str) -> list[str]:
    """The forms of an act that a page holds, as text."""
    return [found[0] for found in FORM.finditer(page) if found[1] == act]


def fill(browser, address: str, act: str, form: str | None = None, **answer):
    """Open a page, take the form of an act (the first one, unless given), fill it and send it."""
    form = form or forms_on(browser.get(address).text, act)[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    ref = address.split("/")[2]
    return browser.post(f"/tickets/{ref}/acts/{act}", data={**hidden, **answer})


def page_of(ticket) -> str:
    return f"/tickets/{ticket.ref}"


def ref_of(parts, cast, ticket) -> str:
    """The number of a ticket that was not offered."""
    with parts.database.read(cast.organisation) as session:
        return session.get_one(Ticket, ticket.id).ref
