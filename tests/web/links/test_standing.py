"""Where a job stands, in the first sentence of each party's page; and what its page shows with it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.rounds import Rounds
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.conftest import sqlite_copy
from tests.pictures import PDF
from tests.web.links.forms import fill, path_of_anna

VISIT = MONDAY_NOON + timedelta(days=1, hours=2)
INVOICE = {
    "number": "F-42",
    "date": "2031-05-02",
    "total_net": "100",
    "total_vat": "20",
    "total_gross": "120",
}


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def a_job(parts, cast, clock, playbook="syndic"):
    """Karim has the job, and the hour of the visit has struck."""
    job = a_ticket(parts, cast, cast.karim, playbook=playbook)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    clock.instant = VISIT + timedelta(hours=1)
    return job


def banner(phone, path):
    """The sentence at the top of a page, about where the job stands."""
    _before, _note, rest = phone.get(path).text.partition('<div class="note')
    return rest.partition("</strong>")[0].rpartition("<strong>")[2]


def test_each_page_says_where_the_visit_stands(phone, parts, cast, clock):
    """S041 S073 S081: told late, on site, done; never a visit to come once it was made."""
    job = a_job(parts, cast, clock)
    clock.instant = VISIT - timedelta(minutes=30)
    paths = [job.path(cast.karim), path_of_anna(parts, job)]
    said = [[banner(phone, path) for path in paths]]
    for act, answer in (
        ("visit.late", {"minutes": 20}),
        ("visit.arrive", {}),
        ("completion.submit", {"done": "Siphon changé."}),
    ):
        clock.instant += timedelta(minutes=25)
        do(parts, cast, job, act, cast.karim, answer, now=clock.instant)
        said.append([banner(phone, path) for path in paths])

    assert said == [
        ["You come mardi 6 mai at 14\u00a0h.", "Karim Plomberie comes mardi 6 mai at 14\u00a0h."],
        [
            "You are late, and expected at 14\u00a0h\u00a020.",
            "Karim Plomberie is late and comes at 14\u00a0h\u00a020.",
        ],
        ["You are on site.", "Karim Plomberie is on site."],
        ["The work is done.", "The work is done."],
    ]


def test_the_day_of_an_invoice_is_no_date_that_was_agreed(phone, parts, cast, clock):
    """S040 S101: the receipt speaks of the invoice alone, whose day is chosen freely, also in the past."""
    job = a_job(parts, cast, clock)
    path = job.path(cast.karim)
    do(parts, cast, job, "completion.submit", cast.karim, {"done": "Siphon."}, now=clock.instant)
    page = phone.get(f"{path}/invoice.submit").text
    assert 'name="date" type="date"' in page

    fill(phone, path, "invoice.submit", **INVOICE, file=(BytesIO(PDF), "facture.pdf"))

    page = phone.get(path).text
    assert "We have your invoice" in page
    assert "We have your date" not in page


def test_a_customer_who_waits_in_vain_says_so_above_the_details(phone, parts, cast, clock):
    """S079 S080: what may go wrong stands together; then both sides read what follows."""
    job = a_job(parts, cast, clock)
    path = path_of_anna(parts, job)
    _top, _fold, below = phone.get(path).text.partition('id="problem"')
    problems, _end, _details = below.partition("</details>")
    assert f"{path}/visit.nobody_came" in problems
    assert f"{path}/ticket.cancel" in problems

    fill(phone, path, "visit.nobody_came")

    assert banner(phone, path) == "We ask Karim Plomberie where it is."
    assert banner(phone, job.path(cast.karim)) == "The customer waits for you."


def test_who_declared_nothing_in_time_reads_what_to_do(phone, parts, cast, clock):
    """S105 S106"""
    job = a_job(parts, cast, clock, "home-cleaning")
    clock.instant = VISIT + timedelta(days=5, minutes=1)
    Rounds(parts.database, parts.links, clock.now).run()

    page = phone.get(job.path(cast.karim)).text
    assert "Nobody declared the work in time: it is not billed." in page
    assert "Was there a reason? Write to the manager." in page


def test_a_job_cancelled_late_shows_its_fee_and_no_price(phone, parts, cast, clock):
    """S109 S113: whoever cancels reads what is owed, and nothing else."""
    job = a_job(parts, cast, clock, "home-cleaning")
    clock.instant = VISIT - timedelta(hours=3)
    path = path_of_anna(parts, job)

    fill(phone, path, "ticket.cancel", source="customer", reason="Je suis malade.")

    _before, _title, bill = phone.get(path).text.partition('id="bill-title"')
    assert "Agreed price" not in bill.partition("</dl>")[0]
    assert bill.partition("</dl>")[0].count("20,00") == 2  # the fee, and the total


def test_after_a_visit_in_vain_the_customer_reads_what_is_owed_now_and_what_later(phone, parts, cast, clock):
    """S084 S087 S089: not the price and the fee added up while the work is still to be done."""
    job = a_job(parts, cast, clock, "home-cleaning")
    do(parts, cast, job, "visit.customer_absent", cast.karim, now=VISIT)
    do(parts, cast, job, "visit.fail", cast.karim, {"reason": "customer_absent"}, now=clock.instant)
    path = path_of_anna(parts, job)

    bill = phone.get(path).text.partition('id="bill-title"')[2].partition("</section>")[0]
    assert "The company came and nobody opened. You owe the fee for that now." in bill
    assert re.findall(r"<dt>(\w+).*?<dd>(?:<strong>)?(\d+),00", bill) == [("Now", "40"), ("Once", "120")]
    assert "160,00" not in bill

    fill(phone, path, "fee.contest", comment="J'étais là.")
    assert "What you owe" not in phone.get(path).text


def test_once_the_work_is_done_price_and_fee_are_one_bill(phone, parts, cast, clock):
    """S084 S097"""
    job = a_job(parts, cast, clock, "home-cleaning")
    do(parts, cast, job, "visit.customer_absent", cast.karim, now=VISIT)
    do(parts, cast, job, "visit.fail", cast.karim, {"reason": "customer_absent"}, now=clock.instant)
    do(parts, cast, job, "completion.submit", cast.karim, {"done": "Ménage fait."}, now=clock.instant)

    page = phone.get(path_of_anna(parts, job)).text
    assert "What you owe" not in page
    assert "160,00" in page


def test_an_agreed_quote_takes_the_place_of_the_recommended_price(phone, parts, cast, clock):
    """S060 S067"""
    job = a_job(parts, cast, clock)
    quote = {"amount_net": 31200, "vat_rate": 1000, "net": Money(31200), "gross": Money(34320)}
    do(parts, cast, job, "quote.submit", cast.karim, quote, now=clock.instant)
    assert "120,00" in phone.get(job.path(cast.karim)).text
    do(parts, cast, job, "quote.accept", cast.karim, party=Party.MANAGER, now=clock.instant)

    page = phone.get(job.path(cast.karim)).text
    assert "120,00" not in page
    assert "312,00" in page
