"""Rows as programs see them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from fieldtickets.domain.money import totals
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import line, told
from fieldtickets.language import Reader, say
from fieldtickets.store.models import ChargeRow, Clock, Delivery, Dispatch, Event, Ticket, TodoTask
from fieldtickets.web.api import shapes

WHOLE = (
    selectinload(Ticket.appointments),
    selectinload(Ticket.dispatches).joinedload(Dispatch.subcontractor),
    selectinload(Ticket.site),
)


def tickets(session: Session, rows: list[Ticket]) -> list[shapes.Ticket]:
    """Tickets with their deadlines and tasks, fetched for all of them at once."""
    ids = [ticket.id for ticket in rows]
    clocks = session.scalars(
        select(Clock)
        .where(Clock.ticket_id.in_(ids), Clock.state == "pending")
        .order_by(Clock.due_at, Clock.id)
    ).all()
    tasks = session.scalars(
        select(TodoTask)
        .where(TodoTask.ticket_id.in_(ids), TodoTask.settled_at.is_(None))
        .order_by(TodoTask.id)
    ).all()
    charges = session.scalars(
        select(ChargeRow).where(ChargeRow.ticket_id.in_(ids)).order_by(ChargeRow.id)
    ).all()
    return [
        _ticket(
            ticket,
            [one for one in clocks if one.ticket_id == ticket.id],
            [one for one in tasks if one.ticket_id == ticket.id],
            [one for one in charges if one.ticket_id == ticket.id],
        )
        for ticket in rows
    ]


def _ticket(
    ticket: Ticket, clocks: list[Clock], tasks: list[TodoTask], charges: list[ChargeRow]
) -> shapes.Ticket:
    return shapes.Ticket(
        ref=ticket.ref,
        title=ticket.title,
        version=ticket.version,
        phase=ticket.phase,
        kind=ticket.kind,
        playbook=ticket.playbook,
        urgency="urgent" if ticket.urgent else "normal",
        appointment=_appointment(ticket),
        dispatches=[
            shapes.Dispatch(
                id=one.id,
                subcontractor_id=one.subcontractor_id,
                state=one.standing,
                assigned=one.standing is Standing.ASSIGNED,
            )
            for one in ticket.dispatches
        ],
        deadlines=[_deadline(one) for one in clocks],
        tasks=[
            shapes.Task(kind=one.kind, since=instant(one.since), detail=_detail(one, ticket)) for one in tasks
        ],
        money=_money(ticket, charges),
        links={
            "self": url_for("api.tickets_show", ref=ticket.ref),
            "events": url_for("api.tickets_events", ref=ticket.ref),
            "deliveries": url_for("api.tickets_deliveries", ref=ticket.ref),
        },
    )


def _money(ticket: Ticket, charges: list[ChargeRow]) -> shapes.Money:
    """What the ticket costs: the amounts of the ticket itself and of the company that has the job."""
    counted = [one.amount for one in charges if one.dispatch_id in (None, ticket.assigned_id)]
    sums = totals(
        ticket.price_cents,
        counted,
        called_off=ticket.phase is Phase.CANCELLED,
        taken=ticket.assigned_id is not None,
    )
    return shapes.Money(
        currency=ticket.currency,
        recommended_cents=sums.recommended,
        agreed_cents=sums.agreed,
        extra_cents=sums.extra,
        fee_cents=sums.fee,
        total_cents=sums.total,
    )


def _appointment(ticket: Ticket) -> shapes.Appointment | None:
    agreed = next((one for one in ticket.appointments if one.state == "agreed"), None)
    if agreed is None:
        return None
    local = agreed.starts_at.astimezone(ZoneInfo(ticket.site.time_zone))
    return shapes.Appointment(
        date=local.date(),
        time=local.strftime("%H:%M"),
        time_zone=ticket.site.time_zone,
        starts_at=instant(agreed.starts_at),
    )


def _deadline(clock: Clock) -> shapes.Deadline:
    act = ACTS[clock.kind]
    return shapes.Deadline(
        kind=clock.kind,
        due_at=instant(clock.due_at),
        owed_by=act.owed_by,
        on_silence=say(act.on_silence, ours()) if act.on_silence else "",
    )


def _detail(task: TodoTask, ticket: Ticket) -> dict[str, str]:
    """Whom it is about: who did it, or was to; what the clock brings up is about the company asked."""
    asked = next((one for one in ticket.dispatches if one.id == task.dispatch_id), None)
    who = task.detail.get("who") or (asked.subcontractor.name if asked else "")
    return {"who": who} if who else {}


def event(row: Event) -> shapes.Event:
    """One fact of the journal, its line in the organisation's language."""
    content = row.payload.content if row.payload else {}
    act = ACTS[row.act]
    return shapes.Event(
        seq=row.seq,
        act=row.act,
        at=instant(row.at),
        declared_at=instant(row.declared_at) if row.declared_at else None,
        by=row.party,
        dispatch_id=row.dispatch_id,
        line=line(act, told(act, content), ours()),
        seal=row.seal,
        previous_seal=row.previous_seal,
    )


def delivery(row: Delivery) -> shapes.Delivery:
    """One message and its fate; neither address nor text."""
    return shapes.Delivery(
        id=row.id,
        channel=row.channel,
        party=row.party,
        act=row.act,
        state=row.state,
        attempts=row.attempts,
        failure=row.failure,
        sent_at=instant(row.sent_at) if row.sent_at else None,
        delivered_at=instant(row.delivered_at) if row.delivered_at else None,
    )


def ours() -> Reader:
    """For whom the lines of a ticket are written: the organisation, whatever the program speaks."""
    return Reader(g.organisation.language, g.organisation.time_zone)


def instant(value: datetime) -> datetime:
    """Whole seconds are enough for a program; ISO 8601 UTC."""
    return value.replace(microsecond=0)
