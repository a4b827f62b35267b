"""Papers of the books: asked for here, made by the worker, taken away when they are ready."""

import hashlib

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets.domain.words import Message, _
from fieldtickets.store.files import FileMissing
from fieldtickets.store.models import LARGEST_ID, Pack, Subcontractor
from fieldtickets.store.queries import books as queries
from fieldtickets.web import papers
from fieldtickets.web.accounts import require
from fieldtickets.web.dashboard.books import BOOKKEEPERS, month_asked
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.handing_out import handed_out
from fieldtickets.web.parts import parts

STATES: dict[str, tuple[Message, str]] = {
    "queued": (_("Waiting"), "info"),
    "working": (_("Being made"), "info"),
    "ready": (_("Ready"), "go"),
    "failed": (_("Could not be made"), "stop"),
}


@bp.get("/books/packs")
def packs() -> ResponseReturnValue:
    """What was asked for, the newest first, and how far it is. Live."""
    require(*BOOKKEEPERS)
    with parts().database.read(g.organisation_id) as rows:
        found = queries.packs(rows)
    seen = [(one.id, one.state, one.progress) for one in found]
    tag = hashlib.sha256(f"{seen}|{g.user.id}|{g.user.language}".encode()).hexdigest()[:16]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        page = render_template("dashboard/packs.html", current="books", packs=found, states=STATES)
        response = make_response(page)
    response.set_etag(tag, weak=True)
    return response


@bp.post("/books/packs")
def ask_for_pack() -> ResponseReturnValue:
    """Ask for all invoices of a month, or with `company` for the statement of one; twice is once (R02)."""
    require(*BOOKKEEPERS)
    submission = request.form.get("submission", "")[:40]
    parts().database.attempt(
        g.organisation_id, lambda rows: once(rows, "pack.ask", submission, lambda: _asked(rows))
    )
    parts().ring("packs")
    return redirect("/books/packs", 303)


def _asked(rows: Session) -> str:
    company_id = request.form.get("company", 0, type=int)
    if company_id and (company_id > LARGEST_ID or rows.get(Subcontractor, company_id) is None):
        abort(404)
    pack = Pack(
        month=str(month_asked()),
        kind="statement" if company_id else "month",
        subcontractor_id=company_id or None,
        asked_by=g.user.id,
        asked_at=parts().clock.now(),
    )
    rows.add(pack)
    rows.flush()
    return str(pack.id)


@bp.get(f"/books/packs/<int(max={LARGEST_ID}):pack_id>.pdf")
def pack_file(pack_id: int) -> ResponseReturnValue:
    """One that is ready."""
    require(*BOOKKEEPERS)
    with parts().database.read(g.organisation_id) as rows:
        pack = rows.get(Pack, pack_id)
    if pack is None or pack.key is None:
        abort(404)
    try:
        content = parts().files.read(pack.key, pack.digest)
    except FileMissing:
        abort(404)
    return handed_out(content, papers.PDF, f"{pack.month}-{pack.kind}.pdf")
