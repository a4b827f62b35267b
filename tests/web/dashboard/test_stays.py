"""What Nadia and Karim read of a session on site, and of one to be billed at which nobody arrived."""

from datetime import timedelta

import pytest

from fieldtickets.store.models import SiteCode, Ticket
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.web.signing_in import sign_in

START = MONDAY_NOON + timedelta(hours=26)  # Tuesday at two
UNSEEN = "No arrival was recorded for this visit."
OPENS_AT = "You can say that you are there from"
ON_SITE = "On site from mardi 6 mai at 14\xa0h to mardi 6 mai at 16\xa0h."
SINCE = "On site since mardi 6 mai at 14\xa0h."
POSITION = "Position of the phone, to about 100 metres"


def a_job(parts, cast, **details: object):
    """Karim comes on Tuesday at two."""
    ticket = a_ticket(parts, cast, cast.karim, **details)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    if details.get("playbook", "syndic") != "syndic":
        date = {**TUESDAY_AT_TWO, "agreed_with_customer": True}
        do(parts, cast, ticket, "appointment.propose", cast.karim, date)
    return ticket


def test_the_recorded_arrival_opens_a_session_that_everybody_concerned_reads(nadia, parts, cast, clock):
    """S077 S078"""
    job = a_job(parts, cast)
    with parts.database.begin(cast.organisation) as session:
        site_id = session.get_one(Ticket, job.id).site_id
        session.add(SiteCode(code="K7M2QX9TWB4H", site_id=site_id, created_at=MONDAY_NOON))
    clock.instant = START
    assert SINCE not in nadia.get(job.path(cast.karim)).text

    do(parts, cast, job, "visit.arrive", cast.karim, {"site_code": "K7M2QX9TWB4H"}, now=START)
    for page in (job.path(cast.karim), f"/tickets/{job.ref}"):
        assert SINCE in nadia.get(page).text

    done = {"done": "Joint changé.", "work": "finished", "minutes": 90}
    do(parts, cast, job, "completion.submit", cast.karim, done, now=START + timedelta(hours=2))
    for page in (job.path(cast.karim), f"/tickets/{job.ref}"):
        assert ON_SITE in nadia.get(page).text
    assert "Proved by the code on site." in nadia.get(f"/tickets/{job.ref}").text


def test_an_arrival_kept_in_a_cellar_counts_from_the_hour_at_which_it_was_tapped(nadia, parts, cast, clock):
    """S078 T07"""
    job = a_job(parts, cast)
    clock.instant = START + timedelta(hours=1)
    do(parts, cast, job, "visit.arrive", cast.karim, now=clock.instant, declared_at=START)

    assert SINCE in nadia.get(f"/tickets/{job.ref}").text


def test_a_job_reported_though_nobody_arrived_is_flagged_before_it_is_billed(nadia, parts, cast, clock):
    """S079"""
    job = a_job(parts, cast, playbook="home-cleaning")
    clock.instant = START
    assert UNSEEN not in nadia.get(f"/tickets/{job.ref}").text

    do(parts, cast, job, "completion.submit", cast.karim, {"done": "Ménage fait."}, now=START)
    assert UNSEEN in nadia.get(f"/tickets/{job.ref}").text
    assert UNSEEN not in nadia.get(job.path(cast.karim)).text


def test_an_absence_charged_though_nobody_said_to_have_come_is_flagged_too(nadia, parts, cast, clock):
    """S079 S084"""
    job = a_job(parts, cast, playbook="home-cleaning")
    clock.instant = START + timedelta(minutes=31)
    do(parts, cast, job, "visit.fail", cast.karim, {"reason": "customer_absent"}, now=clock.instant)

    assert UNSEEN in nadia.get(f"/tickets/{job.ref}").text


@pytest.mark.parametrize(
    ("playbook", "limited"), [("home-cleaning", True), ("marketplace", False), ("syndic", False)]
)
def test_the_hours_of_arrivals_are_those_of_cleaning_alone(phone, parts, cast, clock, playbook, limited):
    """S091: what is for one trade stands in the rules of that trade, which are copied and edited as data."""
    job = a_job(parts, cast, playbook=playbook)
    clock.instant = START - timedelta(minutes=31)
    form = phone.get(f"{job.path(cast.karim)}/visit.arrive").text
    field = form.partition('name="submission" value="')[2].partition('"')[0]

    answer = phone.post(f"{job.path(cast.karim)}/visit.arrive", data={"submission": field})

    assert (answer.status_code, OPENS_AT in answer.text) == ((409, True) if limited else (303, False))


def test_the_position_is_shown_on_a_map_until_it_is_deleted(nadia, parts, cast, clock):
    """S077 Y03"""
    job = a_job(parts, cast)
    clock.instant = START
    do(parts, cast, job, "visit.arrive", cast.karim, {"position": "45.764043,4.835659"}, now=START)

    page = nadia.get(f"/tickets/{job.ref}").text
    assert POSITION in page
    assert "45.764%2C4.836" in page
    assert "45.764" not in nadia.get(job.path(cast.karim)).text

    nadia.application.test_cli_runner().invoke(args=["purge"])
    assert POSITION in nadia.get(f"/tickets/{job.ref}").text
    clock.instant = START + timedelta(days=31)
    nadia.application.test_cli_runner().invoke(args=["purge"])
    sign_in(nadia, parts, cast.nadia)
    assert POSITION not in nadia.get(f"/tickets/{job.ref}").text


def test_the_position_is_asked_once_and_never_wanted(phone, parts, cast, clock):
    """S077 Y03"""
    job = a_job(parts, cast)
    clock.instant = START
    asked = phone.get(f"{job.path(cast.karim)}/visit.arrive").text
    assert 'name="position"' in asked
    assert "after 30 days it is deleted" in asked

    do(parts, cast, job, "visit.arrive", cast.karim, now=START)

    assert 'name="position"' not in phone.get(f"{job.path(cast.karim)}/visit.start").text
    do(parts, cast, job, "visit.start", cast.karim, now=START)
    assert acts_done(parts.database, cast.organisation)[-1] == "visit.start"
