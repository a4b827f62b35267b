"""Receipts of the text gateway: with their secret, in any order, twice, and forged."""

import re

import pytest
from sqlalchemy import select, update

from fieldtickets.outbox.courier import Outbox
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Person
from tests.builders import a_ticket
from tests.fakes.sms_gateway import Number


@pytest.fixture
def send(parts, clock, network):
    """Send the text of a new ticket to a number, through our JSON or as Twilio would have it."""

    def send(cast, number: str, url: str = network.url) -> None:
        object.__setattr__(parts.settings, "sms_url", url)
        with parts.database.begin(cast.organisation) as session:
            session.execute(update(Person).values(phone=number))
        a_ticket(parts, cast, cast.karim)
        Outbox(parts.settings, parts.database, parts.links, parts.files, clock.now).drain_channel("sms")

    return send


def post(phone, receipt) -> int:
    path = receipt.url.removeprefix("http://localhost")
    content = {"data": receipt.fields} if receipt.is_form else {"json": receipt.fields}
    return phone.post(path, headers=receipt.headers, **content).status_code


def state(parts) -> tuple[str, str]:
    with parts.database.read(EVERYONE) as session:
        row = session.scalars(
            select(Delivery).where(Delivery.channel == "sms", Delivery.act == "offer.send")
        ).one()
        return row.state, row.failure


@pytest.mark.parametrize("kind", ["url", "twilio_url"])
def test_a_receipt_says_delivered_once_and_for_all(phone, parts, cast, network, send, kind):
    """M17"""
    send(cast, Number.TWICE, getattr(network, kind))
    assert [post(phone, receipt) for receipt in network.owed] == [204, 204]
    assert state(parts) == ("delivered", "")


@pytest.mark.parametrize("kind", ["url", "twilio_url"])
def test_a_receipt_says_failed_and_the_manager_is_told(phone, parts, cast, network, send, kind):
    """M07 M17"""
    send(cast, Number.UNDELIVERED, getattr(network, kind))
    assert [post(phone, receipt) for receipt in network.owed] == [204]
    assert state(parts)[0] == "failed"
    assert state(parts)[1]


def test_a_late_failure_does_not_undo_a_delivery(phone, parts, cast, network, send):
    """M17"""
    send(cast, Number.DELIVERED)
    (receipt,) = network.owed
    post(phone, receipt)
    assert phone.post(receipt.url, json={**receipt.fields, "status": "failed"}).status_code == 204
    assert state(parts)[0] == "delivered"


def test_a_forged_receipt_is_refused(phone, parts, cast, network, send):
    """M17"""
    send(cast, Number.DELIVERED)
    (receipt,) = network.owed
    forged = re.sub(r"/sms/.", "/sms/_", receipt.url)
    assert phone.post(forged, json=receipt.fields).status_code == 401
    send_form = phone.post(receipt.url, data={"MessageStatus": "delivered"})
    assert send_form.status_code in (401, 404)
    assert state(parts)[0] == "sent"


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "12", "status": "delivered"},
        {"id": "x" * 500, "status": "failed"},
        {"status": "eaten"},
        [],
        None,
    ],
)
def test_what_we_do_not_know_is_taken_and_changes_nothing(phone, parts, cast, network, send, fields):
    """M17"""
    send(cast, Number.DELIVERED)
    assert phone.post(network.owed[0].url, json=fields).status_code == 204
    assert state(parts)[0] == "sent"
