"""A program that runs wild does not empty the account with the text gateway (M14)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Person, TodoTask
from tests.builders import TUESDAY_AT_TWO, a_ticket, do

NEARLY = "text messages of the day nearly used up"


@pytest.fixture
def frugal(outbox):
    """Five text messages a day, and no more."""
    return replace(outbox, settings=replace(outbox.settings, sms_per_day=5))


def texts(parts) -> list[tuple[str, str]]:
    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.channel == "sms"))
        return sorted((row.state, row.failure) for row in rows)


def test_the_operator_is_told_once_when_few_are_left(frugal, parts, cast, network):
    """M14"""
    told = []
    for _ticket in range(5):
        a_ticket(parts, cast, cast.karim)
        with capture_logs() as logs:
            frugal.drain_channel("sms")
        told.append([one["sent"] for one in logs if one["event"] == NEARLY])

    assert told == [[], [], [], [4], []]
    assert len(network.texts) == 5


def test_over_the_limit_of_the_day_nothing_leaves_and_the_manager_is_told(frugal, parts, cast, network):
    """M14"""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).values(email=""))
    for _ticket in range(6):
        a_ticket(parts, cast, cast.karim)

    frugal.drain_channel("sms")

    assert len(network.texts) == 5
    assert texts(parts) == [("failed", "sms.limit"), *[("sent", "")] * 5]
    with parts.database.read(EVERYONE) as session:
        assert session.scalars(select(TodoTask.kind)).all() == [Task.UNDELIVERABLE]


def test_the_next_day_they_leave_again(frugal, parts, cast, clock, network):
    """M14"""
    for _ticket in range(6):
        a_ticket(parts, cast, cast.karim)
    frugal.drain_channel("sms")
    clock.instant += timedelta(hours=25)
    a_ticket(parts, cast, cast.karim, now=clock.instant)

    frugal.drain_channel("sms")

    assert len(network.texts) == 6


def test_an_answer_is_never_refused_for_the_messages_that_follow(frugal, parts, cast, network):
    """M14 R03"""
    ticket = a_ticket(parts, cast, cast.karim)
    for _ticket in range(4):
        a_ticket(parts, cast, cast.lucie)
    frugal.drain_channel("sms")

    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    frugal.drain()

    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == "offer.accept")).all()
    assert ("customer", "email", "sent") in {(row.party, row.channel, row.state) for row in rows}
    assert len(network.texts) == 5


def test_one_organisation_s_day_is_not_another_s(frugal, parts, cast, network):
    """M14 O04"""
    for _ticket in range(6):
        a_ticket(parts, cast, cast.karim)
    frugal.drain_channel("sms")
    theirs = {"organisation_id": cast.other_organisation, "ticket_id": None, "event_id": None}
    with parts.database.begin(EVERYONE) as session:
        failed = update(Delivery).where(Delivery.state == "failed")
        session.execute(failed.values(state="queued", **theirs))

    frugal.drain_channel("sms")

    assert len(network.texts) == 6


def write(parts, cast, ticket, number: int, now) -> None:
    answer = {"body": f"Message {number}", "to": "subcontractor"}
    do(parts, cast, ticket, "message.write", cast.karim, answer, party=Party.MANAGER, submission=f"w{number}")


def written(parts) -> list[tuple[str, str, str]]:
    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == "message.write"))
        return sorted((row.channel, row.state, row.failure) for row in rows)


def test_a_text_too_many_for_one_number_waits_until_the_hour_has_room(outbox, parts, cast, clock, network):
    """M14: what was written is kept, its mail goes at once, and its text when there is room."""
    jobs = [a_ticket(parts, cast, cast.karim) for _job in range(2)]
    outbox.drain()
    for number in range(6):
        write(parts, cast, jobs[number % 2], number, clock.now())

    outbox.drain()

    waiting = ("sms", "queued", "sms.limit")
    assert written(parts) == [("email", "sent", "")] * 6 + [waiting] * 2 + [("sms", "sent", "")] * 4
    before = len(network.texts)
    clock.instant += timedelta(minutes=59)
    outbox.drain()
    assert len(network.texts) == before

    clock.instant += timedelta(minutes=2)
    outbox.drain()

    assert len(network.texts) == before + 2
    assert written(parts) == [("email", "sent", "")] * 6 + [("sms", "sent", "")] * 6


def test_what_was_held_too_long_is_the_managers_to_see(outbox, parts, cast, clock, network):
    """M14 M07"""
    job = a_ticket(parts, cast, cast.karim)
    outbox.drain()
    for number in range(5):
        write(parts, cast, job, number, clock.now())
    with parts.database.begin(EVERYONE) as session:
        soon = update(Delivery).where(Delivery.act == "message.write")
        session.execute(soon.values(ends_at=clock.now() + timedelta(minutes=30)))

    outbox.drain()

    assert ("sms", "failed", "sms.limit") in written(parts)
    with parts.database.read(EVERYONE) as session:
        assert session.scalars(select(TodoTask.kind)).all() == [Task.UNDELIVERABLE]
