"""One ticket and everything that its manager does about it."""

import hashlib
from functools import partial
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.desk.facts import gather
from fieldtickets.domain.acts import Act, Answer, Refused, TooLate, too_late
from fieldtickets.domain.parties import PARTY_NAMES, Party
from fieldtickets.domain.phases import PHASE_NAMES, STANDING_NAMES
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.fields import AnswerForm
from fieldtickets.exchanges.texts import words_of
from fieldtickets.language import Reader, shown
from fieldtickets.links import FormField
from fieldtickets.outbox import limits, send_again
from fieldtickets.store.models import LARGEST_ID, Ticket
from fieldtickets.store.queries import ticket as queries
from fieldtickets.store.queries.candidates import candidates
from fieldtickets.uploads import BadUpload
from fieldtickets.web import doing
from fieldtickets.web.accounts import MANAGERS, RoleNotAllowed, require
from fieldtickets.web.dashboard import ticket_words as wording
from fieldtickets.web.dashboard.no_show import no_show
from fieldtickets.web.dashboard.queues import state_tag
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.dashboard.ticket_forms import (
    WRITE,
    filled,
    holder,
    reply,
    sheet,
    side,
    signed_field,
    suggestions,
    typed_over,
)
from fieldtickets.web.dashboard.ticket_page import Deed, TicketPage, look
from fieldtickets.web.dashboard.words import BALL_NAMES, PLAYBOOK_NAMES, task_name
from fieldtickets.web.errors import error_page
from fieldtickets.web.figures import lasting
from fieldtickets.web.handing_out import attachment
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import (
    INVALID,
    NO_HISTORY,
    Sheet,
    answer_of,
    as_sent,
    beside_its_field,
    files_sent,
    typed,
)
from fieldtickets.web.speech import read_aloud, reader, speak


@bp.get("/tickets/<ref>")
def ticket(ref: str) -> ResponseReturnValue:
    """The ticket: what comes next, what happened, who was asked. Reading it changes nothing (G01)."""
    with parts().database.read(g.organisation_id) as rows:
        found = opened(rows, ref)
        tag = _tag(rows, found)
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            page = look(rows, found, side())
            response = make_response(_whole(page, rows))
    response.set_etag(tag, weak=True)
    return response


def opened(rows: Session, ref: str) -> Ticket:
    """The ticket of this number, its hours told as at its site. NoResultFound when foreign (O01)."""
    found = queries.by_ref(rows, ref)
    g.reader = Reader(g.user.language, found.site.time_zone)
    return found


def _tag(rows: Session, found: Ticket) -> str:
    """What a list shows and, besides, where the messages of this ticket are."""
    seen = f"{state_tag()}|{queries.fates(rows, found.id)}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _whole(page: TicketPage, rows: Session) -> str:
    make = partial(sheet, page.ticket)
    acting = page.side is Party.MANAGER
    suitable, others = (
        suggestions(candidates(rows, parts().clock.now()), page.ticket) if page.offerable else ([], [])
    )
    return render_template(
        "dashboard/ticket.html",
        page=page,
        make=make,
        no_show=no_show(page),
        write=reply(page) if acting else None,
        suitable=suitable,
        others=others,
        offer=parts().links.form_field(holder(), "offer.send", page.ticket.version),
        **words(page.ticket),
    )


def words(shown_ticket: Ticket) -> dict[str, Any]:
    """What all pages of a ticket speak with."""
    return {
        "current": "tickets",
        "ticket": shown_ticket,
        "now": parts().clock.now(),
        "phase_names": PHASE_NAMES,
        "standing_names": STANDING_NAMES,
        "party_names": PARTY_NAMES,
        "ball_names": BALL_NAMES,
        "task_name": task_name,
        "playbook_names": PLAYBOOK_NAMES,
        "lasting": lasting,
        "phone": read_aloud,
        "wording": wording,
    }


@bp.get("/tickets/<ref>/<act_name>")
def ask(ref: str, act_name: str) -> ResponseReturnValue:
    """The form of one act on a page of its own; once it is closed, why."""
    act = act_of(act_name)
    with parts().database.read(g.organisation_id) as rows:
        found = opened(rows, ref)
        deed = deed_of(rows, found, act, request.args.get("dispatch_id"), request.args.get("to"))
    if not act.open_to(side() or Party.CLOCK, deed.facts):
        return late(found, deed, too_late(deed.facts), None, 200)
    return form_page(found, sheet(found, deed), 200)


@bp.post("/tickets/<ref>/acts/<act_name>")
def do(ref: str, act_name: str) -> ResponseReturnValue:
    """Do an act and lead back to the ticket, which shows what was recorded and what comes next."""
    act = act_of(act_name)
    with parts().database.read(g.organisation_id) as rows:
        found = opened(rows, ref)
        deed = deed_of(rows, found, act, request.form.get("dispatch_id"), request.form.get("to"))
    form, field = filled(found, deed, typed()), signed_field(act)
    if field is None:
        form.validate()
        return form_page(found, sheet(found, deed, form, INVALID), 400)
    valid = form.validate()
    if not valid and not doing.came_before(field.nonce):
        if not act.open_to(side() or Party.CLOCK, deed.facts):  # nothing to correct: it is too late (R07)
            return late(found, deed, too_late(deed.facts), form, 409)
        return form_page(found, sheet(found, deed, form), 422)
    try:
        recorded = _record(found, deed, form, form.answer() if valid else {}, field)
    except TooLate as reason:
        return late(found, deed, reason, form, 409)
    except (Refused, BadUpload) as reason:
        apart = beside_its_field(form, reason)
        return form_page(found, sheet(found, deed, form, apart), getattr(reason, "status", 422))
    if recorded.too_late:
        return late(found, deed, recorded.too_late, form if valid else None, 409)
    return redirect(f"/tickets/{found.ref}", 303)


def act_of(name: str) -> Act:
    """The act of this name that somebody of our side may do. 404 for others', RoleNotAllowed (O02)."""
    act = ACTS.get(name)
    if act is None or not {Party.MANAGER, Party.ACCOUNTANT} & set(act.by):
        abort(404)
    if side() not in act.by:
        raise RoleNotAllowed
    return act


def deed_of(rows: Session, found: Ticket, act: Act, dispatch_id: str | None, to: str | None = None) -> Deed:
    """The act with the dispatch that it is about; 404 for a dispatch of another ticket (O03)."""
    try:
        dispatch = doing.dispatch_meant(found, act, dispatch_id, to)
    except LookupError:
        abort(404)
    return Deed(act, dispatch, gather(rows, found, dispatch, parts().clock.now()))


def _record(found: Ticket, deed: Deed, form: AnswerForm, answered: Answer, field: FormField) -> desk.Recorded:
    """Record what was answered, with its files."""

    def asked(files: tuple[desk.StoredFile, ...]) -> desk.Request:
        return desk.Request(
            found.id,
            deed.act,
            answered,
            actor(),
            field.nonce,
            deed.dispatch.id if deed.dispatch else None,
            seen_version=field.version,
            files=files,
            typed=as_sent(),
        )

    return doing.record(asked, files_sent(form))


def actor() -> desk.Actor:
    """Who acts, as the journal names it."""
    return desk.Actor(side() or Party.MANAGER, holder(), g.user.name)


def form_page(found: Ticket, shown_sheet: Sheet, status: int) -> Response:
    """One form by itself; after a refusal, filled as it was with what to put right."""
    page = render_template("dashboard/ticket_act.html", sheet=shown_sheet, **words(found))
    return make_response(page, status)


def late(found: Ticket, deed: Deed, reason: TooLate, form: AnswerForm | None, status: int) -> Response:
    """Why an act is closed, and what changed. What was typed is kept: to be sent after all where the
    ticket only changed meanwhile (R08), else as a message (R07).
    """
    with parts().database.read(g.organisation_id) as rows:
        fresh = opened(rows, found.ref)
        deed = deed_of(rows, fresh, deed.act, str(deed.dispatch.id) if deed.dispatch else None)
        changed = look(rows, fresh, side()).entries[-1]
        writing = Deed(WRITE, deed.dispatch, gather(rows, fresh, deed.dispatch, deed.facts.now, NO_HISTORY))
    kept = None
    if form is not None and deed.act.strict and reason.code == "version.conflict":
        kept = sheet(fresh, deed, form, now=typed_over(fresh, deed, form))
    answer = words_of(deed.act, answer_of(form)) if form and not kept else {}
    typed = [value for name, value in answer.items() if name != "to"]
    text = "\n".join(shown(value, reader()) for value in typed)
    write = sheet(fresh, writing, filled(fresh, writing, body=text)) if text and side() in WRITE.by else None
    page = render_template(
        "dashboard/ticket_late.html", reason=reason, kept=kept, write=write, changed=changed, **words(fresh)
    )
    return make_response(page, status)


@bp.post("/tickets/<ref>/again")
def again(ref: str) -> ResponseReturnValue:
    """Send one message once more, on the manager's word; pressing twice sends it once (M04, M07)."""
    require(*MANAGERS)
    now = parts().clock.now()

    def work(session: Session) -> None:
        found = queries.by_ref(session, ref)
        wanted = max(0, min(request.form.get("delivery", 0, type=int), LARGEST_ID))
        delivery = queries.undelivered(session, found.id, wanted)
        if not queries.went_again(session, delivery):
            owed = send_again(session, parts().links, delivery, actor(), now)
            session.flush()
            limits.check(session, parts().settings, [owed] if owed.channel == "sms" else [], now)

    try:
        parts().database.attempt(g.organisation_id, work)
    except limits.TooManyTexts as reason:
        return error_page(reason.status, reason.code, speak(reason.message))
    parts().ring("outbox")
    return redirect(f"/tickets/{ref}", 303)


@bp.get(f"/tickets/<ref>/files/<int(max={LARGEST_ID}):file_id>/<name>")
def file(ref: str, file_id: int, name: str) -> ResponseReturnValue:
    """One attachment: a picture as we repainted it, anything else only to be kept (U13, O03)."""
    with parts().database.read(g.organisation_id) as rows:
        found = queries.file_of(rows, ref, file_id)
    return attachment(found)
