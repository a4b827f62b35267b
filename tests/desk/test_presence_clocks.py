"""The call and the presence, with the clock moved through every deadline."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from fieldtickets.desk.journal import verify
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Clock, Delivery, Event, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do

HOUR = timedelta(hours=1)
VISIT = MONDAY_NOON + timedelta(days=3, hours=2)
THURSDAY_AT_TWO = {"date": date(2031, 5, 8), "time": time(14, 0), "agreed_with_customer": True}
SATURDAY_AT_TWO = {**THURSDAY_AT_TWO, "date": date(2031, 5, 10)}
REACHED = {"outcome": "reached", "channel": "phone"}


@pytest.fixture
def rounds(parts, clock) -> Rounds:
    return Rounds(parts.database, parts.links, clock.now)


@pytest.fixture
def job(parts, cast):
    """Karim has accepted Anna's job at noon, by the rules of the marketplace."""
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    return ticket


@pytest.fixture
def planned(parts, cast, job):
    """He called, and comes on Thursday at two."""
    do(parts, cast, job, "call.log", cast.karim, REACHED)
    do(parts, cast, job, "appointment.propose", cast.karim, THURSDAY_AT_TWO)
    return job


@pytest.fixture
def at(parts, cast, clock, rounds):
    """Move the clock to an instant, let the rounds run, and read what they did."""

    def move(instant):
        clock.instant, before = instant, len(acts_done(parts.database, cast.organisation))
        rounds.run()
        return acts_done(parts.database, cast.organisation)[before:]

    return move


def tasks(parts):
    with parts.database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


def told(parts, act):
    """Who was told by an act, and by which channel."""
    with parts.database.read(EVERYONE) as session:
        rows = session.execute(select(Delivery.party, Delivery.channel).where(Delivery.act == act))
        return sorted((party.value, channel) for party, channel in rows)


def pending(parts):
    with parts.database.read(EVERYONE) as session:
        wanted = select(Clock.kind, Clock.due_at).where(Clock.state == "pending").order_by(Clock.due_at)
        return [(kind, due_at) for kind, due_at in session.execute(wanted)]


def test_a_call_that_nobody_makes_is_reminded_then_the_managers(parts, job, at):
    """S025 S026 M13"""
    assert at(MONDAY_NOON + 5 * HOUR) == []
    assert at(MONDAY_NOON + 6 * HOUR) == ["call.remind"]
    assert told(parts, "call.remind") == [("subcontractor", "email"), ("subcontractor", "sms")]
    assert tasks(parts) == []
    assert at(MONDAY_NOON + 12 * HOUR) == ["call.lapse"]
    assert tasks(parts) == [Task.NO_CALL]
    assert at(MONDAY_NOON + 48 * HOUR) == []


def test_a_call_in_time_stops_its_clocks_and_a_late_one_settles_the_task(parts, cast, job, at):
    """S025"""
    at(MONDAY_NOON + 12 * HOUR)
    assert tasks(parts) == [Task.NO_CALL]
    do(parts, cast, job, "call.log", cast.karim, REACHED, now=MONDAY_NOON + 13 * HOUR)
    assert tasks(parts) == []
    assert [kind for kind, _due in pending(parts) if kind.startswith("call")] == []


def test_five_tries_in_two_ways_end_the_waiting_and_let_the_job_go(parts, cast, job, at):
    """S032 S034 S035"""
    for minute, channel in enumerate(["phone", "phone", "phone", "phone", "sms"]):
        answer = {"outcome": "no_answer", "channel": channel}
        do(
            parts,
            cast,
            job,
            "call.log",
            cast.karim,
            answer,
            now=MONDAY_NOON + timedelta(minutes=minute),
        )
    assert tasks(parts) == [Task.NO_CALL]
    assert told(parts, "call.log") == [("manager", "email")]
    assert at(MONDAY_NOON + 12 * HOUR) == []
    gives_up = {"reason": "no_answer", "told_customer": "no"}
    do(parts, cast, job, "offer.withdraw", cast.karim, gives_up, now=MONDAY_NOON + 13 * HOUR)
    assert Task.NO_CALL not in tasks(parts)


def test_presence_is_asked_reminded_and_then_the_managers(parts, planned, at):
    """S043 T02 M13"""
    assert pending(parts)[:1] == [("presence.ask", VISIT - 24 * HOUR)]
    assert at(VISIT - 24 * HOUR - timedelta(minutes=1)) == []
    assert at(VISIT - 24 * HOUR) == ["presence.ask"]
    assert told(parts, "presence.ask") == [("subcontractor", "email"), ("subcontractor", "sms")]
    assert at(VISIT - 20 * HOUR) == ["presence.remind"]
    assert told(parts, "presence.remind") == [("subcontractor", "email"), ("subcontractor", "sms")]
    assert at(VISIT - 7 * HOUR) == []
    assert at(VISIT - 6 * HOUR) == ["presence.lapse"]  # eight o'clock, not ten in the night
    assert tasks(parts) == [Task.NO_PRESENCE]
    assert told(parts, "presence.lapse") == [("manager", "email")]


def test_a_confirmation_reminds_the_customer_and_stops_the_clocks(parts, cast, planned, at):
    """S043 S044"""
    at(VISIT - 24 * HOUR)
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT - 23 * HOUR)
    assert told(parts, "presence.confirm") == [("customer", "email"), ("customer", "sms")]
    assert at(VISIT - 6 * HOUR) == []
    assert tasks(parts) == []


def test_a_late_confirmation_settles_the_managers_task(parts, cast, planned, at):
    """S043"""
    at(VISIT - 6 * HOUR)
    assert tasks(parts) == [Task.NO_PRESENCE]
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT - 5 * HOUR)
    assert tasks(parts) == []


def test_a_denial_is_the_managers_until_a_new_date_is_agreed(parts, cast, planned, at):
    """S043 S046"""
    at(VISIT - 24 * HOUR)
    do(parts, cast, planned, "presence.deny", cast.karim, {"reason": "Malade."}, now=VISIT - 23 * HOUR)
    assert tasks(parts) == [Task.NO_PRESENCE]
    assert told(parts, "presence.deny") == [("manager", "email")]
    assert at(VISIT - 6 * HOUR) == []

    do(parts, cast, planned, "appointment.propose", cast.karim, SATURDAY_AT_TWO, now=VISIT - 5 * HOUR)
    assert tasks(parts) == []


def test_a_new_date_moves_the_clocks_and_is_confirmed_anew(parts, cast, planned, at):
    """S046 T02"""
    at(VISIT - 24 * HOUR)
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT - 23 * HOUR)
    do(parts, cast, planned, "appointment.propose", cast.karim, SATURDAY_AT_TWO, now=VISIT - 22 * HOUR)

    assert at(VISIT) == []
    assert at(VISIT + 24 * HOUR) == ["presence.ask"]
    assert at(VISIT + 28 * HOUR) == ["presence.remind"]
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT + 29 * HOUR)
    assert at(VISIT + 46 * HOUR) == ["call.prompt"]


def test_cancelling_stops_every_clock(parts, cast, planned, at):
    """R13"""
    do(
        parts,
        cast,
        planned,
        "ticket.cancel",
        answer={"source": "manager", "reason": "x"},
        party=Party.MANAGER,
    )
    assert pending(parts) == []
    assert at(VISIT + 24 * HOUR) == []


def test_giving_the_job_back_stops_its_clocks(parts, cast, planned, at):
    """S021 R13"""
    gives_back = {"reason": "no_time", "told_customer": "no"}
    do(parts, cast, planned, "offer.withdraw", cast.karim, gives_back)
    assert [kind for kind, _due in pending(parts) if kind.startswith(("presence", "call"))] == []


def test_two_hours_before_the_company_is_asked_to_call(parts, cast, planned, at):
    """S045"""
    at(VISIT - 24 * HOUR)
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT - 23 * HOUR)
    assert at(VISIT - 2 * HOUR) == ["call.prompt"]
    assert told(parts, "call.prompt") == [("subcontractor", "email"), ("subcontractor", "sms")]


def test_who_has_called_in_the_last_hours_is_not_asked_to(parts, cast, planned, at):
    """S045"""
    at(VISIT - 24 * HOUR)
    do(parts, cast, planned, "presence.confirm", cast.karim, now=VISIT - 23 * HOUR)
    do(parts, cast, planned, "call.log", cast.karim, REACHED, now=VISIT - 2 * HOUR)
    assert at(VISIT - HOUR) == []


def test_a_building_manager_asks_at_the_hour_of_the_visit(parts, cast, at):
    """S048"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    hour = MONDAY_NOON + timedelta(days=1, hours=2)
    assert at(hour - timedelta(minutes=1)) == []
    assert at(hour) == ["presence.ask"]
    assert told(parts, "presence.ask") == [("subcontractor", "email"), ("subcontractor", "sms")]
    assert at(hour + timedelta(minutes=15)) == ["presence.remind"]
    assert at(hour + timedelta(minutes=30)) == ["presence.lapse"]
    assert tasks(parts) == [Task.NO_PRESENCE]
    do(parts, cast, ticket, "presence.confirm", cast.karim, now=hour + timedelta(minutes=31))
    assert tasks(parts) == []


def test_after_an_outage_everything_is_caught_up_once_and_nobody_is_told_twice(parts, planned, at):
    """T05 T09"""
    assert at(VISIT - 5 * HOUR) == ["presence.ask", "presence.remind", "presence.lapse"]
    assert told(parts, "presence.ask") == [("subcontractor", "email"), ("subcontractor", "sms")]
    assert told(parts, "presence.remind") == []
    assert tasks(parts) == [Task.NO_PRESENCE]


@pytest.mark.parametrize("jump", [-1, 1, -24, 24], ids="{:+d} h".format)
def test_a_server_whose_clock_jumps_reminds_nobody_twice_and_loses_no_answer(parts, cast, planned, at, jump):
    """T03: what was due is done once; what is sent counts, and stands in the order in which it came."""
    right = VISIT - 24 * HOUR
    done = at(right) + at(right + jump * HOUR) + at(right)
    assert [act for act in done if act == "presence.ask"] == ["presence.ask"]

    written = {"body": "J'arrive à deux heures."}
    do(parts, cast, planned, "message.write", cast.karim, written, now=right + min(jump, 0) * HOUR)

    with parts.database.read(EVERYONE) as session:
        facts = session.execute(select(Event.seq, Event.act).order_by(Event.seq)).all()
        assert verify(session, cast.organisation) == len(facts)
    assert facts[-1].act == "message.write"
    assert told(parts, "presence.ask") == [("subcontractor", "email"), ("subcontractor", "sms")]
