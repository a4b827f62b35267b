"""Whose dispatch an act is about: one rule for pages, programs and the desk itself."""

from fieldtickets.desk.facts import assigned
from fieldtickets.domain.acts import Act
from fieldtickets.exchanges import OF_TICKET
from fieldtickets.store.models import Dispatch, Ticket

NO_COMPANY = ("customer", "note")  # whom a message or a link may be for without being a company's


def of_the_ticket(act: Act, to: str | None) -> bool:
    """Whether it is about the ticket as a whole; `to` is whom the answer is for, where it says so."""
    return act.exchange in OF_TICKET or to in NO_COMPANY


def meant(ticket: Ticket, act: Act, wanted: int | None, to: str | None) -> Dispatch | None:
    """The dispatch that an act of our side is about: the one named, else the holder's or the only one.

    Raises LookupError when the ticket has none of this id.
    """
    if of_the_ticket(act, to):
        return None
    if wanted is not None:
        return named(ticket, wanted)
    return assigned(ticket) or (ticket.dispatches[0] if len(ticket.dispatches) == 1 else None)


def named(ticket: Ticket, dispatch_id: int) -> Dispatch:
    """The ticket's dispatch of this id. Raises LookupError when there is none."""
    for dispatch in ticket.dispatches:
        if dispatch.id == dispatch_id:
            return dispatch
    raise LookupError(dispatch_id)
