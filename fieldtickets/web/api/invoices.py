"""Invoices of a month, as they were claimed and where they stand."""

import re
from datetime import date
from typing import Any

from flask import g
from sqlalchemy import literal, select, true, tuple_
from sqlalchemy.orm import Session, joinedload

from fieldtickets.domain.books import Month, NotAMonth
from fieldtickets.domain.words import _
from fieldtickets.store.models import LARGEST_ID, Invoice
from fieldtickets.web.api import shapes
from fieldtickets.web.api.problems import not_right
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.api.tickets import UNKNOWN_CURSOR
from fieldtickets.web.parts import parts

PAGE = 50
CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,18})", re.ASCII)


@spec.validate(resp=answers(HTTP_200=shapes.Invoices), tags=["invoices"])
def index(query: shapes.InvoiceFilter) -> Any:
    """Invoices whose date is in a month (`2026-10`), or all, by date."""
    month, after = _month(query.month), _after(query.cursor)
    with parts().database.read(g.organisation_id) as session:
        rows = _rows(session, month, after)
        page = rows[:PAGE]
        more = f"{page[-1].day}.{page[-1].id}" if len(rows) > PAGE else None
        return shapes.Invoices(items=[_shape(row) for row in page], next_cursor=more)


def _rows(session: Session, month: Month | None, after: tuple[date, int] | None) -> list[Invoice]:
    within = (Invoice.day >= month.first) & (Invoice.day < month.after.first) if month else true()
    later = tuple_(Invoice.day, Invoice.id) > tuple_(*map(literal, after)) if after else true()
    wanted = select(Invoice).where(within, later).options(joinedload(Invoice.ticket))
    return list(session.scalars(wanted.order_by(Invoice.day, Invoice.id).limit(PAGE + 1)))


def _month(typed: str) -> Month | None:
    try:
        return Month.read(typed) if typed else None
    except NotAMonth:
        raise not_right({"month": [_("Write a month as 2026-10.")]}) from None


def _after(cursor: str) -> tuple[date, int] | None:
    """The invoice that the last page ended with."""
    if not cursor:
        return None
    found = CURSOR.fullmatch(cursor)
    try:
        if found and int(found[2]) <= LARGEST_ID:
            return date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        found = None
    raise not_right({"cursor": [UNKNOWN_CURSOR]})


def _shape(row: Invoice) -> shapes.Invoice:
    return shapes.Invoice(
        id=row.id,
        ref=row.ticket.ref,
        subcontractor_id=row.subcontractor_id,
        number=row.number,
        date=row.day,
        type="invoice",
        currency=row.currency,
        net_cents=row.net_cents,
        vat_cents=row.vat_cents,
        gross_cents=row.gross_cents,
        state=row.state,
        source=row.source,
        checks=[],
        duplicate_of=None,
    )
