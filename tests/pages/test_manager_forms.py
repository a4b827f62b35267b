"""Nadia's forms, the planning and the import, at a desk and on a phone: whole, and for every reader."""

from datetime import UTC, datetime, time, timedelta

import pytest

from fieldtickets.store.models import Site, Subcontractor
from tests.browser import axe_violations
from tests.builders import MONDAY_NOON, do
from tests.pages.conftest import DESK, PHONE, House, broken_words, sideways

pytestmark = pytest.mark.translated
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
@pytest.mark.parametrize(
    "path", ["/tickets/new", "/subcontractors", "/subcontractors/new", "/planning", "/import"]
)
def test_pages_fit_and_are_accessible(house: House, path, size):
    house.ticket(house.cast.karim, appointment=datetime.now(UTC) + timedelta(hours=1))
    with house.desk(path, size=size) as page:
        assert axe_violations(page) == []
        assert sideways(page) == 0


@pytest.mark.parametrize("width", [360, 1000, 1280])
def test_a_full_week_breaks_no_word_in_two(house: House, width):
    """S018: seven days, a long name, long words."""
    with house.parts.database.begin(house.cast.organisation) as session:
        session.get_one(Subcontractor, house.cast.karim).name = "Net'Immeubles"
    for number in range(7):
        job = house.ticket(house.cast.karim, title="Vidéosurveillance", site=Site(city="Villeurbanne"))
        day = {"date": (MONDAY_NOON + timedelta(days=number)).date(), "time": time(14)}
        do(house.parts, house.cast, job, "offer.accept", house.cast.karim, day, submission=f"tap-{number}")

    with house.desk(f"/planning?day={MONDAY_NOON.date()}", size={"width": width, "height": 800}) as page:
        assert page.locator(".ev").count() == 7
        assert broken_words(page, ".week") == []
        assert (axe_violations(page), sideways(page)) == ([], 0)


@SIZES
def test_a_company_and_its_jobs_fit_and_are_accessible(house: House, size):
    house.ticket(house.cast.karim)
    with house.desk(f"/subcontractors/{house.cast.karim}", size=size) as page:
        assert axe_violations(page) == []
        assert sideways(page) == 0


@SIZES
def test_a_refused_ticket_leads_to_its_errors(house: House, size):
    """R15"""
    with house.desk("/tickets/new", size=size) as page:
        page.locator("form.new-ticket > .acts .btn").click()
        page.wait_for_selector(".err")
        assert axe_violations(page) == []
        assert sideways(page) == 0


def test_nadia_creates_a_ticket_without_scripts(house: House):
    """S020"""
    with house.desk("/tickets/new", script=False) as page:
        page.fill("#title", "Fuite sous évier")
        page.fill("#trade", "plumbing")
        page.fill("#site_postcode", "69003")
        page.locator("button[name=look]").click()
        page.get_by_label("Karim Plomberie").check()
        page.locator('input[value="matching"]').uncheck()
        page.locator("form.new-ticket > .acts .btn").click()
        page.wait_for_url("**/tickets/T-*")


def test_a_list_is_imported_without_scripts(house: House):
    """S008"""
    content = "nom;téléphone\nMarc Serrurier;06 12 34 56 70\n".encode("cp1252")
    with house.desk("/import", script=False) as page:
        page.set_input_files(
            "#file", files=[{"name": "artisans.csv", "mimeType": "text/csv", "buffer": content}]
        )
        page.locator("main form button.btn").click()
        page.locator('form:has(input[name="list"]) button').click()
        page.wait_for_url("**/import?added=1&changed=0")
