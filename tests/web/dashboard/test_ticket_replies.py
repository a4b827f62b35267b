"""Nadia answers whoever wrote: also the approver and the technician, who have links of their own (S053)."""

import re

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.store.models import Delivery
from tests.builders import a_ticket, do
from tests.web.dashboard.ticket_forms import fill, forms_on, page_of
from tests.web.links.forms import fill as answer_link
from tests.web.links.forms import path_of

QUOTE = {"amount_net": 31200, "vat_rate": 1000, "net": Money(31200), "gross": Money(34320)}
LET_IN = {
    Party.APPROVER: (
        ("quote.submit", QUOTE, Party.SUBCONTRACTOR),
        ("approval.ask", {"name": "Jean Moreau", "phone": "+33639980013"}, Party.MANAGER),
    ),
    Party.DELEGATE: (
        ("delegate.create", {"name": "Sofiane Haddad", "phone": "+33639980013"}, Party.SUBCONTRACTOR),
    ),
}


def recipients(page: str) -> list[str]:
    """To whom the form on Nadia's page can write."""
    (form,) = forms_on(page, "message.write")
    return [to for to in ("subcontractor", "customer", "approver", "delegate") if f'value="{to}"' in form]


def addressed(page: str) -> list[str]:
    """To whom the form writes unless somebody else is chosen: a party, and which company of several."""
    (form,) = forms_on(page, "message.write")
    return re.findall(r'value="(\w+)"(?: checked| selected)', form)


def test_only_who_was_let_in_can_be_written_to(nadia, job):
    """S053"""
    assert recipients(nadia.get(page_of(job)).text) == ["subcontractor", "customer"]


@pytest.mark.parametrize("party", LET_IN)
def test_an_answer_goes_to_who_was_let_in_and_to_nobody_else(nadia, parts, cast, job, party):
    """S053 O08: by text message, on that link's page; the company reads along with its technician alone."""
    for act, answer, by in LET_IN[party]:
        do(parts, cast, job, act, cast.karim, answer, party=by)
    assert party.value in recipients(nadia.get(page_of(job)).text)

    answer_link(nadia, path_of(parts, job, party), "message.write", body="Sous garantie ?")

    answer = {"to": party.value, "body": "Oui, deux ans."}
    assert fill(nadia, page_of(job), "message.write", **answer).status_code == 303

    with parts.database.read(cast.organisation) as session:
        told = session.scalars(
            select(Delivery).where(Delivery.act == "message.write", Delivery.channel == "sms")
        ).all()
        assert [(one.party, one.address) for one in told] == [(party, "+33639980013")]
    assert "Oui, deux ans." in nadia.get(path_of(parts, job, party)).text
    assert ("Oui, deux ans." in nadia.get(job.path(cast.karim)).text) is (party is Party.DELEGATE)


def test_a_reply_is_for_whoever_wrote_last(nadia, parts, cast, job):
    """S053"""
    assert addressed(nadia.get(page_of(job)).text) == ["subcontractor"]

    do(parts, cast, job, "message.write", answer={"body": "Je serai là."}, party=Party.CUSTOMER)
    assert addressed(nadia.get(page_of(job)).text) == ["customer"]

    fill(nadia, page_of(job), "message.write", to="note", body="Elle est prévenue.")
    assert addressed(nadia.get(page_of(job)).text) == ["customer"]

    do(parts, cast, job, "message.write", cast.karim, {"body": "Quel étage ?"})
    assert addressed(nadia.get(page_of(job)).text) == ["subcontractor"]


def test_among_several_companies_a_reply_is_for_the_one_that_wrote(nadia, parts, cast):
    """S053 O08"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)

    do(parts, cast, ticket, "message.write", cast.lucie, {"body": "Quel étage ?"})

    lucie = str(ticket.dispatches[cast.lucie])
    assert addressed(nadia.get(page_of(ticket)).text) == ["subcontractor", lucie]


def test_a_technician_whose_link_was_taken_back_is_not_replied_to(nadia, parts, cast, job):
    """S053"""
    sofiane = {"name": "Sofiane Haddad", "phone": "+33639980013"}
    do(parts, cast, job, "delegate.create", cast.karim, sofiane)
    answer_link(nadia, path_of(parts, job, Party.DELEGATE), "message.write", body="Quel étage ?")
    assert addressed(nadia.get(page_of(job)).text) == ["delegate"]

    do(parts, cast, job, "delegate.revoke", cast.karim)

    assert addressed(nadia.get(page_of(job)).text) == ["subcontractor"]
