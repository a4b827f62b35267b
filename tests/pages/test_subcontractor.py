"""Karim on his phone: the page of his link at 360 px, with and without scripts."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Event, EventPayload, Link, Subcontractor
from tests.browser import axe_violations
from tests.builders import TUESDAY_AT_TWO, Sent, acts_done, do
from tests.pages.conftest import DESK, PHONE, House, sideways, small_targets

pytestmark = pytest.mark.translated
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])

LINES = """buttons => buttons.map(button => {
  const words = document.createRange();
  words.selectNodeContents(button.lastChild);
  return words.getClientRects().length;
})"""


def accept_form(page: Page):
    return page.locator('form[data-act="offer.accept"]')


def choose_the_second_day(page: Page) -> None:
    accept_form(page).locator("label", has=page.locator('input[name="date"]')).nth(1).click()


def choose_two_o_clock(page: Page) -> None:
    accept_form(page).locator("label", has=page.locator('input[name="time"][value="14:00"]')).click()


def last_act(house: House) -> str:
    return acts_done(house.parts.database, house.cast.organisation)[-1]


@SCRIPTS
def test_karim_accepts_with_a_day_and_an_hour_in_three_taps(house, script):
    """S002 S018 S019 S037 S039 S040"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(ticket.path(house.cast.karim), script=script) as page:
        choose_the_second_day(page)
        choose_two_o_clock(page)
        accept_form(page).locator("button").last.click()
        expect(accept_form(page)).to_have_count(0)
        expect(page.locator("h1")).to_be_visible()

    assert last_act(house) == "offer.accept"


@pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
def test_yes_and_no_stand_side_by_side_on_one_line_each(house, language):
    """S018 S040"""
    with house.parts.database.begin(house.cast.organisation) as session:
        session.get_one(Subcontractor, house.cast.karim).language = language
    ticket = house.ticket(house.cast.karim)

    with house.visit(ticket.path(house.cast.karim)) as page:
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(".bar .btn").evaluate_all(LINES) == [1, 1]


@SCRIPTS
def test_a_forgotten_hour_is_said_beside_the_field_and_the_day_is_kept(house, script):
    """S037 R07"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(ticket.path(house.cast.karim), script=script) as page:
        choose_the_second_day(page)
        accept_form(page).locator("button").last.click()
        expect(page.get_by_text("Choisissez une heure").first).to_be_visible()
        expect(page.locator('input[name="date"]:checked')).to_have_count(1)


@SCRIPTS
def test_karim_refuses_with_a_reason(house, script):
    """S009 S019"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(f"{ticket.path(house.cast.karim)}/offer.refuse", script=script) as page:
        form = page.locator('form[data-act="offer.refuse"]')
        form.locator("label", has=page.locator('input[value="too_far"]')).click()
        form.locator("button").last.click()
        expect(form).to_have_count(0)

    assert last_act(house) == "offer.refuse"


@SCRIPTS
def test_karim_writes_to_the_manager_from_the_page_of_his_job(house, script):
    """S049 S050 S051"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(ticket.path(house.cast.karim), script=script) as page:
        form = page.locator('form[data-act="message.write"]')
        form.locator("textarea").fill("La cave est fermée ?")
        form.locator("button").last.click()
        expect(page.locator(".thread").get_by_text("La cave est fermée ?")).to_be_visible()


@pytest.fixture
def leaving(house) -> str:
    """The page of a job that Karim has, whose hour is near."""
    now = datetime.now(UTC)
    ticket = house.ticket(house.cast.karim, appointment=now + timedelta(hours=1))
    do(house.parts, house.cast, ticket, "offer.accept", house.cast.karim, now=now)
    return ticket.path(house.cast.karim)


def minutes_said(house: House) -> list[int]:
    with house.parts.database.read(house.cast.organisation) as session:
        said = select(EventPayload.content).join(Event).where(Event.act == "visit.on_my_way")
        return [content["answer"]["eta_minutes"] for content in session.scalars(said)]


def tap_without_network(page: Page, tile: str) -> None:
    """A tap in a cellar: the page says that it is kept."""
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_role("button", name=tile).click()
    expect(page.locator("#net")).to_contain_text("Pas de réseau")


@SCRIPTS
def test_karim_says_with_one_tap_in_how_many_minutes_he_comes(house, leaving, script):
    """S018 S072"""
    with house.visit(leaving, script=script) as page:
        assert (axe_violations(page) if script else [], sideways(page), small_targets(page)) == ([], 0, [])
        page.get_by_role("button", name="45 min").click()
        expect(page.locator(".done")).to_be_visible()

    assert minutes_said(house) == [45]


@SCRIPTS
def test_karim_types_other_minutes_and_presses_enter(house, leaving, script):
    """S072: Enter is for what was typed, not for the first tile."""
    with house.visit(leaving, script=script) as page:
        form = page.locator('form[data-act="visit.on_my_way"]')
        form.locator("summary").click()
        form.locator("input[name=eta_minutes]").fill("20")
        form.locator("input[name=eta_minutes]").press("Enter")
        expect(page.locator(".done")).to_be_visible()

    assert minutes_said(house) == [20]


def test_an_answer_that_arrives_while_karim_types_another_leads_him_away_from_nothing(house, leaving):
    """R05 S072"""
    with house.visit(leaving) as page:
        tap_without_network(page, "30 min")
        body = page.locator('form[data-act="message.write"] textarea')
        body.fill("Je prends aussi")
        page.context.set_offline(False)
        expect(page.locator("#net")).to_contain_text("Reçu par")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#net")).to_contain_text("Reçu par")
        expect(body).to_have_value("Je prends aussi")

    assert minutes_said(house) == [30]


def test_a_tile_tapped_without_network_is_kept_and_sent_once_it_is_back(house, leaving):
    """R05 S072"""
    with house.visit(leaving) as page:
        tap_without_network(page, "30 min")
        expect(page.get_by_role("button", name="30 min")).to_have_count(0)
        page.context.set_offline(False)
        expect(page.locator(".done")).to_be_visible()

    assert minutes_said(house) == [30]


def test_an_answer_tapped_in_a_cellar_is_kept_and_sent_once_when_the_network_is_back(house):
    """R05 T07"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(ticket.path(house.cast.karim)) as page:
        page.wait_for_load_state("networkidle")
        choose_the_second_day(page)
        choose_two_o_clock(page)
        page.context.set_offline(True)
        accept_form(page).locator("button").last.click()
        expect(page.locator("#net")).to_contain_text("Pas de réseau")
        assert last_act(house) == "offer.send"
        page.context.set_offline(False)
        expect(accept_form(page)).to_have_count(0)

    assert acts_done(house.parts.database, house.cast.organisation).count("offer.accept") == 1


def test_a_scanner_that_runs_the_scripts_of_the_page_changes_nothing(house):
    """G02"""
    ticket = house.ticket(house.cast.karim)
    before = acts_done(house.parts.database, house.cast.organisation)

    with house.visit(ticket.path(house.cast.karim)) as page:
        page.wait_for_load_state("networkidle")
        page.clock.fast_forward(30_000)

    assert acts_done(house.parts.database, house.cast.organisation) == before


def test_a_page_asks_no_other_host_for_anything(house):
    """Y07 L01"""
    ticket = house.ticket(house.cast.karim)

    with house.visit("/robots.txt") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(house.address + ticket.path(house.cast.karim))
        page.wait_for_load_state("networkidle")

    assert [url for url in asked if not url.startswith((house.address, "data:", "blob:"))] == []


def offered(house: House, ticket: Sent) -> None:
    """As it was sent."""


def accepted(house: House, ticket: Sent) -> None:
    do(house.parts, house.cast, ticket, "offer.accept", house.cast.karim, TUESDAY_AT_TWO)


def taken(house: House, ticket: Sent) -> None:
    do(house.parts, house.cast, ticket, "offer.accept", house.cast.lucie, TUESDAY_AT_TWO)


def withdrawn(house: House, ticket: Sent) -> None:
    do(house.parts, house.cast, ticket, "offer.recall", house.cast.karim, party=Party.MANAGER)


def cancelled(house: House, ticket: Sent) -> None:
    answer = {"source": "manager", "reason": "Le syndic a déjà envoyé quelqu'un."}
    do(house.parts, house.cast, ticket, "ticket.cancel", answer=answer, party=Party.MANAGER)


def closed(house: House, ticket: Sent) -> None:
    accepted(house, ticket)
    do(house.parts, house.cast, ticket, "ticket.close", party=Party.MANAGER)


def revoked(house: House, ticket: Sent) -> None:
    with house.parts.database.begin(house.cast.organisation) as session:
        link = session.get_one(Link, ticket.link_ids[house.cast.karim])
        link.revoked_at = house.parts.clock.now()


def expired(house: House, ticket: Sent) -> None:
    with house.parts.database.begin(house.cast.organisation) as session:
        link = session.get_one(Link, ticket.link_ids[house.cast.karim])
        link.expires_at = house.parts.clock.now()


STATES = (offered, accepted, taken, withdrawn, cancelled, closed, revoked, expired)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_of_the_page_is_accessible_and_fits_a_phone_and_a_desk(house, state):
    """S018 L07 L09 L19"""
    ticket = house.ticket(house.cast.karim, house.cast.lucie)
    state(house, ticket)

    with house.visit(ticket.path(house.cast.karim)) as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe_violations(page) == []
        for size in (PHONE, {"width": 320, "height": 640}, DESK):
            page.set_viewport_size(size)
            assert sideways(page) <= 0
        page.set_viewport_size(PHONE)
        assert small_targets(page) == []


@pytest.mark.parametrize("language", ["fr", "en", "de", "it"])
def test_the_page_speaks_one_language_at_a_time(house, language):
    """S114"""
    ticket = house.ticket(house.cast.karim)

    with house.visit(f"{ticket.path(house.cast.karim)}?lang={language}") as page:
        assert page.locator("html").get_attribute("lang") == language
        assert axe_violations(page) == []
        assert sideways(page) <= 0


def test_the_first_page_is_one_small_response(house):
    """S018: at most 15 kB before photos; nothing else is fetched before it can be used."""
    path = house.ticket(house.cast.karim).path(house.cast.karim)

    answer = house.app.test_client().get(path, headers={"Accept-Encoding": "gzip, br"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 15_000
    with house.visit("/robots.txt") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(house.address + path)
        assert [url for url in asked if not url.endswith((path, "/sw.js", ".webmanifest"))] == []


def test_a_page_that_was_read_opens_again_without_network(house):
    """S041: with the hour at which it was seen."""
    path = house.ticket(house.cast.karim).path(house.cast.karim)

    with house.visit(path) as page:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("h1")).to_have_text("Fuite sous évier")
        expect(page.locator("#net")).to_contain_text("Pas de réseau")
