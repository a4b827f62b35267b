"""What was true when a message was owed may be wrong when it leaves: then it stays (M12)."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from fieldtickets.desk import dispatch_to
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Link
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do, sent

CANCELLED = {"source": "manager", "reason": "Réparé"}
WEDNESDAY = {"date": TUESDAY_AT_TWO["date"] + timedelta(days=1), "time": time(9, 0)}


def fates(parts, act: str, party: Party) -> set[tuple[str, str]]:
    """How the messages of an act to a party ended, and why."""
    with parts.database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == act, Delivery.party == party))
        return {(row.state, row.failure) for row in rows}


@pytest.fixture
def job(parts, cast):
    """Karim accepts for Tuesday at two, while the providers are out of reach."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket


def another_date(parts, cast, job) -> None:
    agreed = {**WEDNESDAY, "agreed_with_customer": True}
    do(parts, cast, job, "appointment.propose", cast.karim, agreed)


def cancelled(parts, cast, job) -> None:
    do(parts, cast, job, "ticket.cancel", answer=CANCELLED, party=Party.MANAGER)


def taken_back(parts, cast, job) -> None:
    do(parts, cast, job, "offer.recall", cast.karim, party=Party.MANAGER)


def given_back(parts, cast, job) -> None:
    do(parts, cast, job, "offer.withdraw", cast.karim, {"reason": "no_time", "told_customer": "yes"})


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (cancelled, "ticket over"),
        (taken_back, "another appointment"),
        (given_back, "another appointment"),
        (another_date, "another appointment"),
    ],
)
def test_nobody_is_told_of_a_visit_that_will_not_be(outbox, parts, cast, network, job, meanwhile, why):
    """M12 S042"""
    meanwhile(parts, cast, job)
    outbox.drain()

    assert fates(parts, "offer.accept", Party.CUSTOMER) == {("cancelled", why)}
    assert not any("comes mar." in text.text for text in network.texts)


@pytest.mark.parametrize("meanwhile", [None, cancelled, given_back, another_date])
def test_who_comes_is_told_without_a_date_as_long_as_that_is_true(outbox, parts, cast, network, meanwhile):
    """S004 M12"""
    job = a_ticket(parts, cast, cast.karim, cast.lucie, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)
    if meanwhile:
        meanwhile(parts, cast, job)
    outbox.drain()

    told = [text for text in network.texts if "Karim Plomberie does the work" in text.text]
    assert len(told) == (0 if meanwhile else 1)


def test_a_visit_that_stands_is_told(outbox, parts, cast, network, job):
    """M12 S042"""
    outbox.drain()

    assert fates(parts, "offer.accept", Party.CUSTOMER) == {("sent", "")}
    assert any("comes mar." in text.text for text in network.texts)


def test_the_date_that_another_company_took_over_is_told_in_its_name_alone(outbox, parts, cast, network, job):
    """M12 R13"""
    given_back(parts, cast, job)
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, job.id, (cast.lucie,), cast.manager, MONDAY_NOON)
    again = sent(parts, cast.organisation, job.id)
    do(parts, cast, again, "offer.accept", cast.lucie, TUESDAY_AT_TWO)

    outbox.drain_channel("sms")

    told = [text.text for text in network.texts if "comes" in text.text]
    assert [("Lucie" in text, "Karim" in text) for text in told] == [(True, False)]


@pytest.mark.parametrize(
    ("act", "answer"), [("offer.accept", TUESDAY_AT_TWO), ("offer.refuse", {"reason": "no_time"})]
)
def test_a_reminder_does_not_leave_after_the_answer(outbox, parts, cast, clock, network, act, answer):
    """M12"""
    ticket = a_ticket(parts, cast, cast.karim)
    outbox.drain()
    clock.instant += timedelta(hours=25)
    Rounds(parts.database, parts.links, clock.now).run()
    do(parts, cast, ticket, act, cast.karim, answer)

    outbox.drain()

    assert fates(parts, "offer.remind", Party.SUBCONTRACTOR) == {("cancelled", "no longer asked")}
    assert not any("reminder" in text.text for text in network.texts)


def test_dates_that_were_replaced_are_not_asked_any_more(outbox, parts, cast, clock, job):
    """M12 S042"""
    do(parts, cast, job, "appointment.propose", cast.karim, WEDNESDAY)
    clock.instant += timedelta(minutes=1)
    later = {**WEDNESDAY, "time": time(16, 0)}
    do(parts, cast, job, "appointment.propose", cast.karim, later, now=clock.instant)

    outbox.drain()

    assert fates(parts, "appointment.propose", Party.CUSTOMER) == {
        ("cancelled", "dates no longer asked"),
        ("sent", ""),
    }


def test_do_not_go_does_not_leave_once_the_job_goes_on(outbox, parts, cast, job):
    """M12"""
    cancelled(parts, cast, job)
    do(parts, cast, job, "ticket.reopen", answer={"reason": "Fuit encore"}, party=Party.MANAGER)

    outbox.drain()

    assert fates(parts, "ticket.cancel", Party.SUBCONTRACTOR) == {("cancelled", "ticket goes on")}
    assert fates(parts, "ticket.reopen", Party.SUBCONTRACTOR) == {("sent", "")}


def test_do_not_go_leaves_although_the_ticket_is_over(outbox, parts, cast, network, job):
    """M12 R13"""
    taken_back(parts, cast, job)
    cancelled(parts, cast, job)

    outbox.drain()

    assert fates(parts, "offer.recall", Party.SUBCONTRACTOR) == {("sent", "")}
    assert any("withdrawn. Do not go" in text.text for text in network.texts)


def test_an_offer_taken_back_and_made_again_is_not_withdrawn_afterwards(outbox, parts, cast, clock, network):
    """M12"""
    ticket = a_ticket(parts, cast, cast.karim)
    taken_back(parts, cast, ticket)
    clock.instant += timedelta(minutes=1)
    do(parts, cast, ticket, "offer.send", cast.karim, party=Party.MANAGER, now=clock.instant)

    outbox.drain()

    assert fates(parts, "offer.recall", Party.SUBCONTRACTOR) == {("cancelled", "no longer asked")}
    assert any("Accept or refuse" in text.text for text in network.texts)


def test_an_approver_who_is_dismissed_is_told_although_the_link_opens_nothing(outbox, parts, cast, network):
    """S058 L09"""
    job = a_ticket(parts, cast, cast.karim, kind="quote", price_cents=None)
    do(parts, cast, job, "quote.submit", cast.karim, {"amount_net": 31200, "vat_rate": 1000})
    moreau = {"name": "Jean Moreau", "phone": "+33639980007"}
    do(parts, cast, job, "approval.ask", cast.karim, moreau, party=Party.MANAGER)
    do(parts, cast, job, "approval.dismiss", cast.karim, party=Party.MANAGER)
    outbox.drain()

    assert fates(parts, "approval.ask", Party.APPROVER) == {("cancelled", "link withdrawn")}
    (text,) = [text.text for text in network.texts if text.to == "+33639980007"]
    assert "need not decide any more" in text
    with parts.database.read(EVERYONE) as session:
        link = session.scalars(select(Link).where(Link.party == Party.APPROVER)).one()
    assert text.endswith(parts.links.url(link.id, link.key_fingerprint))


@pytest.mark.parametrize(
    ("meanwhile", "fate"),
    [
        (None, "sent"),
        ("extra.accept", "cancelled"),
        ("completion.submit", "cancelled"),
    ],
)
def test_nobody_is_asked_for_a_yes_that_was_given_or_came_too_late(outbox, parts, cast, meanwhile, fate):
    """M12 S068"""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)
    tap = {"description": "Robinet", "units": 2, "unit_price": 3500, "net": Money(7000)}
    do(parts, cast, job, "extra.propose", cast.karim, tap)
    if meanwhile == "extra.accept":
        do(parts, cast, job, meanwhile, party=Party.CUSTOMER)
    elif meanwhile:
        report = {"done": "Fini.", "payment": "paid", "no_signature_reason": "Personne"}
        do(parts, cast, job, meanwhile, cast.karim, report)
    outbox.drain()

    assert {state for state, _why in fates(parts, "extra.propose", Party.CUSTOMER)} == {fate}
