"""Quotes and extra work on the manager's page."""

import pytest

from fieldtickets.domain.parties import Party
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.web.dashboard.ticket_forms import page_of
from tests.web.signing_in import sign_in


@pytest.fixture
def nadia(phone, parts, cast):
    """Nadia's browser, signed in."""
    sign_in(phone, parts, cast.nadia)
    return phone


def test_quotes_stand_beside_their_companies_to_be_decided_on(nadia, parts, cast):
    """S020 S058"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie, kind="quote", price_cents=None)
    for company, cents in ((cast.karim, 31200), (cast.lucie, 28950)):
        do(parts, cast, ticket, "quote.submit", company, {"amount_net": cents, "vat_rate": 1000})

    page = nadia.get(page_of(ticket)).text

    assert "312,00" in page
    assert "289,50" in page
    for act in ("quote.accept", "quote.return", "quote.refuse", "approval.ask"):
        assert page.count(f'data-act="{act}"') == 2, act


def test_the_total_stands_among_the_facts_once_it_moved(nadia, parts, cast):
    """S059 S066 S097"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    assert "Total without VAT" not in nadia.get(page_of(ticket)).text

    extra = {"description": "Robinet", "units": 2, "unit_price": 3500}
    do(parts, cast, ticket, "extra.propose", cast.karim, extra)
    do(parts, cast, ticket, "extra.accept", cast.karim, party=Party.MANAGER)

    page = nadia.get(page_of(ticket)).text
    assert "Total without VAT" in page
    assert "190,00" in page
