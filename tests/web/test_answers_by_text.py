"""What people answer to a text message: STOP holds, and only for who was meant (M18)."""

import pytest
from sqlalchemy import insert, select, update

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.outbox.courier import Outbox
from fieldtickets.senders.twilio_callbacks import twilio_signature
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import BlockedNumber, Delivery, Person, TodoTask
from tests.builders import MONDAY_NOON, a_ticket, acts_done, do
from tests.explain import explained, gather_statistics
from tests.fakes.sms_gateway import AUTH_TOKEN, Number

KARIM = "+33612345678"
TOKEN = "a-token-of-the-inbound-webhook"


@pytest.fixture
def drain(parts, clock, network):
    """Send what is due through the gateway."""
    object.__setattr__(parts.settings, "sms_url", network.url)
    object.__setattr__(parts.settings, "inbound_token", TOKEN)
    return Outbox(parts.settings, parts.database, parts.links, parts.files, clock.now).drain


@pytest.fixture
def job(parts, cast, drain):
    """Karim was asked by text message and by mail."""
    ticket = a_ticket(parts, cast, cast.karim)
    drain()
    return ticket


def say(phone, text: str, token: str = TOKEN, number: str = KARIM) -> int:
    said = {"from": number, "to": "36111", "text": text, "id": "in-1"}
    return phone.post("/inbound/sms", json=said, headers={"Authorization": f"Bearer {token}"}).status_code


def reminders(parts) -> list[tuple[str, str, str]]:
    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == "offer.remind"))
        return sorted((row.channel, row.state, row.failure) for row in rows)


def left_to_do(parts) -> list[Task]:
    with parts.database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


def remind(parts, cast, job) -> None:
    do(parts, cast, job, "offer.remind", cast.karim, party=Party.MANAGER)


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Arrêt", "STOP SMS", "stop 36111"])
def test_who_answers_stop_gets_mails_only_and_the_manager_is_told(
    phone, parts, cast, job, drain, network, text
):
    """M18"""
    assert [say(phone, text) for _time in range(2)] == [204, 204]
    assert left_to_do(parts) == [Task.STOPPED]
    assert acts_done(parts.database, cast.organisation).count("message.stop") == 1
    with parts.database.read(EVERYONE) as session:
        told = session.scalars(select(Delivery).where(Delivery.act == "message.stop")).one()
    assert (told.party, told.channel) == (Party.MANAGER, "email")

    before = len(network.texts)
    remind(parts, cast, job)
    drain()

    assert len(network.texts) == before
    assert reminders(parts) == [("email", "sent", ""), ("sms", "cancelled", "sms.stop")]


def test_who_has_no_mail_must_be_called(phone, parts, cast, job, drain, network):
    """M18 M07"""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).where(Person.subcontractor_id == cast.karim).values(email=""))
    say(phone, "STOP")
    remind(parts, cast, job)
    drain()

    assert reminders(parts) == [("sms", "failed", "sms.stop")]
    assert left_to_do(parts) == [Task.STOPPED, Task.UNDELIVERABLE]


def test_what_waited_when_the_stop_came_does_not_leave_either(phone, parts, cast, job, drain, network):
    """M18 M12"""
    before = len(network.texts)
    remind(parts, cast, job)
    say(phone, "STOP")
    drain()

    assert len(network.texts) == before


@pytest.fixture
def asked_by_twilio(parts, cast, drain, network):
    """A text about a job to a number with a fate of its own, through Twilio."""

    def ask(number: str):
        object.__setattr__(parts.settings, "sms_url", network.twilio_url)
        with parts.database.begin(cast.organisation) as session:
            session.execute(update(Person).where(Person.subcontractor_id == cast.karim).values(phone=number))
        ticket = a_ticket(parts, cast, cast.karim)
        drain()
        return ticket

    return ask


def offers(parts) -> list[tuple[str, str, str]]:
    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == "offer.send"))
        return sorted((row.channel, row.state, row.failure) for row in rows)


def test_whose_stop_the_provider_kept_gets_mails_only_and_the_manager_is_told(
    parts, cast, asked_by_twilio, drain, network
):
    """M18 M07"""
    job = asked_by_twilio(Number.OPTED_OUT)
    assert offers(parts) == [("email", "sent", ""), ("sms", "cancelled", "sms.stop")]
    assert left_to_do(parts) == [Task.STOPPED]

    before = len(network.texts)
    remind(parts, cast, job)
    drain()

    assert len(network.texts) == before
    assert reminders(parts) == [("email", "sent", ""), ("sms", "cancelled", "sms.stop")]
    assert acts_done(parts.database, cast.organisation).count("message.stop") == 1


def test_a_complaint_in_a_receipt_stops_the_texts_once(phone, parts, cast, asked_by_twilio, network):
    """M17 M18"""
    asked_by_twilio(Number.COMPLAINED)
    (receipt,) = network.owed
    path = receipt.url.removeprefix("http://localhost")

    for _time in range(2):
        assert phone.post(path, data=receipt.fields, headers=receipt.headers).status_code == 204

    assert offers(parts) == [("email", "sent", ""), ("sms", "cancelled", "sms.stop")]
    assert acts_done(parts.database, cast.organisation).count("message.stop") == 1


def test_a_forged_complaint_stops_nothing(phone, parts, cast, asked_by_twilio, network):
    """M17 M18"""
    asked_by_twilio(Number.COMPLAINED)
    (receipt,) = network.owed
    path = receipt.url.removeprefix("http://localhost")
    other = path.rpartition("=")[0] + "=1"

    forged = [
        phone.post(path, data=receipt.fields),
        phone.post(path, data={**receipt.fields, "To": "+33639980000"}, headers=receipt.headers),
        phone.post(other, data=receipt.fields, headers=receipt.headers),
    ]

    assert [one.status_code for one in forged] == [401] * 3
    assert ("sms", "sent", "") in offers(parts)


def test_a_complaint_about_a_text_that_arrived_stops_those_to_come(phone, parts, cast, job, network):
    """M17 M18"""
    (receipt,) = network.owed
    path = receipt.url.removeprefix("http://localhost")
    for status in ("delivered", "stopped"):
        assert phone.post(path, json={**receipt.fields, "status": status}).status_code == 204

    assert ("sms", "delivered", "") in offers(parts)
    assert left_to_do(parts) == [Task.STOPPED]


def test_whose_stop_it_is_is_found_by_the_number_alone(phone, cast, job, database):
    """M18 D19"""
    others = {
        "organisation_id": cast.organisation,
        "party": "subcontractor",
        "channel": "sms",
        "language": "fr",
        "zone": "Europe/Paris",
        "act": "offer.send",
        "words": {},
        "state": "delivered",
        "due_at": MONDAY_NOON,
        "ends_at": MONDAY_NOON,
    }
    with database.begin(cast.organisation) as session:
        sent = [
            {**others, "idempotency_key": f"long ago {n}", "address": f"+3363998{n:04}"} for n in range(2000)
        ]
        session.execute(insert(Delivery), sent)
    gather_statistics(database)

    with explained(database) as plans:
        assert say(phone, "STOP") == 204

    (plan,) = (plan for statement, plan in plans.items() if "delivery.attempts >" in statement)
    assert "ix_delivery_address" in plan


def test_another_organisation_that_never_wrote_there_may(phone, parts, cast, job):
    """M18 O07"""
    say(phone, "STOP")

    with parts.database.read(EVERYONE) as session:
        blocked = session.scalars(select(BlockedNumber)).all()
    assert [(one.organisation_id, one.phone) for one in blocked] == [(cast.organisation, KARIM)]


def test_start_takes_it_back(phone, parts, cast, job, drain, network):
    """M18"""
    say(phone, "STOP")
    say(phone, "START")
    before = len(network.texts)
    remind(parts, cast, job)
    drain()

    assert len(network.texts) == before + 1


@pytest.mark.parametrize("text", ["J'accepte", "Stop the leak first", "oui", "", "x" * 5000, "\0"])
def test_what_is_no_stop_changes_nothing_and_never_accepts(phone, parts, cast, job, text):
    """I04 M18"""
    before = acts_done(parts.database, cast.organisation)
    assert say(phone, text) == 204
    assert acts_done(parts.database, cast.organisation) == before
    assert left_to_do(parts) == []


@pytest.mark.parametrize("number", ["+33699999999", "36111", "", "+8816111", "nobody"])
def test_a_stranger_s_stop_changes_nothing(phone, parts, job, number):
    """I08 M18"""
    assert say(phone, "STOP", number=number) == 204
    assert left_to_do(parts) == []


def test_without_the_token_nobody_stops_anything(phone, parts, job):
    """M17 M18"""
    assert say(phone, "STOP", token="another") == 401
    object.__setattr__(parts.settings, "inbound_token", None)
    assert say(phone, "STOP", token="None") == 401
    assert left_to_do(parts) == []


def test_twilio_signs_what_it_passes_on(phone, parts, job, network):
    """M18"""
    object.__setattr__(parts.settings, "sms_url", network.twilio_url)
    fields = {"From": KARIM, "To": "+33700000000", "Body": "Stop", "MessageSid": "SM1"}
    signature = twilio_signature(AUTH_TOKEN, "http://localhost/inbound/sms", fields)
    forged = phone.post("/inbound/sms", data=fields, headers={"X-Twilio-Signature": "x"})
    assert (forged.status_code, left_to_do(parts)) == (401, [])
    signed = phone.post("/inbound/sms", data=fields, headers={"X-Twilio-Signature": signature})
    assert (signed.status_code, left_to_do(parts)) == (204, [Task.STOPPED])
