"""The manager's tasks at the desk: what puts a ticket back on the list, and what takes it off."""

from datetime import timedelta

from sqlalchemy import select

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Ticket, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do


def left_to_do(parts, cast, ticket):
    """Who has the ball, and the open tasks."""
    with parts.database.read(cast.organisation) as session:
        kinds = session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))).all()
        return session.get_one(Ticket, ticket.id).ball, kinds


def test_a_job_that_the_customer_cancels_waits_for_the_manager_until_it_is_read(parts, cast):
    """S107 S109"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "message.write", cast.karim, {"body": "J'arrive"})

    cancelled = {"source": "customer", "reason": "Réparé"}
    do(parts, cast, ticket, "ticket.cancel", answer=cancelled, party=Party.CUSTOMER)
    assert left_to_do(parts, cast, ticket) == (Party.MANAGER, [Task.CANCELLED])

    do(parts, cast, ticket, "ticket.settle", party=Party.MANAGER)
    assert left_to_do(parts, cast, ticket) == (None, [])


def test_a_job_that_the_manager_cancels_leaves_nothing_to_do(parts, cast):
    """S107"""
    ticket = a_ticket(parts, cast, cast.karim)

    cancelled = {"source": "customer", "reason": "Réparé"}
    do(parts, cast, ticket, "ticket.cancel", answer=cancelled, party=Party.MANAGER)

    assert left_to_do(parts, cast, ticket) == (None, [])


def test_once_the_report_is_right_the_company_owes_its_invoice_until_it_was_asked_for_in_vain(
    parts, cast, clock
):
    """S053 S101: it waits on nobody's list but the company's, whose last day stands in the queue."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    clock.instant = done = MONDAY_NOON + timedelta(days=1, hours=4)
    do(parts, cast, ticket, "completion.submit", cast.karim, {"done": "Siphon changé."}, now=done)
    assert left_to_do(parts, cast, ticket) == (Party.MANAGER, [Task.REPORT])

    do(parts, cast, ticket, "completion.accept", cast.karim, party=Party.MANAGER, now=done)
    assert left_to_do(parts, cast, ticket) == (Party.SUBCONTRACTOR, [])
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, ticket.id).limit_at > done + timedelta(days=7)

    clock.instant = done + timedelta(days=30)
    Rounds(parts.database, parts.links, clock.now).run()
    assert left_to_do(parts, cast, ticket) == (Party.MANAGER, [Task.NO_INVOICE])
    do(parts, cast, ticket, "ticket.settle", party=Party.MANAGER, now=clock.instant)
    assert left_to_do(parts, cast, ticket) == (Party.MANAGER, [])
