"""Many at once: one winner, one act a form, and no error for anybody."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from fieldtickets.desk import Actor, LinkDead, Request, journal, record
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import Delivery, Dispatch, Link
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_subcontractor, a_ticket, acts_done, do

FIFTY = 50


def fifty_companies(database, organisation_id):
    with database.begin(organisation_id) as session:
        return [
            a_subcontractor(session, organisation_id, f"Artisan {i}", f"+336123400{i:02d}").id
            for i in range(FIFTY)
        ]


def at_once(work, items):
    """Run the same work for all items as simultaneously as threads can; exceptions are results."""

    def attempt(item):
        try:
            return work(item)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(attempt, items))


def accepts(parts, cast, ticket, company, submission=None):
    request = Request(
        ticket.id,
        ACTS["offer.accept"],
        TUESDAY_AT_TWO,
        Actor(Party.SUBCONTRACTOR, "link:1a2b3c4d", "Artisan"),
        submission or f"tap-{ticket.id}-{company}",
        ticket.dispatches[company],
        ticket.link_ids[company],
    )
    return parts.database.attempt(
        cast.organisation, lambda session: record(session, parts.links, request, MONDAY_NOON)
    )


def test_fifty_at_once_give_one_winner_and_forty_nine_plain_answers(parts, cast):
    """R01 S005 S006 E03"""
    companies = fifty_companies(parts.database, cast.organisation)
    ticket = a_ticket(parts, cast, *companies)

    answers = at_once(lambda company: accepts(parts, cast, ticket, company), companies)

    codes = Counter(answer.too_late.code if answer.too_late else "won" for answer in answers)
    assert codes == {"won": 1, "ticket.taken": 49}
    done = Counter(acts_done(parts.database, cast.organisation))
    assert (done["offer.accept"], done["offer.come_late"]) == (1, 49)
    with parts.database.read(cast.organisation) as session:
        standings = Counter(session.scalars(select(Dispatch.standing)))
        assert standings == {Standing.ASSIGNED: 1, Standing.LOST: 49}
        told = session.scalars(
            select(Delivery.address).where(Delivery.act == "offer.accept", Delivery.notice == 2)
        )
        assert max(Counter(told).values()) == 1
        journal.verify(session, cast.organisation)


def test_a_form_sent_twenty_times_at_once_is_one_act(parts, cast):
    """R02"""
    ticket = a_ticket(parts, cast, cast.karim)

    answers = at_once(lambda _i: accepts(parts, cast, ticket, cast.karim, "one-tap"), list(range(20)))

    assert {answer.event_id for answer in answers} == {answers[0].event_id}
    assert sorted(answer.again for answer in answers) == [False] + [True] * 19
    assert acts_done(parts.database, cast.organisation).count("offer.accept") == 1


def test_an_answer_is_either_before_the_revocation_or_dead(parts, cast):
    """L10"""
    tickets = [a_ticket(parts, cast, cast.karim) for _race in range(20)]

    def race(step):
        ticket, who = step
        if who == "karim":
            return accepts(parts, cast, ticket, cast.karim)
        return parts.database.attempt(
            cast.organisation, lambda session: cut(session, ticket.link_ids[cast.karim])
        )

    answers = at_once(race, [(ticket, who) for ticket in tickets for who in ("karim", "nadia")])

    for answer in answers[::2]:
        assert isinstance(answer, LinkDead) or answer.event_id is not None
    done = acts_done(parts.database, cast.organisation).count("offer.accept")
    assert done == sum(not isinstance(answer, LinkDead) for answer in answers[::2])


def cut(session, link_id):
    session.get_one(Link, link_id, with_for_update=True).revoked_at = MONDAY_NOON


def test_there_is_one_winner_at_any_moment_when_the_first_is_taken_off(parts, cast):
    """R13"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "offer.recall", cast.karim, party=Party.MANAGER)

    do(parts, cast, ticket, "offer.accept", cast.lucie, TUESDAY_AT_TWO, submission="second")

    with parts.database.read(cast.organisation) as session:
        standings = {d.subcontractor_id: d.standing for d in session.scalars(select(Dispatch))}
    assert standings == {cast.karim: Standing.RECALLED, cast.lucie: Standing.ASSIGNED}
    assert acts_done(parts.database, cast.organisation).count("offer.accept") == 2
