"""The first yes: the customer hears at once who comes, and how long an answer took is counted (S004)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import PLAYBOOKS
from fieldtickets.store.models import Delivery
from fieldtickets.store.queries.scorecard import scorecard
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do

WEDNESDAY = MONDAY_NOON + timedelta(days=2)
QUICKLY = MONDAY_NOON + timedelta(minutes=4)
YES = {
    "syndic": ({}, TUESDAY_AT_TWO),  # with a date of the company's own
    "marketplace": ({}, {}),  # the date follows with the call
    "home-cleaning": ({"appointment": WEDNESDAY}, {}),  # the date stands
}


def told_to_anna(parts, cast) -> list[Delivery]:
    with parts.database.read(cast.organisation) as session:
        owed = select(Delivery).where(Delivery.party == Party.CUSTOMER).order_by(Delivery.channel)
        return list(session.scalars(owed))


def test_every_playbook_is_tried():
    assert YES.keys() == PLAYBOOKS.keys()


@pytest.mark.parametrize("playbook", YES)
def test_the_customer_hears_of_the_first_yes_at_once_and_of_no_other(parts, cast, playbook):
    """S004 S005"""
    details, answer = YES[playbook]
    job = a_ticket(parts, cast, cast.karim, cast.lucie, playbook=playbook, **details)
    assert told_to_anna(parts, cast) == []

    do(parts, cast, job, "offer.accept", cast.karim, answer, now=QUICKLY)
    mail, text = told_to_anna(parts, cast)
    do(parts, cast, job, "offer.accept", cast.lucie, answer, now=QUICKLY + timedelta(seconds=1))

    assert (mail.channel, text.channel) == ("email", "sms")
    assert (mail.due_at, text.due_at) == (QUICKLY, QUICKLY)
    assert text.words["subcontractor"] == "Karim Plomberie"
    assert bool(text.words["appointment"]) is (playbook != "marketplace")
    assert len(told_to_anna(parts, cast)) == 2


def test_the_time_from_the_offer_to_the_answer_is_counted(parts, cast):
    """S004"""
    job = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO, now=QUICKLY)

    with parts.database.read(cast.organisation) as session:
        assert scorecard(session, cast.karim, QUICKLY).time_to_answer == timedelta(minutes=4)
        assert scorecard(session, cast.lucie, QUICKLY).time_to_answer is None
