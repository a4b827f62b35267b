"""Quotes and extra work on the manager's page."""

import re

import pytest
from sqlalchemy import select

from fieldtickets.domain.effects import ChargeState, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.store.models import ChargeRow, Link, TodoTask
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.web.dashboard.ticket_forms import fill, page_of


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


def test_who_lets_a_decision_wait_is_named_until_the_work_is_reported(nadia, parts, cast, database):
    """S068"""
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    extra = {"description": "Robinet", "units": 2, "unit_price": 3500, "net": Money(7000)}
    do(parts, cast, ticket, "extra.propose", cast.karim, extra)

    (owed,) = re.findall(r"13\sh</strong> <span>(.*?)</span>", nadia.get(page_of(ticket)).text)
    assert owed == "Customer"

    report = {"done": "Siphon changé.", "payment": "paid", "no_signature_reason": "Personne"}
    do(parts, cast, ticket, "completion.submit", cast.karim, report)
    assert "extra.accept" not in nadia.get(page_of(ticket)).text
    with database.read(cast.organisation) as rows:
        assert rows.scalars(select(ChargeRow.state)).all() == [ChargeState.REFUSED]
        open_tasks = select(TodoTask.kind).where(TodoTask.settled_at.is_(None))
        assert Task.EXTRA not in rows.scalars(open_tasks).all()


@pytest.mark.parametrize("assigned", [False, True])
def test_an_approver_who_was_asked_can_be_let_out_from_the_page(nadia, parts, cast, database, assigned):
    """S058 L09"""
    kind = {} if assigned else {"kind": "quote", "price_cents": None}
    ticket = a_ticket(parts, cast, cast.karim, **kind)
    if assigned:
        do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "quote.submit", cast.karim, {"amount_net": 31200, "vat_rate": 1000})
    assert 'data-act="approval.dismiss"' not in nadia.get(page_of(ticket)).text
    moreau = {"name": "Jean Moreau", "email": "jean.moreau@conseil.example"}
    do(parts, cast, ticket, "approval.ask", cast.karim, moreau, party=Party.MANAGER)

    assert fill(nadia, page_of(ticket), "approval.dismiss").status_code == 303

    with database.read(cast.organisation) as rows:
        ended = rows.scalars(select(Link.revoked_at).where(Link.party == Party.APPROVER)).one()
    assert ended is not None
    page = nadia.get(page_of(ticket)).text
    assert 'data-act="approval.ask"' in page
    assert 'data-act="approval.dismiss"' not in page
