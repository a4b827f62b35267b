"""Search: words, numbers and telephones anywhere in a ticket, accents and case ignored (X03)."""

import re

from sqlalchemy import ColumnElement, and_, true

from fieldtickets.domain.folding import folded
from fieldtickets.store.models import Ticket


def index_of(ticket: Ticket) -> str:
    """The searchable words of a ticket: number, title, place, people, digits of telephones."""
    people = [ticket.customer] if ticket.customer else []
    companies = [dispatch.subcontractor for dispatch in ticket.dispatches]
    words = [ticket.ref, ticket.title, ticket.site.name, ticket.site.address, ticket.site.postcode]
    words += [ticket.site.city, *(one.name for one in people), *(one.name for one in companies)]
    phones = [one.phone for one in people] + [p.phone for one in companies for p in one.people]
    return folded(" ".join(words + phones + [national(phone) for phone in phones]))[:2000]


def national(phone: str) -> str:
    """The French way of a number, digits only, since that is how people search for it."""
    return "0" + phone[3:] if phone.startswith("+33") else phone.lstrip("+")


def matching(typed: str) -> ColumnElement[bool]:
    """Tickets in which every word typed occurs; `%` and `_` are plain letters (X03)."""
    digits = re.sub(r"[\s.\-/()]", "", typed)
    words = [digits] if re.fullmatch(r"\+?\d{6,}", digits) else folded(typed).split()[:8]
    return and_(true(), *(Ticket.search_text.contains(word, autoescape=True) for word in words))
