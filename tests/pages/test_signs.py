"""Karim at the boiler-room door: he scans the sign with his job open, or types its code."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from fieldtickets.domain.site_codes import in_groups
from fieldtickets.store.models import Event, EventPayload, SiteCode, Ticket
from tests.browser import axe_violations
from tests.builders import acts_done, do
from tests.pages.conftest import PHONE, House, sideways, small_targets

pytestmark = pytest.mark.translated
CODE = "K7M2QX9TWB4H"


@pytest.fixture
def path(house: House) -> str:
    """A job of now that Karim has, at a place where a sign hangs."""
    now = datetime.now(UTC)
    ticket = house.ticket(house.cast.karim, playbook="marketplace")
    do(house.parts, house.cast, ticket, "offer.accept", house.cast.karim, now=now)
    do(house.parts, house.cast, ticket, "call.log", house.cast.karim, {"outcome": "reached"}, now=now)
    with house.parts.database.begin(house.cast.organisation) as session:
        site_id = session.get_one(Ticket, ticket.id).site_id
        session.add(SiteCode(code=CODE, site_id=site_id, place="Chaufferie", created_at=now))
    return ticket.path(house.cast.karim)


def looks_well(page) -> None:
    assert axe_violations(page) == []
    assert sideways(page) <= 0
    assert small_targets(page) == []


def test_the_sign_is_read_by_anybody_and_proves_the_arrival_of_who_has_the_job_open(house, path):
    """S076 S077 S018"""
    with house.visit(f"/s/{CODE}") as page:
        looks_well(page)
        page.goto(f"{house.address}{path}/visit.arrive")  # where he begins to type, and leaves a draft
        page.locator("summary").click()
        page.locator('input[name="position"]').fill("45.7,4.8")
        page.goto(house.address + path)
        page.goto(f"{house.address}/s/{CODE}")
        looks_well(page)
        page.locator('form[data-act="visit.arrive"] button').click()
        expect(page.locator(".done")).to_be_visible()

    with house.parts.database.read(house.cast.organisation) as session:
        words = select(EventPayload.content).join(Event).where(Event.act == "visit.arrive")
        assert session.scalars(words).one()["answer"] == {"proof": "code"}


def test_the_code_is_typed_and_the_position_given_with_a_tap(house, path):
    """S077 S018"""
    with house.visit(f"{path}/visit.arrive") as page:
        page.context.grant_permissions(["geolocation"], origin=house.address)
        page.context.set_geolocation({"latitude": 45.764043, "longitude": 4.835659})
        form = page.locator('form[data-act="visit.arrive"]')
        form.locator("summary").click()
        form.locator("[data-locate]").click()
        expect(form.locator('input[name="position"]')).to_have_value("45.764,4.836")
        looks_well(page)
        form.locator('input[name="site_code"]').fill(in_groups(CODE).lower())
        form.locator("button:not([type=button])").click()
        expect(page.locator(".done")).to_be_visible()

    assert acts_done(house.parts.database, house.cast.organisation)[-1] == "visit.arrive"


def test_on_a_phone_the_manager_reads_what_each_line_of_a_sign_says(house, path):
    """A phone has no heads over the columns: each value brings its own."""
    with house.parts.database.read(house.cast.organisation) as session:
        site_id = session.scalars(select(SiteCode.site_id)).one()
    with house.desk(f"/sites/{site_id}", size=PHONE) as page:
        looks_well(page)
        named = page.locator("td[data-l]").evaluate_all(
            "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
        )
        assert [one.strip('" ') for one in named] == ["Où elle est affichée", "Créé"]
