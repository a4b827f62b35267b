"""Subcontractors: found, added, changed, and the jobs that each holds."""

import secrets
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from fieldtickets import desk
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import PHASE_NAMES, STANDING_NAMES
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.document import KINDS, WARNED_BEFORE
from fieldtickets.language import local
from fieldtickets.outbox.readdressing import readdress
from fieldtickets.store.models import Dispatch, Paper, Subcontractor, Ticket
from fieldtickets.store.queries import subcontractors as queries
from fieldtickets.store.queries.candidates import known_trades
from fieldtickets.store.queries.queues import OPEN
from fieldtickets.store.queries.scorecard import scorecard
from fieldtickets.store.queries.search import index_of
from fieldtickets.web.accounts import MANAGERS, may, require
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.dashboard.subcontractor_form import EMPTY_ROWS, SubcontractorForm, shown, values
from fieldtickets.web.figures import in_words
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

STATES: dict[str, tuple[Message, bool | None]] = {
    "active": (_("May be asked"), True),
    "inactive": (_("Not any more"), False),
    "all": (_("All"), None),
}
TAKEN = _("This number is already taken. Choose another, or leave it empty.")
CHANGED = _("Somebody else changed this company meanwhile. Look at it again, then send your changes.")


@bp.get("/subcontractors")
def subcontractors() -> ResponseReturnValue:
    """All companies by name, a page at a time; `?q=` finds some, `?state=` also those not asked any more."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "state", "cursor")}
    state = asked["state"] if asked["state"] in STATES else "active"
    with parts().database.read(g.organisation_id) as rows:
        found = queries.companies(rows, asked["q"], STATES[state][1], asked["cursor"])
    return render_template(
        "dashboard/subcontractors.html",
        current="subcontractors",
        asked=asked,
        state=state,
        states={name: label for name, (label, _active) in STATES.items()},
        found=found.items,
        next_page=found.following and urlencode({**request.args, "cursor": found.following}),
        shown=partial(shown, language=g.user.language),
        may_edit=may(*MANAGERS),
    )


@bp.get("/subcontractors/new")
def new_subcontractor() -> ResponseReturnValue:
    """The empty form."""
    require(*MANAGERS)
    form = SubcontractorForm(data={"language": g.organisation.language, "technicians": [{}] * EMPTY_ROWS})
    return _page(form, None)


@bp.post("/subcontractors/new")
def create_subcontractor() -> ResponseReturnValue:
    """Add a company; the same form twice adds one."""
    require(*MANAGERS)
    form, submission = SubcontractorForm(request.form), request.form.get("submission", "")[:40]
    if not form.validate():
        return _page(form, None), 422

    def work(session: Session) -> str:
        made, _again = once(session, "subcontractor.add", submission, partial(_add, session, form))
        return made

    try:
        made = parts().database.attempt(g.organisation_id, work)
    except IntegrityError:
        form.external_no.errors = [TAKEN]
        return _page(form, None), 422
    except desk.FormReused as reused:
        return _page(form, None, reused.message), 422
    return redirect(f"/subcontractors/{made}", 303)


def _add(session: Session, form: SubcontractorForm) -> str:
    company = Subcontractor(organisation_id=g.organisation_id, created_at=parts().clock.now())
    form.write_to(company)
    session.add(company)
    session.flush()
    return str(company.id)


@bp.get("/subcontractors/<int:subcontractor_id>")
def subcontractor(subcontractor_id: int) -> ResponseReturnValue:
    """One company: its jobs, and for managers the form to change it."""
    company = _company(subcontractor_id)
    return _page(SubcontractorForm(data=values(company, g.user.language)), company)


@bp.post("/subcontractors/<int:subcontractor_id>")
def change_subcontractor(subcontractor_id: int) -> ResponseReturnValue:
    """Change a company; 409 when somebody else did so since the form was opened."""
    require(*MANAGERS)
    company = _company(subcontractor_id)
    form = SubcontractorForm(request.form)
    if not form.validate():
        return _page(form, company), 422
    try:
        parts().database.attempt(g.organisation_id, lambda session: _change(session, subcontractor_id, form))
    except IntegrityError:
        form.external_no.errors = [TAKEN]
        return _page(form, company), 422
    except (StaleDataError, Refused) as reason:
        refusal = reason.message if isinstance(reason, Refused) else CHANGED
        form.version.data = str(_company(subcontractor_id).version)
        return _page(form, _company(subcontractor_id), refusal), 409
    parts().ring("outbox")
    return redirect(f"/subcontractors/{subcontractor_id}", 303)


def _change(session: Session, subcontractor_id: int, form: SubcontractorForm) -> None:
    company = queries.whole(session, subcontractor_id)
    if company is None:
        abort(404)
    if str(company.version) != form.version.data:
        raise StaleDataError
    # the tickets first, in one order, then the journal, as every act does: nobody waits in a ring
    open_tickets = session.scalars(_open_tickets(company.id)).all()
    phone, email = company.office.phone, company.office.email
    form.write_to(company)
    flag_modified(company, "name")  # a change of its people counts as one of the company
    session.flush()
    readdress(session, company.id, "sms", phone, company.office.phone)
    readdress(session, company.id, "email", email, company.office.email)
    if form.cut_links.data:
        _replace_links(session, company)
    for ticket in open_tickets:
        ticket.search_text = index_of(ticket)


def _open_tickets(subcontractor_id: int):  # type: ignore[no-untyped-def]
    asked = select(Dispatch.ticket_id).where(Dispatch.subcontractor_id == subcontractor_id)
    return select(Ticket).where(OPEN, Ticket.id.in_(asked)).order_by(Ticket.id).with_for_update()


def _replace_links(session: Session, company: Subcontractor) -> None:
    """New links for what it holds; the old ones, in the hands of whoever has the number, are dead (M20)."""
    actor = desk.Actor(Party.MANAGER, f"user:{g.user.id}", g.user.name)
    for dispatch in queries.open_jobs(session, company.id):
        wanted = desk.Request(
            dispatch.ticket_id,
            ACTS["link.replace"],
            {},
            actor,
            f"number:{dispatch.id}:{secrets.token_urlsafe(8)}",
            dispatch.id,
        )
        desk.record(session, parts().links, wanted, parts().clock.now())


def _company(subcontractor_id: int) -> Subcontractor:
    """The organisation's company of this id; a foreign one does not exist (O01)."""
    with parts().database.read(g.organisation_id) as rows:
        company = queries.whole(rows, subcontractor_id)
    if company is None:
        abort(404)
    return company


def paper_state(paper: Paper, today: date) -> tuple[Message, str]:
    """Whether a document holds, in words and as the tone of its badge."""
    if paper.expires_on is None:
        return _("No end given"), ""
    if paper.expires_on < today:
        return _("Ended"), "stop"
    return (_("Ends soon"), "warn") if paper.expires_on - today <= WARNED_BEFORE[0] else (_("Valid"), "go")


def _today() -> date:
    return local(parts().clock.now(), reader()).date()


def _page(form: SubcontractorForm, company: Subcontractor | None, refusal: Message | None = None) -> str:
    with parts().database.read(g.organisation_id) as rows:
        jobs = queries.open_jobs(rows, company.id) if company else ()
        trades = known_trades(rows) if may(*MANAGERS) else ()
        figures = in_words(scorecard(rows, company.id, parts().clock.now())) if company else ()
        papers = queries.papers(rows, company.id) if company else ()
    return render_template(
        "dashboard/subcontractor.html",
        current="subcontractors",
        form=form,
        company=company,
        refusal=refusal,
        submission=request.form.get("submission") or secrets.token_urlsafe(16),
        jobs=jobs,
        trades=trades,
        figures=figures,
        papers=[(one, paper_state(one, _today())) for one in papers],
        paper_names=KINDS,
        now=parts().clock.now(),
        phase_names=PHASE_NAMES,
        standing_names=STANDING_NAMES,
        shown=partial(shown, language=g.user.language),
        may_edit=may(*MANAGERS),
    )
