"""What a receipt does to a message, whatever was believed of it before."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.outbox import take_receipt
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Person
from tests.builders import a_ticket
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
