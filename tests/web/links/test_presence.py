"""The call and the presence through Karim's link, and what Anna reads of them on hers."""

from datetime import date, time, timedelta

import pytest

from fieldtickets.rounds import Rounds
from tests.builders import MONDAY_NOON, a_ticket, do
from tests.web.links.forms import fill, forms_on, path_of_anna

THURSDAY_AT_TWO = {"date": date(2031, 5, 8), "time": time(14, 0), "agreed_with_customer": True}
VISIT = MONDAY_NOON + timedelta(days=3, hours=2)
SURE = "The company has confirmed it."


def asked_on(page: str) -> str:
    """The first act that a page has a form for."""
    return next(iter(forms_on(page)))


@pytest.fixture
def job(parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    return ticket


@pytest.fixture
def eve(parts, cast, clock, job):
    """Karim has called and comes on Thursday; it is Wednesday at two, and he was asked."""
    do(parts, cast, job, "call.log", cast.karim, {"outcome": "reached"})
    do(parts, cast, job, "appointment.propose", cast.karim, THURSDAY_AT_TWO)
    clock.instant = VISIT - timedelta(hours=24)
    Rounds(parts.database, parts.links, clock.now).run()
    return job


def test_the_page_asks_for_the_call_counts_the_tries_then_asks_for_the_date(phone, job, cast):
    """S025 S027 S032 S035 S036 S031"""
    karim = job.path(cast.karim)
    page = phone.get(karim).text
    assert asked_on(page) == "call.log"
    assert "I said who I am, and for whom I come" in page

    for channel in ("phone", "sms"):
        assert fill(phone, karim, "call.log", outcome="no_answer", channel=channel).status_code == 303
    assert "Tries without an answer: 2 of 5, in 2 of 2 ways." in phone.get(karim).text

    early = fill(phone, karim, "offer.withdraw", reason="no_answer", told_customer="no")
    assert early.status_code == 422
    assert "First try 5 times, in 2 different ways" in early.text

    reached = {"outcome": "reached", "checked": ["introduce", "scope"], "note": "Code 4B21."}
    assert fill(phone, karim, "call.log", **reached).status_code == 303
    assert asked_on(phone.get(karim).text) == "appointment.propose"


def test_karim_confirms_and_anna_reads_it_on_her_page(phone, parts, cast, eve):
    """S043 S044"""
    karim, anna = eve.path(cast.karim), path_of_anna(parts, eve)
    page = phone.get(karim).text
    assert asked_on(page) == "presence.confirm"
    assert "presence.deny" in forms_on(page)
    assert SURE not in phone.get(anna).text

    assert fill(phone, karim, "presence.confirm").status_code == 303

    assert SURE in phone.get(anna).text
    after = forms_on(phone.get(karim).text)
    assert "presence.confirm" not in after
    assert "presence.deny" not in after


def test_karim_says_no_and_is_asked_for_another_date_while_anna_reads_nothing_of_it(phone, parts, cast, eve):
    """S043 S046 O08"""
    karim, anna = eve.path(cast.karim), path_of_anna(parts, eve)
    assert fill(phone, karim, "presence.deny").status_code == 422
    assert fill(phone, karim, "presence.deny", reason="Ma camionnette est en panne.").status_code == 303

    page = phone.get(karim).text
    assert asked_on(page) == "appointment.propose"
    assert "offer.withdraw" in page
    hers = phone.get(anna).text
    assert SURE not in hers
    assert "camionnette" not in hers
