"""Rules that count working days: answers, reports, invoices and declarations wait for Monday (T08)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.acts import Done
from fieldtickets.domain.effects import Slot
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, SYNDIC
from fieldtickets.exchanges import ACTS
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Dispatch, PlaybookRow
from tests.builders import a_ticket, acts_done, some_facts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = datetime(2031, 5, 9, 10, tzinfo=UTC)  # noon in Lyon; the day before was a holiday in France
MONDAY = FRIDAY + 3 * DAY
BY_WORKING_DAYS = {one.name: replace(one, working_days=True) for one in (SYNDIC, HOME_CLEANING)}


def on_friday(*acts: str, playbook="syndic", **changes):
    """Karim did all this at noon on Friday."""
    return some_facts(
        now=FRIDAY,
        playbook=BY_WORKING_DAYS[playbook],
        history=tuple(Done(act, FRIDAY) for act in acts),
        **{"phase": Phase.ASSIGNED, "standing": Standing.ASSIGNED, **changes},
    )


@pytest.mark.parametrize(("urgent", "delays"), [(False, [3 * DAY, 4 * DAY]), (True, [HOUR / 2, HOUR / 2])])
def test_an_offer_of_friday_is_reminded_of_on_monday_unless_it_is_urgent(urgent, delays):
    """S042 T08"""
    facts = on_friday(phase=Phase.DRAFT, standing=Standing.CHOSEN, urgent=urgent)

    alarms = ACTS["offer.send"].play(Party.MANAGER, facts, {}).alarms

    assert [alarm.due_at - FRIDAY for alarm in alarms] == delays


@pytest.mark.parametrize(
    ("act", "facts", "delays"),
    [
        ("invoice.ask", on_friday("completion.submit", phase=Phase.DONE), [0, 5, 11, 21]),
        ("completion.ask", on_friday(appointment=Slot(FRIDAY)), [1 / 6, 3, 4]),
        ("completion.expire", on_friday(appointment=Slot(FRIDAY), playbook="home-cleaning"), [7]),
    ],
)
def test_what_comes_after_the_work_is_asked_for_on_working_days(act, facts, delays):
    """S098 S101 S105 T08"""
    assert [instant - FRIDAY for instant in ACTS[act].due(facts)] == [days * DAY for days in delays]


def test_a_holiday_counts_where_the_site_is():
    """T08: Thursday the eighth of May is one in France, not in Germany."""
    wednesday = FRIDAY - 2 * DAY
    done = (Done("completion.submit", wednesday),)
    french, german = (on_friday(phase=Phase.DONE, country=country) for country in ("FR", "DE"))
    three_days_on = [ACTS["invoice.ask"].due(replace(one, history=done))[1] for one in (french, german)]

    assert [instant - wednesday for instant in three_days_on] == [6 * DAY, 5 * DAY]


def test_the_dispatch_and_its_deadlines_say_the_same_hour(parts, cast, clock):
    """S042 T08 M13"""
    with parts.database.begin(cast.organisation) as session:
        session.add(
            PlaybookRow(
                organisation_id=cast.organisation,
                name="Lyon",
                version=1,
                copied_from="syndic",
                rules={"working_days": True},
                created_at=FRIDAY,
            )
        )
    ticket = a_ticket(parts, cast, cast.karim, now=FRIDAY, playbook="Lyon")
    rounds = Rounds(parts.database, parts.links, clock.now)

    clock.instant = MONDAY - HOUR
    assert rounds.run() == 0
    clock.instant = MONDAY
    assert rounds.run() == 1
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.remind"
    with parts.database.read(cast.organisation) as session:
        answer_by = session.scalars(select(Dispatch.answer_by).where(Dispatch.ticket_id == ticket.id)).one()
    assert answer_by == MONDAY + DAY
    clock.instant = answer_by
    assert rounds.run() == 1
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.lapse"
