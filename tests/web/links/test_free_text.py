"""What people typed to one side stays with that side."""

from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Link
from tests.builders import TUESDAY_AT_TWO, a_ticket, do


def test_a_comment_for_the_manager_is_not_read_by_the_customer(phone, parts, cast, database):
    """O08 S038"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, {**TUESDAY_AT_TWO, "comment": "prix trop bas"})

    with database.read(cast.organisation) as session:
        link = session.scalars(select(Link).where(Link.party == "customer")).first()
        path = f"/l/{parts.links.token(link.id, link.key_fingerprint)}"

    assert "prix trop bas" in phone.get(ticket.path(cast.karim)).text
    assert "prix trop bas" not in phone.get(path).text


def test_why_a_job_is_cancelled_is_told_to_who_has_it_and_to_nobody_else(phone, parts, cast):
    """O08 O14"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    answer = {"source": "customer", "reason": "appelez le 0639980000"}
    do(parts, cast, ticket, "ticket.cancel", answer=answer, party=Party.CUSTOMER)

    assert "appelez le" in phone.get(ticket.path(cast.karim)).text
    assert "appelez le" not in phone.get(ticket.path(cast.lucie)).text
