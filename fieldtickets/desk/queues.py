"""The queue columns of a ticket: who has the ball, since when, and until when. Only the desk writes them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from fieldtickets.desk.effects import open_tasks
from fieldtickets.desk.facts import assigned
from fieldtickets.desk.moves import Move
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, REPORTED, Phase, Standing
from fieldtickets.store.models import Clock, Ticket

ANSWERS_WITHIN = timedelta(hours=24)  # of an offer, where its rules name no time
GIVES_DATE_WITHIN = timedelta(hours=24)


def refresh(move: Move) -> None:
    """Bring the columns that queues read up to what the rows beside say now."""
    ticket = move.ticket
    agreed = next((one for one in ticket.appointments if one.state == "agreed"), None)
    ticket.appointment_at = agreed.starts_at if agreed else None
    invoice_until = invoice_asked_until(move) if ticket.phase is Phase.DONE else None
    ball = who_has_the_ball(ticket, bool(open_tasks(move)), bool(invoice_until))
    if ball is not ticket.ball:
        ticket.ball, ticket.ball_since = ball, move.now
    ticket.limit_at = invoice_until or limit(ticket)
    ticket.updated_at = move.now


def invoice_asked_until(move: Move) -> datetime | None:
    """When an invoice is asked for the last time; None where none is asked for, or not any more."""
    return move.session.scalar(
        select(func.max(Clock.due_at)).where(
            Clock.ticket_id == move.ticket.id, Clock.kind == "invoice.ask", Clock.state == "pending"
        )
    )


def who_has_the_ball(ticket: Ticket, manager_has_tasks: bool, invoice_asked: bool) -> Party | None:
    """The one side that has to act next; None when the ticket is over."""
    if manager_has_tasks:  # also when somebody writes after the end (S050)
        return Party.MANAGER
    if ticket.phase.over:
        return None
    if ticket.phase in (Phase.DRAFT, *REPORTED):
        return Party.SUBCONTRACTOR if invoice_asked else Party.MANAGER
    waiting = [one for one in ticket.appointments if one.state == "proposed"]
    if waiting and waiting[0].proposed_by is Party.SUBCONTRACTOR:
        return Party.CUSTOMER if ticket.customer else Party.MANAGER
    return Party.SUBCONTRACTOR


def limit(ticket: Ticket) -> datetime | None:
    """When whoever has the ball is late: the last answer wanted, or the appointment; never left open."""
    if ticket.phase is Phase.OFFERED:
        answers = (
            one.answer_by or one.offered_at + ANSWERS_WITHIN
            for one in ticket.dispatches
            if one.standing is Standing.OFFERED and one.offered_at
        )
        return max(answers, default=None)
    holder = assigned(ticket)
    if ticket.phase in AT_WORK and holder and holder.answered_at:
        return ticket.appointment_at or holder.answered_at + GIVES_DATE_WITHIN
    return None
