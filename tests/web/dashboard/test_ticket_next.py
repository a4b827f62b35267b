"""What the manager reads first on a ticket's page after the visit: a contested fee, the report, the bill."""

import re
from datetime import timedelta

from fieldtickets.domain.parties import Party
from fieldtickets.rounds import Rounds
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.web.dashboard.ticket_forms import page_of

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
