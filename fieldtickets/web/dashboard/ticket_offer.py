"""Asking more companies from the ticket's page, by name or by trade and place."""

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.domain.acts import Refused, TooLate
from fieldtickets.domain.words import _
from fieldtickets.outbox import limits
from fieldtickets.store.models import Ticket
from fieldtickets.store.queries.candidates import candidates
from fieldtickets.web.accounts import MANAGERS, require
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.dashboard.ticket import actor, deed_of, late, opened, words
from fieldtickets.web.dashboard.ticket_forms import OFFER, OfferForm, signed, signed_field, suggestions
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import INVALID


@bp.get("/tickets/<ref>/offer.send")
def choose(ref: str) -> ResponseReturnValue:
    """Whom to ask, on a page of its own."""
    require(*MANAGERS)
    return _page(ref, OfferForm())


@bp.post("/tickets/<ref>/acts/offer.send")
def offer(ref: str) -> ResponseReturnValue:
    """Ask those chosen; the same form twice asks once (R02)."""
    require(*MANAGERS)
    with parts().database.read(g.organisation_id) as rows:
        found = opened(rows, ref)
        deed = deed_of(rows, found, OFFER, None)
    form, field = OfferForm(request.form), signed_field(OFFER)
    if field is None:
        return _page(ref, form, INVALID), 400
    if not form.validate():
        return _page(ref, form), 422
    try:
        parts().database.attempt(g.organisation_id, lambda session: _ask(session, found, form, field.nonce))
    except TooLate as reason:
        return late(found, deed, reason, None, 409)
    except desk.Unknown:
        form.offer_to.errors = [_("Choose from the list.")]
        return _page(ref, form), 422
    except Refused as reason:
        return _page(ref, form, reason), getattr(reason, "status", 422)
    parts().ring("outbox")
    return redirect(f"/tickets/{ref}", 303)


def _ask(session: Session, found: Ticket, form: OfferForm, nonce: str) -> None:
    def ask() -> str:
        now = parts().clock.now()
        offered = desk.dispatch_to(session, parts().links, found.id, form.to, actor(), now)
        limits.check_offers(session, parts().settings, offered, now)
        return found.ref

    once(session, OFFER.name, nonce, ask)


def _page(ref: str, form: OfferForm, refusal: Refused | None = None) -> str:
    with parts().database.read(g.organisation_id) as rows:
        found = opened(rows, ref)
        suitable, others = suggestions(candidates(rows, parts().clock.now()), found)
    return render_template(
        "dashboard/ticket_offer.html",
        form=form,
        refusal=refusal,
        suitable=suitable,
        others=others,
        chosen=set(form.offer_to.data or ()),
        offer=signed(OFFER, found),
        **words(found),
    )
