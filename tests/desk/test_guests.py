"""Who is let in on a ticket by a link of their own, and when it ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Link
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do

SOFIANE = {"name": "Sofiane", "phone": "+33639980001"}
LEA = {"name": "Léa", "phone": "+33639980002"}


def minutes_until_cut(parts, cast, party: Party) -> list[int | None]:
    with parts.database.read(cast.organisation) as session:
        rows = session.scalars(select(Link).where(Link.party == party).order_by(Link.created_at))
        return [(one.revoked_at - MONDAY_NOON) // timedelta(minutes=1) for one in rows if one.revoked_at]


@pytest.fixture
def job(parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket


def test_a_technicians_link_ended_when_it_was_taken_back_not_when_the_next_ones_was(parts, cast, job):
    """L09"""
    steps = [("create", SOFIANE), ("revoke", {}), ("create", LEA), ("revoke", {})]
    for minute, (name, answer) in enumerate(steps, start=1):
        now = MONDAY_NOON + timedelta(minutes=minute)
        do(parts, cast, job, f"delegate.{name}", cast.karim, answer, now=now, submission=f"s{minute}")

    assert minutes_until_cut(parts, cast, Party.DELEGATE) == [2, 4]


def test_a_link_that_was_cut_already_stays_cut_since_then(parts, cast, job):
    """L09"""
    for minute in (1, 2):
        now = MONDAY_NOON + timedelta(minutes=minute)
        cut = {"party": Party.MANAGER, "now": now, "submission": f"s{minute}"}
        do(parts, cast, job, "link.revoke", cast.karim, {"to": "subcontractor"}, **cut)

    assert minutes_until_cut(parts, cast, Party.SUBCONTRACTOR) == [1]
