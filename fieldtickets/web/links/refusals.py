"""Links that open nothing, forged or dead; and a new one for whoever holds a dead one (L02 to L09)."""

import secrets
from datetime import datetime, timedelta

from flask import Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges import ACTS
from fieldtickets.language import local
from fieldtickets.store.models import Link, Ticket
from fieldtickets.store.queries import links as queries
from fieldtickets.web import assets
from fieldtickets.web.errors import typed
from fieldtickets.web.links.opening import DeadLink, NoSuchLink, Opened, TooManyForged, is_dead, path
from fieldtickets.web.links.room import bp
from fieldtickets.web.links.views import render
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import signed_field
from fieldtickets.web.speech import reader

RENEW = ACTS["link.renew"]
BETWEEN_RENEWALS, A_DAY, RENEWALS_A_DAY = timedelta(minutes=15), timedelta(days=1), 3

UNKNOWN = _("This link is not valid. Check that you copied all of it.")
GUESSED = _("Too many tries. Wait a minute, then open the link from your message again.")
WITHDRAWN = _("This link was withdrawn by %(organisation)s.")
REPLACED = _("This link was replaced. Open the one in your latest message, or ask for a new one.")
ENDED = _("This link ended on %(day)s. Ask for a new one.")


@bp.errorhandler(NoSuchLink)
def unknown(_error: NoSuchLink) -> ResponseReturnValue:
    """One page for everything that is not a link of ours: it tells a guesser nothing (L02)."""
    return stray(UNKNOWN, 404)


@bp.errorhandler(TooManyForged)
def guessed(error: TooManyForged) -> ResponseReturnValue:
    """Slow down who guesses; good links from the same address still open (L18)."""
    response = stray(GUESSED, 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


@bp.errorhandler(DeadLink)
def dead(error: DeadLink) -> ResponseReturnValue:
    """Why a link of ours opens nothing any more; what was typed is shown for copying (L07, L09)."""
    opened = error.opened
    with parts().database.read(g.organisation_id) as session:
        cut = queries.is_cut(session, opened.link)
    return render(
        "links/dead.html",
        410,
        reason=_why(opened, cut=cut),
        action=None if cut else path(RENEW.name),
        submission=parts().links.form_field(opened.holder, RENEW.name, opened.ticket.version),
        typed=typed() if request.method == "POST" else [],
    )


@bp.post("/link.renew")
def renew(token: str) -> ResponseReturnValue:
    """Send a new link to the address on file; the page says the same whatever came of it (L08)."""
    opened: Opened = g.opened
    if not is_dead(opened.link):
        return redirect(path(), 303)  # it still opens, so it needs no new one
    field = signed_field(opened.holder, RENEW)
    submission = field.nonce if field else secrets.token_urlsafe(9)  # too many askings are turned away anyhow
    try:
        recorded = parts().database.attempt(
            g.organisation_id, lambda session: renewed(session, opened, submission, parts().clock.now())
        )
    except Refused:  # the same form, sent again
        recorded = None
    if recorded and recorded.delivery_ids:
        parts().ring("outbox")
    return render("links/renewed.html", 202)


def renewed(session: Session, opened: Opened, submission: str, now: datetime) -> desk.Recorded | None:
    """Replace the link, unless the manager cut it or it was just asked for; the ticket is locked first.

    Where a newer link of the same party lives, that one is sent again: an old page kills no good link.
    """
    session.get_one(Ticket, opened.ticket.id, with_for_update=True)
    link = session.get_one(Link, opened.link.id)
    asked = queries.renewals(session, link, now - A_DAY)
    too_soon = len(asked) >= RENEWALS_A_DAY or any(at > now - BETWEEN_RENEWALS for at in asked)
    if too_soon or queries.is_cut(session, link):
        return None
    asks = desk.Request(
        opened.ticket.id,
        RENEW,
        {"of": opened.party, "lives": queries.lives(session, link, now)},
        opened.actor,
        submission,
        opened.link.dispatch_id,
        opened.link.id,
    )
    return desk.record(session, parts().links, asks, now)


def _why(opened: Opened, *, cut: bool) -> Message:
    if cut:
        return WITHDRAWN.given(organisation=opened.organisation.name)
    if opened.link.revoked_at:
        return REPLACED
    return ENDED.given(day=local(opened.link.expires_at, reader()).date())


def stray(reason: Message, status: int) -> Response:
    """A page about no organisation and no ticket."""
    page = render_template("links/stray.html", reason=reason, language=reader().language)
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = assets.PUBLIC_POLICY
    return response
