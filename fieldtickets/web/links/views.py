"""The pages of a link: the ticket as its party may see it, and the form of each act."""

from functools import partial
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fieldtickets import desk
from fieldtickets.desk.facts import gather
from fieldtickets.domain.acts import Act, Answer, Done, Facts, Refused, TooLate, Weight, too_late
from fieldtickets.domain.fees import FEE_REASONS, FEE_STATES
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.fields import AnswerForm
from fieldtickets.exchanges.texts import words_of
from fieldtickets.language import shown
from fieldtickets.links import FormField
from fieldtickets.store.queries.scorecard import scorecard
from fieldtickets.uploads import BadUpload
from fieldtickets.web import assets, doing
from fieldtickets.web.figures import in_words
from fieldtickets.web.links import opening, signs
from fieldtickets.web.links.forms import declared_at, filled, sheet
from fieldtickets.web.links.opening import DeadLink, Opened
from fieldtickets.web.links.page import Page, look
from fieldtickets.web.links.room import bp
from fieldtickets.web.links.wording import condition
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import (
    INVALID,
    NO_HISTORY,
    Sheet,
    answer_of,
    as_sent,
    beside_its_field,
    files_sent,
    signed_field,
    typed,
)
from fieldtickets.web.speech import reader

WRITE, ACCEPT = ACTS["message.write"], ACTS["offer.accept"]


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """The ticket: what is asked now, the details, the thread. Reading it changes nothing (G01)."""
    opened: Opened = g.opened
    with parts().database.read(g.organisation_id) as session:
        page = look(session, opened)
    response = render("links/ticket.html", page=page, **forms_of(page))
    if page.comes_today:
        signs.mark(response, opened)
    return response


@bp.get("/scorecard")
def own_figures(token: str) -> ResponseReturnValue:
    """The company's own figures; nobody else's link has them (O08)."""
    opened: Opened = g.opened
    if opened.party is not Party.SUBCONTRACTOR or opened.dispatch is None:
        abort(404)
    with parts().database.read(g.organisation_id) as session:
        card = scorecard(session, opened.dispatch.subcontractor_id, parts().clock.now())
    return render("links/scorecard.html", figures=in_words(card))


@bp.get("/<act_name>")
def ask(token: str, act_name: str) -> ResponseReturnValue:
    """The form of one act; once it is closed, why (L19)."""
    opened, act = g.opened, act_of(act_name)
    facts = facts_of(opened)
    if not act.open_to(opened.party, facts):
        return late(act, too_late(facts), {}, 200)
    return render("links/act.html", sheet=sheet(opened, act, facts))


@bp.post("/<act_name>")
def answer(token: str, act_name: str) -> ResponseReturnValue:
    """Do an act and lead to the ticket page, which says what was received and what comes next."""
    opened, act = g.opened, act_of(act_name)
    facts = facts_of(opened, NO_HISTORY)
    form = filled(opened, act, facts, typed())
    field = signed_field(opened.holder, act)
    if field is None:
        form.validate()
        return refill(sheet(opened, act, facts, form, INVALID), 400)
    valid = form.validate()
    if not valid and not doing.came_before(field.nonce):
        now = facts_of(opened)
        if not act.open_to(opened.party, now):  # nobody is sent to correct what is too late anyhow (R07)
            return late(act, too_late(now), answer_of(form), 409)
        return refill(sheet(opened, act, facts, form), 422)
    answered = form.answer() if valid else {}
    try:
        recorded = do(opened, act, form, answered, field)
    except TooLate as reason:
        return late(act, reason, answered, 409)
    except (Refused, BadUpload) as reason:
        apart = beside_its_field(form, reason)
        return refill(sheet(opened, act, facts, form, apart), getattr(reason, "status", 422))
    except desk.LinkDead:
        raise DeadLink(opened) from None
    if recorded.too_late:
        return late(act, recorded.too_late, answered, 409)
    return redirect(opening.path(), 303)


def do(opened: Opened, act: Act, form: AnswerForm, answered: Answer, field: FormField) -> desk.Recorded:
    """Record the act with its files; the outbox looks at once.

    Raises what `desk.record` raises, and BadUpload; then nothing is kept.
    """
    asked = partial(
        desk.Request,
        opened.ticket.id,
        act,
        answered,
        opened.actor,
        field.nonce,
        opened.link.dispatch_id,
        opened.link.id,
        field.version,
        declared_at=declared_at(request.headers, parts().clock.now()),
        typed=as_sent(),
    )
    return doing.record(lambda stored: asked(files=stored), files_sent(form))


def act_of(name: str) -> Act:
    """The act of this name that the party of the open link has a form for; anything else is not there."""
    act = ACTS.get(name)
    if act is None or act.weight is Weight.SILENT or g.opened.party not in act.by:
        abort(404)
    return act


def facts_of(opened: Opened, past: tuple[Done, ...] | None = None) -> Facts:
    """What the ticket says to the party of a link."""
    with parts().database.read(g.organisation_id) as session:
        return gather(session, opened.ticket, opened.dispatch, parts().clock.now(), past)


def forms_of(page: Page) -> dict[str, Any]:
    """The forms that stand on the ticket page: what is asked, the other answers to it, and writing."""
    opened, facts = page.opened, page.facts
    return {
        "asked": sheet(opened, page.asked, facts) if page.asked else None,
        "instead": [sheet(opened, act, facts) for act in page.instead],
        "write": sheet(opened, WRITE, facts),
        "fee_reasons": FEE_REASONS,
        "fee_states": FEE_STATES,
        "condition": condition(facts) if page.asked is ACCEPT else None,
    }


def late(act: Act, reason: TooLate, typed: Answer, status: int) -> Response:
    """Why an act is closed; what was typed is kept, to be sent as a message (R07)."""
    opened: Opened = g.opened
    words = {name: value for name, value in words_of(act, typed).items() if name != "signature"}
    text = "\n".join(shown(value, reader()) for value in words.values())
    facts = facts_of(opened, NO_HISTORY)
    write = sheet(opened, WRITE, facts, filled(opened, WRITE, facts, body=text)) if text else None
    return render("links/late.html", status, reason=reason, write=write)


def refill(refilled: Sheet, status: int) -> Response:
    """The form as it was filled, with what to put right."""
    return render("links/act.html", status, sheet=refilled)


def render(template: str, status: int = 200, **more: Any) -> Response:
    """A page of the open link; only what we inlined may run on it."""
    opened: Opened = g.opened
    page = render_template(
        template,
        opened=opened,
        ticket=opened.ticket,
        organisation=opened.organisation,
        language=reader().language,
        path=opening.path,
        help_url=opening.path("help"),
        **more,
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = assets.PUBLIC_POLICY
    return response
