"""Locks are taken in one order, the ticket before the journal: on PostgreSQL nobody waits in a ring."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from fieldtickets.desk import Actor, Request, record
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, JournalHead, Person
from fieldtickets.store.queries.acts import locked
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done
from tests.fakes.sms_gateway import FakeSmsGateway, Number
from tests.postgres import fresh_database
from tests.web.signing_in import csrf_token, sign_in

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
INTERRUPTION = "DO $$ BEGIN RAISE EXCEPTION 'interrupted by a test' USING ERRCODE = '40P01'; END $$"


@pytest.fixture
def database_url(postgres_server, postgres_template) -> Iterator[str]:
    """SQLite admits one writer at a time: there nobody can wait in a ring."""
    with fresh_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def broken_off(database) -> list[str]:
    """What PostgreSQL broke off, also where it was done again and nobody noticed."""
    found: list[str] = []
    event.listen(
        database.engine,
        "handle_error",
        lambda context: found.append(getattr(context.original_exception, "sqlstate", "")),
    )
    return found


@pytest.fixture
def nadia(phone, parts, cast):
    sign_in(phone, parts, cast.nadia)
    return phone


def at_the_same_time(parts, cast, first_half, other_work, second_half):
    """Other work begins between the halves of a transaction, and waits for it; what the other work gave."""
    with ThreadPoolExecutor(1) as pool:
        with parts.database.begin(cast.organisation) as session:
            first_half(session)
            running = pool.submit(other_work)
            while not wait([running], timeout=0.02).done and not anybody_waits(parts.database):
                pass
            second_half(session)
        return running.result()


def anybody_waits(database) -> bool:
    with database.engine.connect() as connection:
        return bool(connection.scalar(WAITING))


def karim_accepts(session, parts, cast, ticket) -> None:
    asked = Request(
        ticket.id,
        ACTS["offer.accept"],
        TUESDAY_AT_TWO,
        Actor(Party.SUBCONTRACTOR, "link:1a2b3c4d", "Karim Plomberie"),
        f"tap-{ticket.id}",
        ticket.dispatches[cast.karim],
    )
    record(session, parts.links, asked, MONDAY_NOON)


def test_a_ticket_is_opened_while_an_act_of_another_is_recorded(nadia, parts, cast, broken_off):
    """D12 R01"""
    ticket = a_ticket(parts, cast, cast.karim)
    leak = {"title": "Fuite", "urgency": "normal", "kind": "order", "playbook": "syndic"}
    leak |= {"customer_language": "fr", "offer_to": "later", "csrf_token": csrf_token(nadia, "/tickets")}

    made = at_the_same_time(
        parts,
        cast,
        lambda session: session.get_one(JournalHead, cast.organisation, with_for_update=True),
        lambda: nadia.post("/tickets/new", data=leak),
        lambda session: karim_accepts(session, parts, cast, ticket),
    )

    assert (made.status_code, broken_off) == (303, [])
    assert acts_done(parts.database, cast.organisation)[-2:] == ["offer.accept", "ticket.open"]


def test_all_links_of_a_company_are_replaced_while_it_answers_through_one(nadia, parts, cast, broken_off):
    """D12 M20"""
    first, _second = a_ticket(parts, cast, cast.karim), a_ticket(parts, cast, cast.karim)
    karim = {"name": "Karim Plomberie", "phone": "0612345699", "language": "fr", "version": "1"}
    karim |= {"cut_links": "y", "active": "y", "csrf_token": csrf_token(nadia, "/tickets")}

    changed = at_the_same_time(
        parts,
        cast,
        lambda session: locked(session, first.id),
        lambda: nadia.post(f"/subcontractors/{cast.karim}", data=karim),
        lambda session: karim_accepts(session, parts, cast, first),
    )

    assert (changed.status_code, broken_off) == (303, [])
    assert acts_done(parts.database, cast.organisation)[-3:] == ["offer.accept", *["link.replace"] * 2]


def test_a_deadline_is_due_while_the_answer_that_stops_it_is_recorded(parts, cast, clock, broken_off):
    """D12 S007"""
    ticket = a_ticket(parts, cast, cast.karim)
    clock.instant = MONDAY_NOON + timedelta(hours=24)

    fired = at_the_same_time(
        parts,
        cast,
        lambda session: locked(session, ticket.id),
        Rounds(parts.database, parts.links, clock.now).run,
        lambda session: karim_accepts(session, parts, cast, ticket),
    )

    assert (fired, broken_off) == (0, [])


@pytest.fixture
def interrupted_once(database):
    """The database breaks off the transaction that runs the nth such statement, as it does in a deadlock."""

    def install(beginning: str, number: int = 1) -> None:
        seen: list[str] = []

        def interrupt(_connection, cursor, statement, *_more) -> None:
            if statement.startswith(beginning):
                seen.append(statement)
                if len(seen) == number:
                    cursor.execute(INTERRUPTION)

        event.listen(database.engine, "before_cursor_execute", interrupt)

    return install


def state(parts, cast) -> str:
    with parts.database.read(cast.organisation) as session:
        return session.scalars(select(Delivery.state).where(Delivery.channel == "sms")).one()


@pytest.fixture
def drain_texts(parts, clock):
    """Sends what is due by text message; how many texts the network took."""

    def drain() -> int:
        with FakeSmsGateway() as network:
            settings = replace(parts.settings, sms_url=network.url)
            Outbox(settings, parts.database, parts.links, parts.files, clock.now).drain_channel("sms")
            return len(network.texts)

    return drain


@pytest.mark.parametrize("number", [1, 2, 3], ids=["claiming", "marking", "settling"])
def test_a_message_leaves_once_though_the_database_interrupts_its_sending(
    parts, cast, drain_texts, interrupted_once, broken_off, number
):
    """D12 M02"""
    a_ticket(parts, cast, cast.karim)
    interrupted_once("UPDATE delivery", number)
    assert (drain_texts(), state(parts, cast), broken_off) == (1, "sent", ["40P01"])


def test_a_bounce_is_recorded_once_though_the_database_interrupts(
    parts, cast, drain_texts, interrupted_once, broken_off
):
    """D12 M07"""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).values(phone=Number.BAD_NUMBER))
    a_ticket(parts, cast, cast.karim)
    interrupted_once("UPDATE journal_head")
    drain_texts()
    assert (state(parts, cast), broken_off) == ("failed", ["40P01"])
    assert acts_done(parts.database, cast.organisation).count("message.bounce") == 1


def test_a_receipt_is_noted_though_the_database_interrupts(phone, parts, cast, interrupted_once, broken_off):
    """D12 M17"""
    a_ticket(parts, cast, cast.karim)
    with parts.database.read(EVERYONE) as session:
        delivery_id = session.scalars(select(Delivery.id).where(Delivery.channel == "sms")).one()
    interrupted_once("UPDATE delivery")

    receipt = {"id": str(delivery_id), "status": "delivered"}
    answer = phone.post(parts.links.receipts_url().removeprefix("http://localhost"), json=receipt)

    assert (answer.status_code, state(parts, cast), broken_off) == (204, "delivered", ["40P01"])


def test_a_deadline_fires_though_the_database_interrupts(parts, cast, clock, interrupted_once, broken_off):
    """D12"""
    a_ticket(parts, cast, cast.karim)
    clock.instant = MONDAY_NOON + timedelta(hours=24)
    interrupted_once("UPDATE clock")

    fired = Rounds(parts.database, parts.links, clock.now).run()

    assert (fired, broken_off) == (1, ["40P01"])
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.remind"
