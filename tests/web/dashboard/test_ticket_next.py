"""What the manager reads first on a ticket's page after the visit: a contested fee, the report, the bill."""

import re
from datetime import timedelta

from fieldtickets.desk import dispatch_to
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.rounds import Rounds
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.web.dashboard.ticket_forms import page_of
from tests.web.signing_in import sign_in

VISIT = MONDAY_NOON + timedelta(days=1, hours=2)


def test_a_report_that_never_came_is_none_to_check(nadia, parts, cast, clock, job):
    """S098"""
    clock.instant = VISIT + timedelta(days=3)
    Rounds(parts.database, parts.links, clock.now).run()
    assert "No report yet" in nadia.get(page_of(job)).text
    assert "No report yet" in nadia.get("/").text

    do(parts, cast, job, "completion.submit", cast.karim, {"done": "Siphon changé."}, now=clock.instant)
    assert "Report to check" in nadia.get(page_of(job)).text


def test_the_page_says_that_the_company_owes_its_invoice(nadia, parts, cast, clock, job):
    """S101"""
    clock.instant = VISIT + timedelta(hours=2)
    do(parts, cast, job, "completion.submit", cast.karim, {"done": "Siphon changé."}, now=clock.instant)
    do(parts, cast, job, "completion.accept", cast.karim, party=Party.MANAGER, now=clock.instant)

    page = nadia.get(page_of(job)).text
    assert "The work is done. Karim Plomberie still has to send its invoice." in page


def test_a_contested_fee_is_an_even_choice_of_two_plain_buttons(nadia, parts, cast, clock):
    """S087"""
    job = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")
    agreed = {**TUESDAY_AT_TWO, "agreed_with_customer": True}
    do(parts, cast, job, "offer.accept", cast.karim)
    do(parts, cast, job, "appointment.propose", cast.karim, agreed)
    do(parts, cast, job, "visit.customer_absent", cast.karim, now=VISIT)
    clock.instant = VISIT + timedelta(minutes=30)
    absent = {"reason": "customer_absent"}
    do(parts, cast, job, "visit.fail", cast.karim, absent, now=clock.instant)
    contest = {"comment": "J'étais là"}
    do(parts, cast, job, "fee.contest", answer=contest, party=Party.CUSTOMER, now=clock.instant)

    page = nadia.get(page_of(job)).text
    looks = re.findall(r'<summary class="([^"]+)">(Drop|Keep) the fee', page)
    assert looks == [("btn quiet", "Drop"), ("btn quiet", "Keep")]


def later(parts, clock, delay):
    """So much time passes, and what is due is done."""
    clock.instant = MONDAY_NOON + delay
    Rounds(parts.database, parts.links, clock.now).run()


def test_a_company_that_let_its_time_pass_can_be_reminded_and_another_asked(nadia, parts, cast, clock):
    """S010 S053"""
    ticket = a_ticket(parts, cast, cast.karim)
    later(parts, clock, timedelta(hours=47))
    assert "Karim Plomberie has not answered yet." in nadia.get(page_of(ticket)).text

    later(parts, clock, timedelta(hours=48))

    page = nadia.get(page_of(ticket)).text
    assert "Karim Plomberie did not answer in time. Ask another company, or remind it" in page
    assert "Ask more companies" in page
    assert 'data-act="offer.remind"' in page


def test_of_several_companies_those_with_time_left_are_waited_for(nadia, parts, cast, clock):
    """S010 S053"""
    ticket = a_ticket(parts, cast, cast.karim)
    later(parts, clock, timedelta(hours=24))
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, ticket.id, [cast.lucie], cast.manager, clock.instant)

    later(parts, clock, timedelta(hours=48))
    assert "Lucie Chauffage has not answered yet." in nadia.get(page_of(ticket)).text

    later(parts, clock, timedelta(hours=72))
    assert "None of the 2 companies answered in time." in nadia.get(page_of(ticket)).text


def test_a_quote_is_decided_on_and_one_that_ended_is_no_silence(nadia, parts, cast, clock):
    """S058"""
    ticket = a_ticket(parts, cast, cast.karim, kind="quote")
    quote = {"amount_net": 31200, "vat_rate": 1000, "net": Money(31200), "gross": Money(34320)}
    do(parts, cast, ticket, "quote.submit", cast.karim, quote)
    assert "The quote of Karim Plomberie waits for a decision." in nadia.get(page_of(ticket)).text

    later(parts, clock, timedelta(days=31))

    sign_in(nadia, parts, cast.nadia)
    ended = "The quote of Karim Plomberie ended without a decision. It can send a new one"
    assert ended in nadia.get(page_of(ticket)).text


def test_a_ticket_that_closed_by_itself_says_why_and_what_can_be_done(nadia, parts, cast, clock):
    """S105 S106"""
    job = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")
    do(parts, cast, job, "offer.accept", cast.karim)
    do(parts, cast, job, "appointment.propose", cast.karim, {**TUESDAY_AT_TWO, "agreed_with_customer": True})

    later(parts, clock, timedelta(days=7))

    page = nadia.get(page_of(job)).text
    assert "Nobody declared the work in time: the ticket closed by itself" in page
    assert "Let it be declared after all" in page
