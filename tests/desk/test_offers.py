"""Offers at the desk: who gets the job, who is told, who is asked next."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from fieldtickets.desk import dispatch_to
from fieldtickets.desk.facts import gather
from fieldtickets.domain import seals
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Delivery, Dispatch, Event, Subcontractor, Ticket, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_subcontractor, a_ticket, acts_done, do, sent

WEDNESDAY_AT_NINE = {"date": date(2031, 5, 7), "time": time(9, 0)}


def standings(database, organisation_id):
    with database.read(organisation_id) as session:
        rows = session.execute(select(Dispatch.subcontractor_id, Dispatch.standing)).all()
        return dict(rows)


def test_the_first_to_accept_has_the_job_and_the_other_is_told_once(parts, cast):
    """S003 S005 S006 R01"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)

    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    assert standings(parts.database, cast.organisation) == {
        cast.karim: Standing.ASSIGNED,
        cast.lucie: Standing.LOST,
    }
    with parts.database.read(cast.organisation) as session:
        told = session.scalars(
            select(Delivery).where(Delivery.act == "offer.accept", Delivery.notice == 2)
        ).all()
        assert sorted((one.channel, one.address) for one in told) == [
            ("email", "lucie@chauffage.example"),
            ("sms", "+33612345679"),
        ]


def test_a_late_acceptance_is_refused_and_kept_once_in_the_journal(parts, cast):
    """R03 S006"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    late = do(parts, cast, ticket, "offer.accept", cast.lucie, TUESDAY_AT_TWO)

    assert late.too_late.code == "ticket.taken"
    assert acts_done(parts.database, cast.organisation).count("offer.come_late") == 1


def test_the_stand_by_is_asked_at_once_when_the_winner_gives_the_job_back(parts, cast):
    """S021 S022"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "offer.stand_by", cast.lucie)

    later = MONDAY_NOON + timedelta(hours=1)
    given_back = {"reason": "no_time", "told_customer": "no"}
    do(parts, cast, ticket, "offer.withdraw", cast.karim, given_back, now=later)

    assert standings(parts.database, cast.organisation) == {
        cast.karim: Standing.WITHDRAWN,
        cast.lucie: Standing.OFFERED,
    }
    with parts.database.read(cast.organisation) as session:
        assert session.get(Ticket, ticket.id).ball is Party.SUBCONTRACTOR


def test_who_lost_does_not_learn_when_the_winner_comes(parts, cast):
    """O08"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    with parts.database.read(cast.organisation) as session:
        row = session.get_one(Ticket, ticket.id)
        seen = {one.subcontractor_id: gather(session, row, one, MONDAY_NOON) for one in row.dispatches}

    assert seen[cast.karim].appointment is not None
    assert seen[cast.lucie].appointment is None


def test_an_offer_whose_rules_name_no_time_is_late_after_a_day(parts, cast):
    """S010: nobody is forgotten because a playbook has no clock."""
    job = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")

    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, job.id).limit_at == MONDAY_NOON + timedelta(days=1)


def test_a_job_that_is_over_weighs_on_nobody(parts, cast):
    """S008: of two who suit alike, who holds less is asked, then who was entered first."""

    def asked_first():
        job = a_ticket(parts, cast, playbook="home-cleaning")
        with parts.database.begin(cast.organisation) as session:
            chosen = dispatch_to(session, parts.links, job.id, "matching", cast.manager, MONDAY_NOON)
            asked = [one.subcontractor_id for one in chosen]
        return sent(parts, cast.organisation, job.id), asked

    with parts.database.begin(cast.organisation) as session:
        session.get_one(Subcontractor, cast.lucie).created_at = MONDAY_NOON - timedelta(days=1)
    job, asked = asked_first()
    assert asked == [cast.lucie]

    do(parts, cast, job, "offer.accept", cast.lucie)
    assert asked_first()[1] == [cast.karim]

    do(parts, cast, job, "ticket.close", party=Party.MANAGER)
    assert asked_first()[1] == [cast.lucie]


def test_a_number_that_the_manager_gave_is_not_given_again(parts, cast):
    """S020"""
    by_hand = a_ticket(parts, cast, cast.karim, ref="T-2031-000001")

    by_itself = a_ticket(parts, cast, cast.karim)

    assert (by_hand.ref, by_itself.ref) == ("T-2031-000001", "T-2031-000002")


def test_a_fact_written_in_local_time_keeps_its_seal(parts, cast):
    """E01 T07"""
    in_paris = MONDAY_NOON.astimezone(ZoneInfo("Europe/Paris"))

    a_ticket(parts, cast, cast.karim, now=in_paris)

    with parts.database.read(cast.organisation) as session:
        for fact in session.scalars(select(Event).order_by(Event.seq)):
            assert fact.seal == seals.seal(fact.fact(), fact.previous_seal)


def test_a_company_without_e_mail_is_not_called_unreachable_for_want_of_a_mail(parts, cast):
    """M07"""
    with parts.database.begin(cast.organisation) as session:
        by_phone = a_subcontractor(session, cast.organisation, "Rémi", "+33612345670").id
    ticket = a_ticket(parts, cast, by_phone)

    do(parts, cast, ticket, "offer.accept", by_phone, TUESDAY_AT_TWO)

    with parts.database.read(cast.organisation) as session:
        kinds = session.scalars(select(TodoTask.kind)).all()
    assert Task.UNDELIVERABLE not in kinds


def test_when_all_who_were_asked_let_the_time_pass_the_manager_is_told(parts, cast):
    """S010 S022"""
    ticket = a_ticket(parts, cast)
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, ticket.id, "matching", cast.manager, MONDAY_NOON)
    later = MONDAY_NOON + timedelta(hours=49)

    Rounds(parts.database, parts.links, lambda: later).run()

    with parts.database.read(cast.organisation) as session:
        assert Task.NO_TAKER in session.scalars(select(TodoTask.kind)).all()


def test_a_date_that_the_manager_proposes_waits_for_the_others(parts, cast):
    """S042"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    do(parts, cast, ticket, "appointment.propose", cast.karim, WEDNESDAY_AT_NINE, party=Party.MANAGER)

    with parts.database.read(cast.organisation) as session:
        assert session.scalars(select(TodoTask.kind)).all() == []
        assert session.get_one(Ticket, ticket.id).ball is Party.SUBCONTRACTOR


def test_taking_a_job_back_from_the_stand_by_leaves_it_with_whoever_has_it(parts, cast):
    """R13"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "offer.stand_by", cast.lucie)

    phases = []
    for company in (cast.lucie, cast.karim):
        do(parts, cast, ticket, "offer.recall", company, party=Party.MANAGER)
        with parts.database.read(cast.organisation) as session:
            row = session.get_one(Ticket, ticket.id)
            phases.append((row.phase, row.assigned_id is not None))

    assert phases == [(Phase.ASSIGNED, True), (Phase.OFFERED, False)]


def with_remi(parts, cast):
    """Karim has the job, Lucie is on stand-by, Rémi lost; the dispatches by company."""
    with parts.database.begin(cast.organisation) as session:
        remi = a_subcontractor(session, cast.organisation, "Rémi", "+33612345670").id
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie, remi)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "offer.stand_by", cast.lucie)
    return ticket, remi


def open_tasks(parts, cast):
    with parts.database.read(cast.organisation) as session:
        rows = session.scalars(select(TodoTask).where(TodoTask.settled_at.is_(None)).order_by(TodoTask.id))
        return {(one.kind, one.detail["who"]) for one in rows}


def test_a_stand_by_whose_link_was_cut_is_passed_over_and_the_manager_knows(parts, cast):
    """L09 S021 S022"""
    ticket, remi = with_remi(parts, cast)
    do(parts, cast, ticket, "link.revoke", cast.lucie, party=Party.MANAGER)

    do(parts, cast, ticket, "offer.withdraw", cast.karim, {"reason": "no_time", "told_customer": "yes"})

    assert standings(parts.database, cast.organisation) == {
        cast.karim: Standing.WITHDRAWN,
        cast.lucie: Standing.STAND_BY,
        remi: Standing.OFFERED,
    }
    assert open_tasks(parts, cast) == {(Task.UNDELIVERABLE, "Lucie Chauffage")}
    with parts.database.read(cast.organisation) as session:
        asked_again = select(Delivery.dispatch_id).where(
            Delivery.act == "offer.send",
            Delivery.event_id > select(Event.id).where(Event.act == "offer.withdraw").scalar_subquery(),
        )
        assert set(session.scalars(asked_again)) == {ticket.dispatches[remi]}


def test_when_no_link_is_left_the_manager_has_to_choose_another(parts, cast):
    """L09 S022"""
    ticket, remi = with_remi(parts, cast)
    for company in (cast.lucie, remi):
        do(parts, cast, ticket, "link.revoke", company, party=Party.MANAGER)

    do(parts, cast, ticket, "offer.recall", cast.karim, party=Party.MANAGER)

    assert open_tasks(parts, cast) == {
        (Task.UNDELIVERABLE, "Lucie Chauffage"),
        (Task.UNDELIVERABLE, "Rémi"),
        (Task.NO_TAKER, "Nadia Benali"),
    }


def test_a_company_that_lost_is_not_missed_while_somebody_stands_by(parts, cast):
    """L09 S022"""
    ticket, remi = with_remi(parts, cast)
    do(parts, cast, ticket, "link.revoke", remi, party=Party.MANAGER)

    do(parts, cast, ticket, "offer.recall", cast.karim, party=Party.MANAGER)

    assert standings(parts.database, cast.organisation)[cast.lucie] is Standing.OFFERED
    assert open_tasks(parts, cast) == set()


def pause(parts, cast, *companies):
    """No offers go to these companies for a week."""
    with parts.database.begin(cast.organisation) as session:
        session.execute(
            update(Subcontractor)
            .where(Subcontractor.id.in_(companies))
            .values(paused_until=MONDAY_NOON + timedelta(days=7))
        )


@pytest.mark.parametrize(("days", "asked"), [(1, False), (7, True)])
def test_a_stand_by_whose_offers_are_paused_is_asked_only_once_the_pause_is_over(parts, cast, days, asked):
    """S021 S022"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, {**TUESDAY_AT_TWO, "date": date(2031, 5, 20)})
    do(parts, cast, ticket, "offer.stand_by", cast.lucie)
    pause(parts, cast, cast.lucie)

    given_back = {"reason": "no_time", "told_customer": "no"}
    later = MONDAY_NOON + timedelta(days=days)
    do(parts, cast, ticket, "offer.withdraw", cast.karim, given_back, now=later)

    stands = Standing.OFFERED if asked else Standing.STAND_BY
    assert standings(parts.database, cast.organisation)[cast.lucie] is stands
    assert bool(open_tasks(parts, cast)) is not asked


def test_the_next_wave_leaves_out_who_is_paused_and_the_manager_chooses_when_all_are(parts, cast):
    """S010"""
    with parts.database.begin(cast.organisation) as session:
        third = a_subcontractor(session, cast.organisation, "Thomas Dépannage", "+33612345680").id
    pause(parts, cast, cast.lucie)
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")

    refused = {"reason": "too_far"}
    do(parts, cast, ticket, "offer.refuse", cast.karim, refused)
    assert standings(parts.database, cast.organisation) == {
        cast.karim: Standing.REFUSED,
        third: Standing.OFFERED,
    }
    assert open_tasks(parts, cast) == set()
    do(parts, cast, sent(parts, cast.organisation, ticket.id), "offer.refuse", third, refused)

    assert cast.lucie not in standings(parts.database, cast.organisation)
    assert open_tasks(parts, cast) == {(Task.NO_TAKER, "Karim Plomberie")}
