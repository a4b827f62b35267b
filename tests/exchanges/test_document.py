"""Documents of a company: kept with their last day, and asked for anew before it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.desk import dispatch_to
from fieldtickets.domain.acts import Done, Refused
from fieldtickets.domain.effects import KeepPaper, Raise, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Clock, Delivery, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do, sent, some_facts

submit, ends = ACTS["document.submit"], ACTS["document.insurance_ends"]
LAST_DAY = date(2031, 8, 31)
INSURANCE = {"kind": "insurance", "file": 1, "expires_on": LAST_DAY}
MORNINGS = [datetime(2031, *day, 7, tzinfo=UTC) for day in ((7, 17), (8, 16), (8, 31))]  # nine in Paris


def after(answer, **changes):
    """Karim has the job and sent this paper at noon on Monday."""
    history = (Done("document.submit", MONDAY_NOON, answer),)
    return some_facts(
        **{"standing": Standing.ASSIGNED, "phase": Phase.ASSIGNED, "history": history, **changes}
    )


def test_a_paper_is_kept_with_its_last_day():
    """B8"""
    facts = some_facts("offer.accept", standing=Standing.ASSIGNED, phase=Phase.CLOSED)

    assert submit.play(Party.SUBCONTRACTOR, facts, INSURANCE).effects == (KeepPaper("insurance", LAST_DAY),)
    assert submit.play(Party.SUBCONTRACTOR, facts, {"kind": "other", "file": 1}).effects == (
        KeepPaper("other", None),
    )


def test_a_paper_that_has_ended_is_refused_on_the_day_after_and_not_on_its_last():
    """R14"""
    facts = some_facts("offer.accept", standing=Standing.ASSIGNED, phase=Phase.ASSIGNED)
    today = MONDAY_NOON.date()

    assert submit.play(Party.SUBCONTRACTOR, facts, {**INSURANCE, "expires_on": today})
    with pytest.raises(Refused) as refused:
        submit.play(Party.SUBCONTRACTOR, facts, {**INSURANCE, "expires_on": today - timedelta(days=1)})
    assert refused.value.field == "expires_on"


def test_its_end_is_told_45_15_and_0_days_before_in_the_morning_of_the_site():
    """B8 T01"""
    assert list(ends.due(after(INSURANCE))) == MORNINGS
    assert list(ACTS["document.vigilance_ends"].due(after(INSURANCE))) == []
    assert list(ends.due(after({"kind": "insurance"}))) == []


def test_a_paper_that_ends_soon_is_not_asked_for_again_at_once():
    """B8"""
    in_three_weeks = {**INSURANCE, "expires_on": date(2031, 5, 26)}
    facts = after(in_three_weeks)

    assert len(ends.due(facts)) == 2
    assert ends.play(Party.CLOCK, facts, {"number": 1}).effects == ()
    assert ends.play(Party.CLOCK, facts, {"number": 2}).effects == (Raise(Task.DOCUMENT),)


def test_the_end_also_comes_on_a_closed_ticket_and_not_once_a_later_paper_is_there():
    """B8 M12"""
    newer = KeepPaper("insurance", LAST_DAY + timedelta(days=365))

    assert ends.open_to(Party.CLOCK, after(INSURANCE, phase=Phase.CLOSED))
    assert ends.open_to(Party.CLOCK, after(INSURANCE, papers=(KeepPaper("vigilance", newer.expires_on),)))
    assert not ends.open_to(Party.CLOCK, after(INSURANCE, papers=(newer,)))


@pytest.fixture
def rounds(parts, clock) -> Rounds:
    return Rounds(parts.database, parts.links, clock.now)


@pytest.fixture
def karims(parts, cast):
    """A ticket that Karim has, with its insurance on it."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "document.submit", cast.karim, INSURANCE)
    return ticket


def tasks(parts, cast):
    """What the manager has to do about papers."""
    with parts.database.read(cast.organisation) as session:
        return list(
            session.scalars(
                select(TodoTask.kind).where(TodoTask.settled_at.is_(None), TodoTask.kind == Task.DOCUMENT)
            )
        )


def reminders(parts, cast):
    """How often each channel reminded Karim of his insurance."""
    with parts.database.read(cast.organisation) as session:
        wanted = select(Delivery.channel).where(Delivery.act == ends.name)
        return sorted(session.scalars(wanted))


def test_the_company_is_reminded_three_times_and_then_the_manager_sees_it(rounds, parts, cast, clock, karims):
    """B8 M13"""
    do(parts, cast, karims, "ticket.close", party=Party.MANAGER)
    for number, morning in enumerate(MORNINGS, 1):
        clock.instant = morning - timedelta(minutes=1)
        assert rounds.run() == 0
        clock.instant = morning
        assert (rounds.run(), rounds.run()) == (1, 0)
        assert reminders(parts, cast) == ["email"] * number + ["sms"] * number
        assert tasks(parts, cast) == ([Task.DOCUMENT] if number == 3 else [])


def test_after_an_outage_only_the_last_reminder_speaks(rounds, parts, cast, clock, karims):
    """M19"""
    clock.instant = MORNINGS[1] + timedelta(days=3)
    rounds.run()
    assert reminders(parts, cast) == ["email", "sms"]

    clock.instant = MORNINGS[2] + timedelta(days=9)
    rounds.run()
    assert reminders(parts, cast) == ["email", "email", "sms", "sms"]
    assert acts_done(parts.database, cast.organisation).count(ends.name) == 2


def test_a_later_paper_on_another_ticket_stops_the_clocks_of_the_first(rounds, parts, cast, clock, karims):
    """M12"""
    other = a_ticket(parts, cast, cast.karim)
    do(parts, cast, other, "offer.accept", cast.karim, TUESDAY_AT_TWO, submission="yes")
    later = {**INSURANCE, "expires_on": LAST_DAY + timedelta(days=365)}
    do(parts, cast, other, "document.submit", cast.karim, later, submission="later")

    clock.instant = MORNINGS[2]
    rounds.run()

    assert reminders(parts, cast) == []


def test_a_renewed_paper_is_reminded_of_anew(rounds, parts, cast, clock, karims):
    """B8"""
    clock.instant = MORNINGS[2]
    rounds.run()
    later = {**INSURANCE, "expires_on": LAST_DAY + timedelta(days=365)}
    do(parts, cast, karims, "document.submit", cast.karim, later, now=MORNINGS[2], submission="later")
    assert tasks(parts, cast) == []

    with parts.database.begin(cast.organisation) as session:
        pending = select(Clock.due_at).where(Clock.kind == ends.name, Clock.state == "pending")
        assert len(session.scalars(pending).all()) == 3
        session.execute(update(Clock).where(Clock.kind != ends.name).values(state="cancelled"))
    clock.instant = MORNINGS[2] + timedelta(days=366)
    assert rounds.run() == 1
    assert tasks(parts, cast) == [Task.DOCUMENT]


@pytest.mark.parametrize("act", ["offer.withdraw", "offer.recall"])
def test_the_papers_of_a_company_are_asked_for_when_the_job_is_another_s(
    rounds, parts, cast, clock, karims, act
):
    """B8 M13"""
    gives_back = {"reason": "no_time", "told_customer": "yes"} if act == "offer.withdraw" else {}
    party = Party.SUBCONTRACTOR if act == "offer.withdraw" else Party.MANAGER
    do(parts, cast, karims, act, cast.karim, gives_back, party=party)
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, karims.id, [cast.lucie], cast.manager, MONDAY_NOON)
    both = sent(parts, cast.organisation, karims.id)
    do(parts, cast, both, "offer.accept", cast.lucie, TUESDAY_AT_TWO)
    do(
        parts,
        cast,
        both,
        "ticket.cancel",
        answer={"source": "manager", "reason": "Vendu."},
        party=Party.MANAGER,
    )

    for number, morning in enumerate(MORNINGS, 1):
        clock.instant = morning
        assert rounds.run() == 1
        assert reminders(parts, cast) == ["email"] * number + ["sms"] * number
    assert tasks(parts, cast) == [Task.DOCUMENT]


def test_a_company_without_the_job_sends_its_new_paper_where_it_was_asked_for_it(
    rounds, parts, cast, clock, karims
):
    """B8"""
    do(parts, cast, karims, "offer.recall", cast.karim, party=Party.MANAGER)
    clock.instant = MORNINGS[2]
    rounds.run()
    assert tasks(parts, cast) == [Task.DOCUMENT]

    later = {**INSURANCE, "expires_on": LAST_DAY + timedelta(days=365)}
    do(parts, cast, karims, "document.submit", cast.karim, later, now=MORNINGS[2], submission="later")

    assert tasks(parts, cast) == []
    with parts.database.read(cast.organisation) as session:
        pending = select(Clock.id).where(Clock.kind == ends.name, Clock.state == "pending")
        assert len(session.scalars(pending).all()) == 3


@pytest.mark.parametrize("standing", [Standing.RECALLED, Standing.WITHDRAWN])
def test_who_never_had_the_job_has_no_papers_to_send(standing):
    """R10"""
    assert not submit.open_to(Party.SUBCONTRACTOR, some_facts(standing=standing))
    assert submit.open_to(Party.SUBCONTRACTOR, after(INSURANCE, standing=standing))


def test_the_paper_of_one_company_is_not_that_of_another(rounds, parts, cast, clock, karims):
    """B8"""
    do(parts, cast, karims, "offer.recall", cast.karim, party=Party.MANAGER)
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, karims.id, [cast.lucie], cast.manager, MONDAY_NOON)
    both = sent(parts, cast.organisation, karims.id)
    do(parts, cast, both, "offer.accept", cast.lucie, TUESDAY_AT_TWO)
    clock.instant = MORNINGS[2]
    rounds.run()
    later = {**INSURANCE, "expires_on": LAST_DAY + timedelta(days=365)}
    do(parts, cast, both, "document.submit", cast.lucie, later, now=MORNINGS[2])

    assert tasks(parts, cast) == [Task.DOCUMENT]
    do(parts, cast, both, "document.submit", cast.karim, later, now=MORNINGS[2])
    assert tasks(parts, cast) == []
