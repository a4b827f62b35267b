"""A new ticket on one page: created, and offered at once to those who suit, to those chosen, or later.

The page works without scripts: "Show who suits" sends the form back with the ranking for the trade and
the place typed so far, and creates nothing.
"""

import secrets
from dataclasses import dataclass

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.dispatching import rank
from fieldtickets.domain.folding import folded, spelled_once
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Message, _
from fieldtickets.store.models import Ticket
from fieldtickets.store.queries import playbooks
from fieldtickets.store.queries.candidates import Known, candidates
from fieldtickets.uploads import BadUpload
from fieldtickets.web.accounts import MANAGERS, require
from fieldtickets.web.attachments import kept
from fieldtickets.web.dashboard.new_form import LATER, MATCHING, NewTicketForm
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.dashboard.ticket_words import reasons
from fieldtickets.web.intake import open_and_offer
from fieldtickets.web.parts import parts

MOST_OTHERS = 40  # companies listed besides those who suit; a word narrows them
ACT = "ticket.open"


@dataclass(frozen=True)
class Offered:
    """A company that can be chosen, with the reasons for which it suits, in words."""

    id: int
    name: str
    why: tuple[Message, ...] = ()


@bp.get("/tickets/new")
def new_ticket() -> ResponseReturnValue:
    """The empty page, with the organisation's habits filled in."""
    require(*MANAGERS)
    usual = {"playbook": g.organisation.playbook, "customer_language": g.organisation.language}
    asked = request.args.getlist("offer_to")
    form = NewTicketForm(data={**usual, "offer_to": asked or [MATCHING]}).follow(_own_rules())
    return _page(form, secrets.token_urlsafe(16))


@bp.post("/tickets/new")
def create_ticket() -> ResponseReturnValue:
    """Create and offer, or give back what was typed with what is not right beside it (422)."""
    require(*MANAGERS)
    form = NewTicketForm(request.form).follow(_own_rules())
    submission = request.form.get("submission", "")[:40] or secrets.token_urlsafe(16)
    if "look" in request.form:
        return _page(form, submission)
    if not form.validate():
        return _page(form, submission), 422
    try:
        ref = _create(form, submission)
    except (Refused, BadUpload, desk.Unknown) as reason:
        return _page(form, submission, _beside_its_field(form, reason)), getattr(reason, "status", 422)
    parts().ring("outbox")
    return redirect(f"/tickets/{ref}", 303)


def _own_rules() -> list[str]:
    with parts().database.read(g.organisation_id) as rows:
        return playbooks.names(rows)


def _create(form: NewTicketForm, submission: str) -> str:
    """The number of the ticket that this form made, now or the first time that it came (R02)."""
    with kept(request.files.getlist("files"), g.organisation_id) as stored:

        def work(session: Session) -> tuple[str, bool]:
            return once(session, ACT, submission, lambda: _open(session, form, stored.files))

        ref, stored.unwanted = parts().database.attempt(g.organisation_id, work)
    return ref


def _open(session: Session, form: NewTicketForm, files: tuple[desk.StoredFile, ...]) -> str:
    _refuse_taken(session, form.ref.data)
    actor = desk.Actor(Party.MANAGER, f"user:{g.user.id}", g.user.name)
    return open_and_offer(session, form.wanted(), g.user.id, actor, files).ref


def _refuse_taken(session: Session, ref: str) -> None:
    if ref and session.scalar(select(Ticket.id).where(Ticket.ref == ref)) is not None:
        raise Refused(_("This number is already taken. Choose another, or leave it empty."), field="ref")


def _beside_its_field(form: NewTicketForm, reason: Exception) -> Message | None:
    """Put what the desk refused where it belongs; what belongs to no field comes back."""
    field: str | None
    match reason:
        case BadUpload():
            field, message = "files", reason.message
        case Refused():
            field, message = reason.field, reason.message
        case _:
            field, message = "offer_to", _("Choose from the list.")
    if field not in form:
        return message
    form[field].errors = [message]
    return None


def _page(form: NewTicketForm, submission: str, refusal: Message | None = None) -> str:
    with parts().database.read(g.organisation_id) as rows:
        known = candidates(rows, parts().clock.now())
    suitable = _suitable(known, form.trade.data or "", form.site_postcode.data or "")
    others, more = _others(known, suitable, form)
    return render_template(
        "dashboard/new_ticket.html",
        current="tickets",
        form=form,
        submission=submission,
        refusal=refusal,
        suitable=suitable,
        others=others,
        more=more,
        trades=spelled_once(trade for one in known for trade in one.candidate.trades),
        chosen=set(form.offer_to.data or ()),
        matching=MATCHING,
        later=LATER,
        files_lost=any(file.filename for file in request.files.getlist("files")),
    )


def _suitable(known: list[Known], trade: str, postcode: str) -> list[Offered]:
    """Who does this trade at this place, best first, with the reasons (S007, S008)."""
    names = {one.candidate.id: one.name for one in known}
    ranked = rank((one.candidate for one in known), trade, postcode) if trade else ()
    return [Offered(one.id, names[one.id], tuple(reasons(one.why))) for one in ranked]


def _others(known: list[Known], suitable: list[Offered], form: NewTicketForm) -> tuple[list[Offered], int]:
    """The other companies by name, those chosen always among them; and how many more there are."""
    shown, chosen = {one.id for one in suitable}, set(form.offer_to.data or ())
    word = folded(form.company.data or "")
    others = [Offered(one.candidate.id, one.name) for one in known if one.candidate.id not in shown]
    named = [one for one in others if word in folded(one.name) and str(one.id) not in chosen]
    picked = [one for one in others if str(one.id) in chosen]
    return picked + named[:MOST_OTHERS], max(0, len(named) - MOST_OTHERS)
