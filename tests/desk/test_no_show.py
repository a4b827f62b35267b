"""A visit that meets nobody, at the desk, with the clock moved: timer, fee, contest and its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.desk.facts import gather
from fieldtickets.domain.acts import TooLate
from fieldtickets.domain.effects import ChargeKind, ChargeState, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import (
    ChargeRow,
    Delivery,
    Event,
    EventPayload,
    Position,
    Site,
    SiteCode,
    Ticket,
    TodoTask,
)
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do

START = MONDAY_NOON + timedelta(hours=26)  # Tuesday at 14:00 in Paris
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def rounds(parts, clock) -> Rounds:
    return Rounds(parts.database, parts.links, clock.now)


@pytest.fixture
def cleaning(parts, cast):
    """A cleaning at Mrs Rossi's that Karim has, on Tuesday at two."""
    ticket = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    do(
        parts,
        cast,
        ticket,
        "appointment.propose",
        cast.karim,
        {**TUESDAY_AT_TWO, "agreed_with_customer": True},
    )
    return ticket


def rows(parts, cast, *what):
    with parts.database.read(cast.organisation) as session:
        return [tuple(row) for row in session.execute(select(*what))]


def fee(parts, cast):
    return rows(parts, cast, ChargeRow.kind, ChargeRow.net_cents, ChargeRow.state, ChargeRow.payer)


def tasks(parts, cast):
    open_ones = select(TodoTask.kind).where(TodoTask.settled_at.is_(None))
    with parts.database.read(cast.organisation) as session:
        return list(session.scalars(open_ones))


def told(parts, cast, act, party):
    """By which channels somebody was told of an act."""
    sent = rows(parts, cast, Delivery.act, Delivery.party, Delivery.channel)
    return sorted(channel for name, whom, channel in sent if (name, whom) == (act, party))


def not_there(parts, cast, ticket):
    """Karim waits from two until half past and gives up."""
    do(parts, cast, ticket, "visit.customer_absent", cast.karim, now=START)
    failed = {"reason": "customer_absent"}
    do(parts, cast, ticket, "visit.fail", cast.karim, failed, now=START + HALF_AN_HOUR)


def test_who_waits_in_vain_is_told_once_that_it_may_leave(rounds, parts, cast, clock, cleaning):
    """S082 S083"""
    do(parts, cast, cleaning, "visit.customer_absent", cast.karim, now=START)
    assert told(parts, cast, "visit.customer_absent", Party.CUSTOMER) == ["email", "sms"]

    clock.instant = START + HALF_AN_HOUR - timedelta(seconds=1)
    assert rounds.run() == 0
    clock.instant = START + HALF_AN_HOUR
    assert (rounds.run(), rounds.run()) == (1, 0)

    assert acts_done(parts.database, cast.organisation)[-1] == "visit.may_leave"
    assert told(parts, cast, "visit.may_leave", Party.SUBCONTRACTOR) == ["email", "sms"]


def test_a_customer_who_comes_after_all_stops_the_timer(rounds, parts, cast, clock, cleaning):
    """S082"""
    do(parts, cast, cleaning, "visit.customer_absent", cast.karim, now=START)
    do(parts, cast, cleaning, "visit.start", cast.karim, now=START + timedelta(minutes=10))

    clock.instant = START + timedelta(hours=1)

    assert rounds.run() == 0


def test_an_absence_costs_forty_euros_at_most_and_a_new_date_can_be_given(parts, cast, cleaning):
    """S084 S086 S087 S089"""
    not_there(parts, cast, cleaning)

    assert fee(parts, cast) == [(ChargeKind.FEE, 40_00, ChargeState.AGREED, Party.CUSTOMER)]
    assert Task.NO_SHOW in tasks(parts, cast)
    assert rows(parts, cast, Ticket.phase, Ticket.appointment_at) == [(Phase.ASSIGNED, None)]
    later = {**TUESDAY_AT_TWO, "date": TUESDAY_AT_TWO["date"] + timedelta(days=1)}
    again = START + timedelta(hours=1)
    do(parts, cast, cleaning, "appointment.propose", cast.karim, later, now=again)


@pytest.mark.parametrize(
    ("decision", "state"), [("fee.waive", ChargeState.WAIVED), ("fee.uphold", ChargeState.AGREED)]
)
def test_a_contested_fee_waits_for_the_manager_who_decides_once(parts, cast, cleaning, decision, state):
    """S087"""
    not_there(parts, cast, cleaning)
    then = START + timedelta(hours=1)

    do(
        parts,
        cast,
        cleaning,
        "fee.contest",
        answer={"comment": "J'étais là"},
        party=Party.CUSTOMER,
        now=then,
    )
    assert [one[2] for one in fee(parts, cast)] == [ChargeState.CONTESTED]
    assert Task.FEE in tasks(parts, cast)

    do(parts, cast, cleaning, decision, party=Party.MANAGER, now=then)
    assert [one[2] for one in fee(parts, cast)] == [state]
    assert Task.FEE not in tasks(parts, cast)
    assert told(parts, cast, decision, Party.CUSTOMER) == ["email", "sms"]


def test_cancelling_an_hour_before_charges_whoever_is_the_source(parts, cast, cleaning):
    """S109 S113"""
    answer = {"source": "subcontractor", "reason": "Malade"}
    before = START - timedelta(hours=1)

    do(parts, cast, cleaning, "ticket.cancel", answer=answer, party=Party.MANAGER, now=before)

    assert fee(parts, cast) == [(ChargeKind.FEE, 30_00, ChargeState.AGREED, Party.SUBCONTRACTOR)]


def test_a_position_is_kept_beside_the_journal_not_in_it(parts, cast, cleaning):
    """Y03 S077"""
    answer = {"position": "45.764043,4.835659"}
    do(parts, cast, cleaning, "visit.arrive", cast.karim, answer, now=START)

    assert rows(parts, cast, Position.latitude, Position.longitude) == [("45.764", "4.836")]
    assert "45.76" not in str(rows(parts, cast, EventPayload.content))


def test_the_code_on_site_proves_the_arrival(parts, cast, cleaning):
    """S077"""
    with parts.database.begin(cast.organisation) as session:
        site = session.scalars(select(Site)).one()
        session.add(SiteCode(code="K7M2QX9TWB4H", site_id=site.id, created_at=MONDAY_NOON))
    answer = {"site_code": "k7m2 qx9t wb4h"}

    do(parts, cast, cleaning, "visit.arrive", cast.karim, answer, now=START)

    with parts.database.read(cast.organisation) as session:
        words = select(EventPayload.content).join(Event).where(Event.act == "visit.arrive")
        content = session.scalars(words).one()
    assert content["answer"] == {"proof": "code"}


def test_who_cannot_come_is_off_the_job_and_the_customer_is_warned(parts, cast, cleaning):
    """S111"""
    answer = {"comment": "Camionnette en panne"}

    do(parts, cast, cleaning, "visit.cannot_come", cast.karim, answer, now=START - timedelta(hours=1))

    with parts.database.read(cast.organisation) as session:
        ticket = session.get_one(Ticket, cleaning.id)
        facts = gather(session, ticket, ticket.dispatches[0], START)
        assert (ticket.phase, facts.standing) == (Phase.OFFERED, Standing.WITHDRAWN)
    assert told(parts, cast, "visit.cannot_come", Party.CUSTOMER) == ["email", "sms"]
    assert {Task.WITHDRAWN, Task.NO_TAKER} <= set(tasks(parts, cast))


def test_a_customer_who_waits_in_vain_tells_the_manager_and_the_company(parts, cast, cleaning):
    """S077 S111"""
    waits = START + timedelta(minutes=6)

    do(parts, cast, cleaning, "visit.nobody_came", party=Party.CUSTOMER, now=waits)

    assert Task.INCIDENT in tasks(parts, cast)
    assert told(parts, cast, "visit.nobody_came", Party.SUBCONTRACTOR) == ["email", "sms"]


def test_an_arrival_reported_on_two_phones_counts_once_and_the_second_is_noted(parts, cast, cleaning):
    """R11"""
    do(parts, cast, cleaning, "visit.arrive", cast.karim, now=START)

    again = do(parts, cast, cleaning, "visit.arrive", cast.karim, now=START, submission="samirs-phone")
    assert again.too_late.code == "step.not_allowed"
    with pytest.raises(TooLate):
        do(parts, cast, cleaning, "visit.arrive", cast.karim, now=START, submission="a-third-phone")

    assert acts_done(parts.database, cast.organisation)[-2:] == ["visit.arrive", "visit.arrive_again"]


@pytest.mark.parametrize("act", ["visit.arrive", "visit.start"])
def test_a_company_that_comes_after_all_takes_the_missed_visit_off_the_list(parts, cast, cleaning, act):
    """S077 S088"""
    do(parts, cast, cleaning, "visit.nobody_came", party=Party.CUSTOMER, now=START + timedelta(minutes=6))

    do(parts, cast, cleaning, act, cast.karim, now=START + timedelta(minutes=20))

    assert tasks(parts, cast) == []


def test_a_failed_visit_leaves_the_list_when_somebody_comes_again(parts, cast, cleaning):
    """S088 S089"""
    do(parts, cast, cleaning, "visit.fail", cast.karim, {"reason": "no_access"}, now=START)
    again = {
        **TUESDAY_AT_TWO,
        "date": TUESDAY_AT_TWO["date"] + timedelta(days=1),
        "agreed_with_customer": True,
    }
    do(parts, cast, cleaning, "appointment.propose", cast.karim, again, now=START + HALF_AN_HOUR)
    assert tasks(parts, cast) == [Task.INCIDENT]

    do(parts, cast, cleaning, "visit.arrive", cast.karim, now=START + timedelta(days=1))

    assert tasks(parts, cast) == []


def test_work_that_was_reported_was_no_failed_visit(parts, cast, cleaning):
    """S088 S092: also for who reports without a word on arrival."""
    do(parts, cast, cleaning, "visit.nobody_came", party=Party.CUSTOMER, now=START + timedelta(minutes=6))

    report = {"done": "Ménage fait.", "minutes": 60}
    do(parts, cast, cleaning, "completion.submit", cast.karim, report, now=START + timedelta(hours=2))

    assert tasks(parts, cast) == []
