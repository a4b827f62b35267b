"""Nadia answers whoever wrote: also the approver and the technician, who have links of their own (S053)."""

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money
from fieldtickets.store.models import Delivery, Link
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.web.dashboard.ticket_forms import fill, forms_on, page_of
from tests.web.links.forms import fill as answer_link
from tests.web.signing_in import sign_in

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


@pytest.fixture
def nadia(phone, parts, cast):
    """Nadia's browser, signed in."""
    sign_in(phone, parts, cast.nadia)
    return phone


@pytest.fixture
def job(parts, cast):
    """Karim has the job; nobody else was let in."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket


def recipients(page: str) -> list[str]:
    """To whom the form on Nadia's page can write."""
    (form,) = forms_on(page, "message.write")
    return [to for to in ("subcontractor", "customer", "approver", "delegate") if f'value="{to}"' in form]


def path_of(parts, cast, party: Party) -> str:
    with parts.database.read(cast.organisation) as session:
        link = session.scalars(select(Link).where(Link.party == party)).one()
        return f"/l/{parts.links.token(link.id, link.key_fingerprint)}"


def test_only_who_was_let_in_can_be_written_to(nadia, job):
    """S053"""
    assert recipients(nadia.get(page_of(job)).text) == ["subcontractor", "customer"]


@pytest.mark.parametrize("party", LET_IN)
def test_an_answer_goes_to_who_was_let_in_and_to_nobody_else(nadia, parts, cast, job, party):
    """S053 O08: by text message, on that link's page; the company reads along with its technician alone."""
    for act, answer, by in LET_IN[party]:
        do(parts, cast, job, act, cast.karim, answer, party=by)
    assert party.value in recipients(nadia.get(page_of(job)).text)

    answer_link(nadia, path_of(parts, cast, party), "message.write", body="Sous garantie ?")

    answer = {"to": party.value, "body": "Oui, deux ans."}
    assert fill(nadia, page_of(job), "message.write", **answer).status_code == 303

    with parts.database.read(cast.organisation) as session:
        told = session.scalars(
            select(Delivery).where(Delivery.act == "message.write", Delivery.channel == "sms")
        ).all()
        assert [(one.party, one.address) for one in told] == [(party, "+33639980013")]
    assert "Oui, deux ans." in nadia.get(path_of(parts, cast, party)).text
    assert ("Oui, deux ans." in nadia.get(job.path(cast.karim)).text) is (party is Party.DELEGATE)
