"""A job that ends before the work is done, and one that is opened again: who comes, who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase
from fieldtickets.outbox.wording import wording
from fieldtickets.store.models import Appointment, Delivery, Ticket, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do

BY_NADIA = {"source": "manager", "reason": "Doublon"}
BY_ANNA = {"source": "customer", "reason": "Réparé"}
AGAIN = {"reason": "La fuite est revenue."}
TUESDAY, WEDNESDAY = MONDAY_NOON + timedelta(days=1, hours=2), MONDAY_NOON + timedelta(days=2)


def told(parts, cast, act) -> dict[Party, str]:
    """The text messages that an act owes, by who gets one; companies in one line."""
    with parts.database.read(cast.organisation) as session:
        owed = session.scalars(select(Delivery).where(Delivery.act == act, Delivery.channel == "sms")).all()
        return {one.party: wording(one).sms("https://t.example/l/x") for one in owed}


def stands(parts, cast, ticket):
    """Phase, who has the ball, until when, when somebody comes, and the open tasks."""
    with parts.database.read(cast.organisation) as session:
        row = session.get_one(Ticket, ticket.id)
        tasks = session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))).all()
        return row.phase, row.ball, row.limit_at, row.appointment_at, tasks


def end(parts, cast, ticket, act="ticket.cancel", now=MONDAY_NOON):
    do(parts, cast, ticket, act, answer=BY_NADIA if "cancel" in act else {}, party=Party.MANAGER, now=now)


def reopen(parts, cast, ticket, now):
    do(parts, cast, ticket, "ticket.reopen", answer=AGAIN, party=Party.MANAGER, now=now)


@pytest.fixture
def visit(parts, cast):
    """Karim comes on Tuesday at two."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket


@pytest.mark.parametrize("act", ["ticket.cancel", "ticket.close"])
def test_a_job_opened_again_before_its_day_has_its_visit_back_and_both_sides_are_told(
    parts, cast, visit, act
):
    """S046 S109 L19"""
    end(parts, cast, visit, act)
    assert stands(parts, cast, visit)[1:] == (None, None, None, [])

    reopen(parts, cast, visit, MONDAY_NOON + timedelta(hours=1))

    assert stands(parts, cast, visit) == (Phase.ASSIGNED, Party.SUBCONTRACTOR, TUESDAY, TUESDAY, [])
    texts = told(parts, cast, "ticket.reopen")
    assert "Please come mar. 06/05 14h" in texts[Party.SUBCONTRACTOR]
    assert "takes place after all" in texts[Party.CUSTOMER]


@pytest.mark.parametrize("act", ["ticket.cancel", "ticket.close"])
def test_a_job_opened_again_after_its_day_asks_the_company_for_a_date_within_a_day(parts, cast, visit, act):
    """S042 S046 L19"""
    end(parts, cast, visit, act)
    reopen(parts, cast, visit, WEDNESDAY)

    within = WEDNESDAY + timedelta(hours=24)
    assert stands(parts, cast, visit) == (Phase.ASSIGNED, Party.SUBCONTRACTOR, within, None, [])
    texts = told(parts, cast, "ticket.reopen")
    assert "Please give a date" in texts[Party.SUBCONTRACTOR]
    assert "is open again" in texts[Party.CUSTOMER]


def test_a_job_that_nobody_had_waits_for_the_manager_when_it_is_opened_again(parts, cast):
    """S042 L19"""
    ticket = a_ticket(parts, cast, cast.karim)
    end(parts, cast, ticket)
    reopen(parts, cast, ticket, WEDNESDAY)

    assert stands(parts, cast, ticket) == (Phase.DRAFT, Party.MANAGER, None, None, [])
    assert set(told(parts, cast, "ticket.reopen")) == {Party.CUSTOMER}


def test_a_date_fixed_with_the_ticket_is_fixed_again(parts, cast):
    """S037 L19"""
    ticket = a_ticket(parts, cast, cast.karim, appointment=TUESDAY)
    end(parts, cast, ticket)
    reopen(parts, cast, ticket, MONDAY_NOON + timedelta(hours=1))
    do(
        parts,
        cast,
        ticket,
        "offer.send",
        cast.karim,
        party=Party.MANAGER,
        now=MONDAY_NOON + timedelta(hours=2),
    )
    do(parts, cast, ticket, "offer.accept", cast.karim)

    assert stands(parts, cast, ticket)[3] == TUESDAY


def test_a_visit_given_back_before_the_end_does_not_come_back(parts, cast, visit):
    """S021 L19"""
    do(parts, cast, visit, "offer.withdraw", cast.karim, {"reason": "no_time", "told_customer": "yes"})
    end(parts, cast, visit)
    reopen(parts, cast, visit, MONDAY_NOON + timedelta(hours=1))

    with parts.database.read(cast.organisation) as session:
        assert session.scalars(select(Appointment.state)).all() == ["dropped"]


def test_opening_again_what_the_customer_cancelled_is_the_answer_to_it(parts, cast, visit):
    """S107 S109"""
    do(parts, cast, visit, "ticket.cancel", answer=BY_ANNA, party=Party.CUSTOMER)
    assert stands(parts, cast, visit)[4] == [Task.CANCELLED]

    reopen(parts, cast, visit, MONDAY_NOON + timedelta(hours=1))

    assert stands(parts, cast, visit)[4] == []


def test_closing_before_the_visit_tells_both_sides_that_nobody_comes(parts, cast, visit):
    """S109 R07"""
    end(parts, cast, visit, "ticket.close")

    texts = told(parts, cast, "ticket.close")
    assert "Do not go" in texts[Party.SUBCONTRACTOR]
    assert "is cancelled" in texts[Party.CUSTOMER]


def test_closing_after_the_visit_tells_nobody_and_the_visit_stays_in_the_books(parts, cast, visit):
    """S020"""
    end(parts, cast, visit, "ticket.close", WEDNESDAY)

    assert told(parts, cast, "ticket.close") == {}
    with parts.database.read(cast.organisation) as session:
        assert session.scalars(select(Appointment.state)).all() == ["agreed"]


def test_closing_an_open_offer_tells_those_who_were_asked(parts, cast):
    """R07"""
    ticket = a_ticket(parts, cast, cast.karim)
    end(parts, cast, ticket, "ticket.close")

    assert set(told(parts, cast, "ticket.close")) == {Party.SUBCONTRACTOR}


def test_the_customer_of_a_job_that_is_taken_back_reads_that_nobody_comes(parts, cast, visit):
    """R13 S023"""
    do(parts, cast, visit, "offer.recall", cast.karim, party=Party.MANAGER)

    assert "no visit mar. 06/05 14h, we look" in told(parts, cast, "offer.recall")[Party.CUSTOMER]


def test_the_only_offer_taken_back_leaves_the_manager_to_choose_another(parts, cast):
    """S022 R13"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.recall", cast.karim, party=Party.MANAGER)

    _phase, ball, _limit, _at, tasks = stands(parts, cast, ticket)
    assert (ball, tasks) == (Party.MANAGER, [Task.NO_TAKER])
    assert Party.CUSTOMER not in told(parts, cast, "offer.recall")
