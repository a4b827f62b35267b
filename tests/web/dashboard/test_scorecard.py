"""The figures of a company: the same for its manager and, through its link, for itself."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from fieldtickets.exchanges.texts import frozen
from fieldtickets.language import Reader, say
from fieldtickets.store.models import Subcontractor
from fieldtickets.store.queries.candidates import candidates
from fieldtickets.store.queries.scorecard import reckon, scorecard
from fieldtickets.web.figures import lasting
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.conftest import sqlite_copy
from tests.web.signing_in import sign_in

VISIT = MONDAY_NOON + timedelta(days=1, hours=2)
WITH_VISIT = {"appointment": frozen(VISIT)}


@pytest.mark.parametrize(
    ("delay", "told"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=9, hours=23), "9 days"),
    ],
)
def test_a_delay_is_told_in_the_unit_that_says_enough(delay, told):
    """S008"""
    assert say(lasting(delay), Reader("en")) == told


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def after(minutes):
    return MONDAY_NOON + timedelta(minutes=minutes)


def test_answers_are_counted_once_for_each_offer_with_their_median_time():
    """S008"""
    card = reckon(
        [
            (1, "offer.send", after(0), None),
            (2, "offer.send", after(0), None),
            (3, "offer.send", after(0), None),
            (4, "offer.send", after(0), None),
            (1, "offer.accept", after(10), None),
            (2, "offer.refuse", after(20), {"answer": {"reason": "price"}}),
            (3, "offer.refuse", after(90), {"answer": {"reason": "price"}}),
            (3, "offer.accept", after(95), None),
        ]
    )

    assert (card.offers, card.answers, card.time_to_answer) == (4, 3, timedelta(minutes=20))
    assert card.refusals == {"price": 2}


@pytest.mark.parametrize(("late", "on_time"), [(-5, 1), (15, 1), (16, 0)])
def test_the_first_arrival_at_a_visit_is_on_time_within_a_quarter_of_an_hour(late, on_time):
    """S075"""
    card = reckon(
        [
            (1, "visit.arrive", VISIT + timedelta(minutes=late), WITH_VISIT),
            (1, "visit.start", VISIT + timedelta(minutes=40), WITH_VISIT),
        ]
    )

    assert (card.visits, card.on_time) == (1, on_time)


def test_work_that_came_back_and_visits_nobody_made_count():
    """S090"""
    card = reckon([(1, "completion.return", after(0), None), (1, "visit.nobody_came", after(1), None)])

    assert (card.reworks, card.no_shows) == (1, 1)


def test_a_company_that_was_never_asked_has_no_figures():
    """S008"""
    assert reckon([]).time_to_answer is None


def test_the_manager_and_the_company_itself_read_the_same_figures(phone, parts, cast):
    """S008 O08"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.refuse", cast.lucie, {"reason": "too_far"})
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO, now=after(30))

    karims = phone.get(f"{ticket.path(cast.karim)}/scorecard")
    lucies = phone.get(f"{ticket.path(cast.lucie)}/scorecard")
    sign_in(phone, parts, cast.nadia)
    managers = phone.get(f"/subcontractors/{cast.karim}")

    assert "30 min" in karims.text
    assert "too far" not in karims.text
    assert "too far" in lucies.text
    assert "30 min" in managers.text
    assert f'href="{ticket.path(cast.karim)}/scorecard"' in phone.get(ticket.path(cast.karim)).text
    with parts.database.read(cast.organisation) as session:
        assert scorecard(session, cast.karim, MONDAY_NOON + timedelta(days=400)).offers == 0


def test_a_paused_company_is_not_proposed_and_both_sides_read_until_when(phone, parts, cast):
    """S022"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(cast.organisation) as session:
        until = MONDAY_NOON + timedelta(days=7)
        session.execute(
            update(Subcontractor).where(Subcontractor.id == cast.karim).values(paused_until=until)
        )
    with parts.database.read(cast.organisation) as session:
        names = {now: [one.name for one in candidates(session, now)] for now in (MONDAY_NOON, until)}
    sign_in(phone, parts, cast.nadia)

    assert names == {MONDAY_NOON: ["Lucie Chauffage"], until: ["Karim Plomberie", "Lucie Chauffage"]}
    assert "No new offers until" in phone.get(f"/subcontractors/{cast.karim}").text
    assert "No new offers until" in phone.get(ticket.path(cast.karim)).text


def test_the_papers_of_a_company_are_listed_with_their_state(phone, parts, cast):
    """B8"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    for kind, days in (("insurance", 20), ("vigilance", 200), ("registration", None)):
        ends = {"expires_on": MONDAY_NOON.date() + timedelta(days=days)} if days else {}
        do(
            parts,
            cast,
            ticket,
            "document.submit",
            cast.karim,
            {"kind": kind, "file": 1, **ends},
            submission=kind,
        )
    sign_in(phone, parts, cast.nadia)

    page = phone.get(f"/subcontractors/{cast.karim}").text

    assert "Proof of insurance" in page
    assert page.count("Ends soon") == 1
    assert page.count("Valid") == 1
    assert page.count("No end given") == 1
