"""The planning: who comes when, in the organisation's zone, what is not sure last."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import insert

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Appointment
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.explain import explained, gather_statistics
from tests.web.signing_in import sign_in


def agreed(parts, cast, company: int, answer=TUESDAY_AT_TWO, **details):
    ticket = a_ticket(parts, cast, company, **details)
    do(parts, cast, ticket, "offer.accept", company, answer, submission=f"accept-{ticket.id}")
    return ticket


def test_a_stranger_is_not_let_in(phone, cast):
    """S04"""
    assert phone.get("/planning").status_code in (303, 401)


def test_the_week_has_a_row_for_each_company(nadia, parts, cast):
    """S042"""
    ticket = agreed(parts, cast, cast.karim, title="Chez Anna")
    agreed(parts, cast, cast.lucie, {"date": date(2031, 5, 13), "time": time(9)}, title="Semaine suivante")
    page = nadia.get("/planning").text
    assert "Karim Plomberie" in page
    assert f"/tickets/{ticket.ref}" in page
    assert "14\u00a0h" in page
    assert "Semaine suivante" not in page
    after = nadia.get("/planning?day=2031-05-14").text
    assert "Semaine suivante" in after
    assert "Chez Anna" not in after


def test_what_waits_for_a_yes_and_what_has_no_date_stand_last(nadia, parts, cast):
    """S042"""
    undated = a_ticket(parts, cast, cast.lucie, title="Sans date", playbook="marketplace")
    do(parts, cast, undated, "offer.accept", cast.lucie)
    fixed = datetime(2031, 5, 7, 7, 0, tzinfo=UTC)
    a_ticket(parts, cast, cast.karim, title="Date fixe", appointment=fixed)
    waiting = a_ticket(parts, cast, cast.karim, title="Proposée", playbook="marketplace")
    do(parts, cast, waiting, "offer.accept", cast.karim)
    do(
        parts,
        cast,
        waiting,
        "appointment.propose",
        cast.karim,
        {"date": date(2031, 5, 6), "time": time(8)},
        party=Party.SUBCONTRACTOR,
    )
    agreed(parts, cast, cast.karim, title="Agréée")
    page = nadia.get("/planning").text
    places = [page.index(words) for words in ("Agréée", "Proposée", "Nobody yet", "Date fixe", "No date yet")]
    assert places == sorted(places)
    assert page.index("No date yet") < page.index("Sans date")
    assert "3 appointments, 2 to be confirmed" in page


def test_days_are_those_of_the_organisation(nadia, parts, cast):
    """T02"""
    sunday_night = datetime(2031, 5, 4, 22, 30, tzinfo=UTC)  # half past midnight on Monday in Lyon
    a_ticket(parts, cast, title="Minuit et demi", appointment=sunday_night)
    assert "Minuit et demi" in nadia.get("/planning?day=2031-05-05").text
    assert "Minuit et demi" not in nadia.get("/planning?day=2031-05-04").text


@pytest.mark.parametrize("monday", ["2031-03-24", "2031-10-20"])
def test_the_week_of_a_clock_change_keeps_its_sunday(nadia, parts, cast, monday):
    """T02"""
    sunday = {"2031-03-24": datetime(2031, 3, 30, 21, 59, tzinfo=UTC)}.get(
        monday, datetime(2031, 10, 26, 22, 59, tzinfo=UTC)
    )
    a_ticket(parts, cast, title="Dimanche 23 h 59", appointment=sunday)
    page = nadia.get(f"/planning?day={monday}").text
    assert "Dimanche 23 h 59" in page
    assert page.count('scope="col"') == 8


def test_a_week_is_found_without_reading_all_the_others(nadia, parts, cast, database):
    """D19"""
    ticket = agreed(parts, cast, cast.karim, title="Chez Anna")
    long_ago = datetime(2021, 5, 5, 12, 0, tzinfo=UTC)
    past = {"organisation_id": cast.organisation, "ticket_id": ticket.id, "state": "dropped"}
    with database.begin(cast.organisation) as session:
        hours = [{**past, "starts_at": long_ago + timedelta(hours=n)} for n in range(3000)]
        session.execute(insert(Appointment), hours)
    gather_statistics(database)

    with explained(database) as plans:
        assert "Chez Anna" in nadia.get("/planning").text

    (plan,) = (plan for statement, plan in plans.items() if "FROM appointment JOIN" in statement)
    assert "ix_appointment_starts_at" in plan


def test_a_weekend_without_anybody_takes_no_room(nadia, parts, cast):
    """S042"""
    agreed(parts, cast, cast.karim)
    assert nadia.get("/planning").text.count('scope="col"') == 6


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2031-05-05T10:00"])
def test_a_day_that_nobody_plans_is_this_week(nadia, parts, cast, day):
    """X10"""
    agreed(parts, cast, cast.karim, title="Chez Anna")
    page = nadia.get("/planning", query_string={"day": day})
    assert page.status_code == 200
    assert "Chez Anna" in page.text


def test_the_page_is_live(nadia, parts, cast):
    """G01"""
    first = nadia.get("/planning")
    known = {"If-None-Match": first.headers["ETag"]}
    assert nadia.get("/planning", headers=known).status_code == 304
    agreed(parts, cast, cast.karim)
    assert nadia.get("/planning", headers=known).status_code == 200


def test_another_organisation_sees_an_empty_week(phone, parts, cast):
    """O01 O04 O06"""
    agreed(parts, cast, cast.karim, title="Secret de Nadia")
    sign_in(phone, parts, cast.igor)
    page = phone.get("/planning").text
    assert "Secret de Nadia" not in page
    assert "Karim" not in page
    assert "No appointment this week" in page
