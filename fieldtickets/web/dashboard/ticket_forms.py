"""The forms of one ticket's page: fitted to the ticket, named apart, signed for the person who reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g
from wtforms import HiddenField

from fieldtickets.domain.acts import Act, Refused, Weight
from fieldtickets.domain.dispatching import rank
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.fields import AnswerForm
from fieldtickets.language import shown
from fieldtickets.links import FormField
from fieldtickets.store.models import Ticket
from fieldtickets.store.queries.candidates import Known
from fieldtickets.web import sheets
from fieldtickets.web.dashboard.new_form import MATCHING, Companies
from fieldtickets.web.dashboard.ticket_page import Deed, TicketPage
from fieldtickets.web.dashboard.ticket_words import reasons
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import Sheet
from fieldtickets.web.speech import read_aloud, reader

WRITE, OFFER = ACTS["message.write"], ACTS["offer.send"]
OUR_SIDE = {Party.MANAGER, Party.ACCOUNTANT, Party.CLOCK}

# What a form shows filled, because it changes what is there.
FILLED: Mapping[str, Callable[[Ticket], dict[str, Any]]] = {
    "ticket.amend": lambda ticket: {
        "title": ticket.title,
        "description": ticket.description,
        "price_cents": ticket.price_cents,
        "access": ticket.site.access,
    },
    "customer.correct": lambda ticket: {
        "phone": read_aloud(ticket.customer.phone) if ticket.customer else "",
        "email": ticket.customer.email if ticket.customer else "",
    },
}


@dataclass(frozen=True)
class DeedSheet(Sheet):
    """A form on the manager's page: on whose dispatch it is, and what its fields were typed over."""

    dispatch_id: int | None = None
    company: str = ""
    now: Mapping[str, str] = field(default_factory=dict)  # what stands there, where it was typed over

    @property
    def one_tap(self) -> bool:
        """Whether its button is the whole answer."""
        asked = [field for field in self.form if not isinstance(field, HiddenField)]
        return not asked and self.question is None

    @property
    def question(self) -> Message | None:
        """The sentence above the form, where it was written for our side."""
        return self.act.question if set(self.act.by) <= OUR_SIDE else None

    @property
    def name(self) -> Message:
        """What opens the form: the words of its button, unless these only make sense below it."""
        return self.question if self.question and self.act.weight is Weight.SILENT else self.act.label


class OfferForm(AnswerForm):
    """Whom to ask: companies by name, or the next ones by trade and place (S003, S007)."""

    offer_to = Companies(_("Who is asked?"))

    @property
    def to(self) -> Any:
        """As the desk takes it."""
        chosen = self.offer_to.data
        return MATCHING if MATCHING in chosen else [int(one) for one in chosen if one.isdecimal()]


@dataclass(frozen=True)
class Suggestion:
    """A company that was not asked yet, with what speaks for it."""

    id: int
    name: str
    why: Sequence[Message] = ()


def filled(ticket: Ticket, deed: Deed, typed: Any = None, **values: Any) -> AnswerForm:
    """The form of an act with what stands there or was typed; its ids say what they are about."""
    stands = FILLED[deed.act.name](ticket) if deed.act.name in FILLED else {}
    if deed.act is WRITE:
        stands = {"to": _recipients(ticket)[0]}
    elif deed.act.exchange == "link":
        stands = {"to": "subcontractor" if deed.dispatch else "customer"}
    who = side() or Party.MANAGER
    form = sheets.filled(deed.act, deed.facts, who, form_id(deed), typed, **{**stands, **values})
    if deed.act is WRITE:
        form.to.choices = [one for one in form.to.choices if one.value in _recipients(ticket)]
    return form


def form_id(deed: Deed) -> str:
    """What tells the fields of one form from those of another on the same page."""
    whose = f"-{deed.dispatch.id}" if deed.dispatch else ""
    return deed.act.name.replace(".", "-") + whose


def sheet(
    ticket: Ticket,
    deed: Deed,
    form: AnswerForm | None = None,
    refusal: Refused | None = None,
    now: Mapping[str, str] | None = None,
) -> DeedSheet:
    """The form ready to be shown, with a fresh signed field for the ticket's version of now."""
    return DeedSheet(
        deed.act,
        form or filled(ticket, deed),
        signed(deed.act, ticket),
        f"/tickets/{ticket.ref}/acts/{deed.act.name}",
        refusal,
        deed.dispatch.id if deed.dispatch else None,
        _whose(ticket, deed),
        now or {},
    )


def reply(page: TicketPage) -> DeedSheet:
    """The form to write with, for whoever wrote last where that one can still be written to."""
    deed = Deed(WRITE, None, page.views[None])
    form, last = filled(page.ticket, deed), page.wrote_last
    if last and last.party in [one.value for one in form.to.choices]:
        form.to.data = last.party
    return sheet(page.ticket, deed, form)


def _whose(ticket: Ticket, deed: Deed) -> str:
    """The name that tells a button from the same one beside somebody else's."""
    if deed.dispatch:
        return deed.dispatch.subcontractor.name
    return ticket.customer.name if ticket.customer and deed.act.exchange == "link" else ""


def signed(act: Act, ticket: Ticket) -> str:
    """The hidden field of a form of this act on this ticket."""
    return parts().links.form_field(holder(), act.name, ticket.version)


def signed_field(act: Act) -> FormField | None:
    """What the hidden field says; None for one not made by us for this person and this act (G06)."""
    return sheets.signed_field(holder(), act)


def holder() -> str:
    """For whom form fields are made."""
    return f"user:{g.user.id}"


def side() -> Party | None:
    """On which side the reader may act; None for one who only reads."""
    party: Party | None = g.user.role.party
    return party


def typed_over(ticket: Ticket, deed: Deed, form: AnswerForm) -> dict[str, str]:
    """What stands on the ticket now, for each field that was typed differently (R08)."""
    fresh = filled(ticket, deed)
    return {
        each.name: _in_words(each.name, each.data, ticket)
        for each in fresh
        if each.data != form[each.name].data
    }


def suggestions(known: Sequence[Known], ticket: Ticket) -> tuple[list[Suggestion], list[Suggestion]]:
    """Who could be asked besides: those who suit, best first, with the reasons; then all others by name."""
    asked = {one.subcontractor_id for one in ticket.dispatches}
    free = {one.candidate.id: one for one in known if one.candidate.id not in asked}
    ranked = rank((one.candidate for one in free.values()), ticket.trade, ticket.site.postcode)
    suitable = [Suggestion(one.id, free[one.id].name, reasons(one.why)) for one in ranked]
    first = {one.id for one in suitable}
    return suitable, [Suggestion(id_, one.name) for id_, one in free.items() if id_ not in first]


def _recipients(ticket: Ticket) -> list[str]:
    """To whom a message can go on this ticket, the likeliest first."""
    customer = ticket.customer
    reached = customer is not None and bool(customer.phone or customer.email)
    company = bool(ticket.dispatches)
    there = {"subcontractor": company, "customer": reached, "note": True}
    there |= {"approver": company, "delegate": company}  # the form knows whether one was let in
    return [to for to, is_there in there.items() if is_there]


def _in_words(name: str, value: Any, ticket: Ticket) -> str:
    money = name.endswith("_cents") and value is not None
    return f"{value / 100:.2f} {ticket.currency}" if money else shown(value, reader())
