"""The books: what subcontractors claim and which fees are owed in one month, for who keeps the accounts."""

import secrets
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets.documents.bookkeeping import state_name
from fieldtickets.documents.registers import register_csv, register_xlsx
from fieldtickets.domain.amounts import INVOICE_STATE_NAMES
from fieldtickets.domain.books import Kind, Line, Month, NotAMonth, totals
from fieldtickets.domain.parties import Role
from fieldtickets.domain.words import Message, _
from fieldtickets.language import local
from fieldtickets.store.queries import books as queries
from fieldtickets.web.accounts import MANAGERS, require
from fieldtickets.web.dashboard.queues import state_tag
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.handing_out import handed_out
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

BOOKKEEPERS = (*MANAGERS, Role.ACCOUNTANT)
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEES = "fees"
VIEWS: dict[str, Message] = {"": _("All"), **INVOICE_STATE_NAMES, FEES: _("Fees")}


@bp.get("/books/invoices")
@bp.get("/books")
def books() -> ResponseReturnValue:
    """The month of `?month=`, else this one; `?state=` shows the invoices of one state, or the fees. Live."""
    require(*BOOKKEEPERS)
    tag = state_tag()
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else make_response(_page())
    response.set_etag(tag, weak=True)
    return response


@bp.get("/books/register.csv")
def register_as_csv() -> ResponseReturnValue:
    """The lines of the month for programs and spreadsheets."""
    return _register(register_csv, CSV, "csv")


@bp.get("/books/register.xlsx")
def register_as_xlsx() -> ResponseReturnValue:
    """The lines of the month as a spreadsheet with typed cells."""
    return _register(register_xlsx, XLSX, "xlsx")


def month_asked() -> Month:
    """The month of the address, or of the form; the current one where it is none."""
    try:
        return Month.read(request.values.get("month", ""))
    except NotAMonth:
        return Month.of(local(parts().clock.now(), reader()).date())


def lines_of(rows: Session, month: Month) -> list[Line]:
    """What the organisation's books hold in a month."""
    return queries.lines(rows, month, g.organisation.time_zone)


def seen(line: Line, state: str) -> bool:
    """Whether a view shows this line."""
    if state == FEES:
        return line.kind is Kind.FEE
    return not state or (line.kind is Kind.INVOICE and line.state == state)


def _page() -> str:
    month, state = month_asked(), request.args.get("state", "")
    state = state if state in VIEWS else ""
    with parts().database.read(g.organisation_id) as rows:
        found = lines_of(rows, month)
    shown = [line for line in found if seen(line, state)]
    return render_template(
        "dashboard/books.html",
        current="books",
        month=month,
        state=state,
        views={name: (label, sum(seen(line, name) for line in found)) for name, label in VIEWS.items()},
        lines=shown,
        totals=totals(shown),
        companies=sorted({(line.company, line.company_id) for line in found if line.company_id}),
        state_name=state_name,
        submission=secrets.token_urlsafe(16),
        query=urlencode({"month": str(month), "state": state}),
    )


def _register(write: Callable[[Sequence[Line]], bytes], kind: str, ending: str) -> Response:
    require(*BOOKKEEPERS)
    month, state = month_asked(), request.args.get("state", "")
    with parts().database.read(g.organisation_id) as rows:
        found = [line for line in lines_of(rows, month) if seen(line, state)]
    return handed_out(write(found), kind, f"{month}.{ending}")
