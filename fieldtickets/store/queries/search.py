"""Search: words, numbers and telephones anywhere in a ticket, accents and case ignored (X03)."""

import re

from sqlalchemy import ColumnElement, and_, true

from fieldtickets.domain.folding import folded
from fieldtickets.store.models import Subcontractor, Ticket

LONGEST = 2000  # characters that a ticket's index may have


def index_of(ticket: Ticket) -> str:
    """The searchable words of a ticket: number, title, place, people, digits of telephones."""
    site, customer = ticket.site, ticket.customer
    words = [ticket.ref, ticket.title, site.name, site.address, site.postcode, site.city]
    if customer:
        words += [customer.name, customer.phone, national(customer.phone)]
    index = folded(" ".join(words))[:LONGEST]
    for dispatch in ticket.dispatches:
        index = with_company(index, dispatch.subcontractor)
    return index


def with_company(index: str, company: Subcontractor) -> str:
    """The searchable words of a ticket, with those of one more company that was asked."""
    phones = [one.phone for one in company.people]
    words = folded(" ".join((company.name, *phones, *map(national, phones))))
    return index if words in index else f"{index} {words}"[:LONGEST]


def national(phone: str) -> str:
    """The French way of a number, digits only, since that is how people search for it."""
    return "0" + phone[3:] if phone.startswith("+33") else phone.lstrip("+")


def matching(typed: str) -> ColumnElement[bool]:
    """Tickets in which every word typed occurs; `%` and `_` are plain letters (X03)."""
    digits = re.sub(r"[\s.\-/()]", "", typed)
    words = [digits] if re.fullmatch(r"\+?\d{6,}", digits) else folded(typed).split()[:8]
    return and_(true(), *(Ticket.search_text.contains(word, autoescape=True) for word in words))
