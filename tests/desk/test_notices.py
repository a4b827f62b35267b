"""Notices at the desk: who is told, through which link, and what they may read."""

from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.outbox.mails import facts
from fieldtickets.outbox.queue import Parcel
from fieldtickets.outbox.wording import wording
from fieldtickets.store.models import Delivery, Link, Ticket, TodoTask
from fieldtickets.store.queries.links import is_cut
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do


def told(parts, cast, act, party=Party.SUBCONTRACTOR):
    """The deliveries that an act owes to a party, oldest first."""
    with parts.database.read(cast.organisation) as session:
        owed = select(Delivery).where(Delivery.act == act, Delivery.party == party)
        return session.scalars(owed.order_by(Delivery.id)).all()


def kinds_of_tasks(parts, cast):
    with parts.database.read(cast.organisation) as session:
        return session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))).all()


def links(parts, cast):
    with parts.database.read(cast.organisation) as session:
        return session.scalar(select(func.count(Link.id)))


@pytest.fixture
def job(parts, cast):
    """Nadia asks Karim, then cuts his link: the number was wrong."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "link.revoke", cast.karim, party=Party.MANAGER)
    return ticket


def test_a_cut_link_does_not_come_back_by_itself_and_the_manager_has_one_task(parts, cast, job):
    """L09"""
    before = links(parts, cast)

    for hours in (1, 2):
        later = MONDAY_NOON + timedelta(hours=hours)
        do(parts, cast, job, "offer.remind", cast.karim, party=Party.CLOCK, now=later)

    assert told(parts, cast, "offer.remind") == []
    assert links(parts, cast) == before
    assert kinds_of_tasks(parts, cast) == [Task.UNDELIVERABLE]
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, job.id).ball is Party.MANAGER


def test_the_manager_gives_a_new_link_after_a_cut_one_by_replacing_it(parts, cast, job):
    """L09"""
    do(parts, cast, job, "link.replace", cast.karim, party=Party.MANAGER)
    do(parts, cast, job, "offer.remind", cast.karim, party=Party.CLOCK)

    replaced, reminded = told(parts, cast, "link.replace"), told(parts, cast, "offer.remind")
    assert {one.link_id for one in replaced} == {one.link_id for one in reminded}
    assert job.link_ids[cast.karim] not in {one.link_id for one in reminded}


def test_the_manager_gives_a_new_link_after_a_cut_one_by_asking_again(parts, cast, job):
    """L09"""
    do(parts, cast, job, "offer.recall", cast.karim, party=Party.MANAGER)
    later = MONDAY_NOON + timedelta(hours=1)
    do(parts, cast, job, "offer.send", cast.karim, party=Party.MANAGER, now=later)
    do(parts, cast, job, "offer.remind", cast.karim, party=Party.CLOCK, now=later)

    assert told(parts, cast, "offer.recall") == []
    assert {one.channel for one in told(parts, cast, "offer.remind")} == {"sms", "email"}
    with parts.database.read(cast.organisation) as session:
        assert not is_cut(session, session.get_one(Link, job.link_ids[cast.karim]))


@pytest.mark.parametrize(
    ("act", "answer"), [("message.write", {"body": "Merci", "to": "subcontractor"}), ("link.resend", {})]
)
def test_who_lost_does_not_read_in_a_mail_when_the_winner_comes(parts, cast, act, answer):
    """O08"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    proposed = {"date": TUESDAY_AT_TWO["date"], "time": time(16)}
    do(parts, cast, ticket, "appointment.propose", cast.karim, proposed)

    for company in (cast.karim, cast.lucie):
        do(parts, cast, ticket, act, company, answer, party=Party.MANAGER)

    words = {one.dispatch_id: one.words for one in told(parts, cast, act)}
    karim, lucie = (words[ticket.dispatches[company]] for company in (cast.karim, cast.lucie))
    assert (karim["appointment"], karim["slots"]) == (
        "2031-05-06T12:00:00+00:00",
        ["2031-05-06T14:00:00+00:00"],
    )
    assert (lucie["appointment"], lucie["slots"]) == (None, [])


def test_a_stand_by_reads_nothing_of_the_winner_when_the_job_changes(parts, cast):
    """O08"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "offer.stand_by", cast.lucie)

    do(parts, cast, ticket, "ticket.amend", answer={"title": "Fuite"}, party=Party.MANAGER)

    read = {one.words["subcontractor"]: one.words["appointment"] for one in told(parts, cast, "ticket.amend")}
    assert sorted(read.values(), key=str) == ["2031-05-06T12:00:00+00:00", None]
    assert len(read) == 2


def test_the_customer_reads_which_visit_is_off_when_the_company_gives_the_job_back(parts, cast):
    """S021 S023"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    given_back = {"reason": "no_time", "told_customer": "no"}
    do(parts, cast, ticket, "offer.withdraw", cast.karim, given_back)

    sms, mail = told(parts, cast, "offer.withdraw", Party.CUSTOMER)
    assert "no visit mar. 06/05 14h, we" in wording(sms).sms("https://t.example/l/x")
    assert "mardi 6 mai" in wording(mail).subject


def test_a_mail_lists_no_appointment_that_is_off(parts, cast):
    """S109"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "ticket.cancel", answer={"source": "manager", "reason": "x"}, party=Party.MANAGER)

    for act, lines in (("offer.accept", 3), ("ticket.cancel", 2)):
        mail = next(one for one in told(parts, cast, act, Party.CUSTOMER) if one.channel == "email")
        with parts.database.read(cast.organisation) as session:
            row = session.get_one(Ticket, ticket.id)
            parcel = Parcel(mail, row.organisation, row, None, None)
            assert len(facts(parcel)) == lines
