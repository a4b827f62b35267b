"""What a receipt does to a message, whatever was believed of it before."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.outbox import take_receipt
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Person, Ticket, TodoTask
from tests.builders import a_ticket, acts_done, do, sent
from tests.fakes.sms_gateway import Number


def the_text(parts) -> Delivery:
    """The text message of the offer."""
    with parts.database.read(EVERYONE) as session:
        return session.scalars(
            select(Delivery).where(Delivery.channel == "sms", Delivery.act == "offer.send")
        ).one()


def receipt(parts, clock, status: str) -> None:
    with parts.database.begin(EVERYONE) as session:
        assert take_receipt(session, parts.links, the_text(parts).id, status, "", clock.now())


def test_a_message_that_arrived_after_all_is_not_tried_again(outbox, parts, cast, clock, network):
    """M06 M17"""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).values(phone=Number.BUSY))
    a_ticket(parts, cast, cast.karim)
    outbox.drain_channel("sms")
    tried = len(network.texts)
    assert the_text(parts).state == "queued"

    receipt(parts, clock, "delivered")
    clock.instant += timedelta(hours=2)
    outbox.drain_channel("sms")

    row = the_text(parts)
    assert (row.state, row.failure, len(network.texts)) == ("delivered", "", tried)
    assert row.delivered_at < clock.now()


@pytest.mark.parametrize("before", ["queued", "sending", "sent", "uncertain", "failed", "dead"])
def test_delivered_wins_over_whatever_was_believed(parts, cast, clock, before):
    """M17"""
    a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(update(Delivery).values(state=before))

    receipt(parts, clock, "delivered")

    assert the_text(parts).state == "delivered"


@pytest.mark.parametrize("before", ["queued", "dead", "failed", "delivered", "cancelled"])
def test_failed_changes_nothing_that_is_not_under_way(parts, cast, clock, before):
    """M17"""
    a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(update(Delivery).values(state=before))

    receipt(parts, clock, "failed")

    assert the_text(parts).state == before


def test_what_was_taken_back_stays_taken_back(parts, cast, clock):
    """M12 M17"""
    a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(update(Delivery).values(state="cancelled"))

    receipt(parts, clock, "delivered")

    assert the_text(parts).state == "cancelled"


def left_to_do(parts) -> list[Task]:
    with parts.database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


@pytest.fixture
def in_doubt(outbox, parts, cast) -> None:
    """The gateway answered nothing that one can read: nobody knows whether Karim has the offer."""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).values(phone=Number.GARBAGE, email=""))
    a_ticket(parts, cast, cast.karim)
    outbox.drain_channel("sms")
    assert left_to_do(parts) == [Task.UNCERTAIN]


@pytest.mark.usefixtures("in_doubt")
def test_a_receipt_ends_the_doubt(parts, cast, clock):
    """M04 M17"""
    receipt(parts, clock, "delivered")
    receipt(parts, clock, "delivered")

    assert left_to_do(parts) == []
    assert acts_done(parts.database, cast.organisation)[-2:] == ["message.doubt", "message.arrive"]


@pytest.mark.usefixtures("in_doubt")
def test_a_receipt_that_says_failed_makes_the_doubt_a_certainty(parts, cast, clock):
    """M04 M07 M17"""
    receipt(parts, clock, "failed")

    assert left_to_do(parts) == [Task.UNDELIVERABLE]


@pytest.mark.usefixtures("in_doubt")
def test_one_message_that_arrived_leaves_the_doubt_about_another(outbox, parts, cast, clock):
    """M04"""
    with parts.database.read(cast.organisation) as session:
        ticket = sent(parts, cast.organisation, session.scalars(select(Ticket.id)).one())
    do(parts, cast, ticket, "offer.remind", cast.karim, party=Party.MANAGER)
    outbox.drain_channel("sms")

    receipt(parts, clock, "delivered")

    assert left_to_do(parts) == [Task.UNCERTAIN]
