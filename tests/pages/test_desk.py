"""Nadia at her desk, and on her phone: the dashboard in a real browser."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from fieldtickets.domain.parties import Party, Role
from fieldtickets.domain.words import Money
from fieldtickets.store.models import Ticket, User
from tests.browser import axe_violations
from tests.builders import TUESDAY_AT_TWO, acts_done, do, sent
from tests.pages.conftest import DESK, PHONE, TABLET, House, sideways, small_targets

pytestmark = pytest.mark.translated

SETTINGS = (
    "/settings",
    "/settings/users",
    "/settings/users/new",
    "/settings/tokens",
    "/settings/senders",
    "/settings/retention",
)
PAGES = (
    "/",
    "/?queue=waiting",
    "/tickets",
    "/tickets/new",
    "/tickets/T-2026-000001",
    "/tickets/T-2026-000001/ticket.cancel",
    "/subcontractors",
    "/subcontractors/new",
    "/planning",
    "/import",
    *SETTINGS,
)


def a_day(house: House) -> None:
    """One job accepted, with a technician and an approver let in, one waiting, one with a question."""
    accepted = house.ticket(house.cast.karim, ref="T-2026-000001")
    do(house.parts, house.cast, accepted, "offer.accept", house.cast.karim, TUESDAY_AT_TWO)
    sofiane = {"name": "Sofiane Haddad", "phone": "+33639980012"}
    do(house.parts, house.cast, accepted, "delegate.create", house.cast.karim, sofiane)
    quote = {"amount_net": 31200, "vat_rate": 1000, "net": Money(31200), "gross": Money(34320)}
    do(house.parts, house.cast, accepted, "quote.submit", house.cast.karim, quote)
    jean = {"name": "Jean Moreau", "email": "jean@moreau.example"}
    do(house.parts, house.cast, accepted, "approval.ask", house.cast.karim, jean, party=Party.MANAGER)
    house.ticket(house.cast.karim, house.cast.lucie)
    asked = house.ticket(house.cast.karim)
    do(house.parts, house.cast, asked, "message.write", house.cast.karim, {"body": "Quel étage ?"})


def cut_entries(page: Page) -> list[str]:
    """Entries of menus that are not wholly between the left and the right edge of the screen."""
    return page.locator("nav a").evaluate_all(
        """all => all.filter(e => { const b = e.getBoundingClientRect();
                                   return b.left < 0 || b.right > document.documentElement.clientWidth; })
                     .map(e => e.textContent.trim())"""
    )


def promote_nadia(house: House) -> None:
    """So that she sees every page."""
    with house.parts.database.begin(house.cast.organisation) as session:
        session.get_one(User, house.cast.nadia).role = Role.ADMIN


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_desk_is_accessible_and_fits_a_desk_a_tablet_and_a_phone(house, path):
    """S018 S053"""
    a_day(house)
    promote_nadia(house)

    with house.desk(path) as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe_violations(page) == []
        for size in (DESK, TABLET, PHONE):
            page.set_viewport_size(size)
            assert sideways(page) <= 0
        assert small_targets(page) == []
        assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_phone_shows_every_entry_of_every_menu(house, language):
    """S018 S053: the lit one among them, without scripts and without pushing the menu sideways."""
    a_day(house)
    promote_nadia(house)
    with house.parts.database.begin(house.cast.organisation) as session:
        session.get_one(User, house.cast.nadia).language = language

    with house.desk("/", size=PHONE, script=False) as page:
        for path in (
            "/",
            "/?queue=all",
            "/tickets",
            "/subcontractors",
            "/books",
            *SETTINGS,
            "/settings/help",
        ):
            page.goto(house.address + path)
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator(".side .nav [aria-current]").count() == 1
            expect(page.locator("nav [aria-current]").last).to_be_in_viewport(ratio=1)
            assert cut_entries(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nadia_signs_out_wherever_she_is(house, size):
    """S02"""
    with house.desk("/", size=size) as page:
        button = page.get_by_role("button", name="Se déconnecter")
        expect(button).to_be_in_viewport()
        button.click()
        expect(page).to_have_url(f"{house.address}/sign-in")
        page.goto(house.address)
        expect(page).to_have_url(f"{house.address}/sign-in")


@pytest.mark.parametrize("path", ["/sign-in", "/password/forgot", "/sign-in?lang=de"])
def test_the_pages_before_the_desk_are_accessible(house, path):
    """S01 S02"""
    with house.visit(path) as page:
        assert axe_violations(page) == []
        assert sideways(page) <= 0


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_ticket_goes_out_is_accepted_through_the_link_and_is_seen_by_its_manager(house, script):
    """S014 S017 S020 S037 S042: the main job, end to end."""
    with house.desk("/tickets/new", script=script) as page:
        form = page.locator('form[data-act="ticket.open"]')
        form.locator('[name="title"]').fill("Fuite sous évier")
        form.locator('[name="trade"]').fill("plumbing")
        form.locator("label", has=page.locator('input[value="matching"]')).click()
        form.locator('[name="site_postcode"]').fill("69003")
        form.locator('[name="site_city"]').fill("Lyon")
        others = form.locator("details:not([open]) summary")
        if others.count():
            others.last.click()
        form.locator("label", has=page.locator(f'input[value="{house.cast.karim}"]')).click()
        form.locator("button").last.click()
        expect(page.locator("h1")).to_contain_text("Fuite sous évier")
        ref = page.url.rsplit("/", 1)[1].partition("?")[0]

    with house.parts.database.read(house.cast.organisation) as session:
        ticket_id = session.scalars(select(Ticket.id).where(Ticket.ref == ref)).one()
    path = sent(house.parts, house.cast.organisation, ticket_id).path(house.cast.karim)
    with house.visit(path, script=script) as phone:
        accept = phone.locator('form[data-act="offer.accept"]')
        accept.locator("label", has=phone.locator('input[name="date"]')).nth(1).click()
        accept.locator("label", has=phone.locator('input[name="time"][value="14:00"]')).click()
        accept.locator("button").last.click()
        expect(accept).to_have_count(0)

    with house.desk(f"/tickets/{ref}", script=script) as page:
        expect(page.locator("main")).to_contain_text("Karim Plomberie accepte l'intervention")
        write = page.locator('form[data-act="message.write"]').first
        write.locator("textarea").fill("Merci. La clé est chez le gardien.")
        write.locator("button").last.click()
        expect(page.locator("main")).to_contain_text("La clé est chez le gardien.")

    with house.visit(path, script=script) as phone:
        expect(phone.locator(".thread")).to_contain_text("La clé est chez le gardien.")
    assert acts_done(house.parts.database, house.cast.organisation)[-1] == "message.write"


def test_the_queue_shows_a_new_message_without_being_reloaded(house):
    """S053"""
    ticket = house.ticket(house.cast.karim)

    with house.desk("/?queue=mine") as page:
        expect(page.get_by_text("Fuite sous évier")).to_have_count(0)
        do(house.parts, house.cast, ticket, "message.write", house.cast.karim, {"body": "Quel étage ?"})
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_text("Fuite sous évier").first).to_be_visible()


def test_a_viewer_reads_the_ticket_and_finds_no_button_that_acts(house):
    """O02"""
    a_day(house)

    with house.desk("/tickets/T-2026-000001", user_id=house.cast.paul) as page:
        expect(page.locator("main")).to_contain_text("Fuite sous évier")
        assert page.locator("main form[data-act]").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_files_are_chosen_with_a_button_in_the_readers_language(house, script):
    """S049: the browser's own button speaks the browser's language."""
    with house.desk("/tickets/new", script=script) as page:
        native = page.locator("#files")
        assert native.bounding_box()["width"] <= 1
        native.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        button = page.locator('label[for="files"]')
        expect(button).to_have_text("Choisir des photos et des documents")
        assert button.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        with page.expect_file_chooser() as chooser:
            button.click()
        chooser.value.set_files([{"name": "cave.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}])
        if script:
            expect(page.locator("[data-chosen]").first).to_have_text("cave.pdf")


def test_the_inbox_of_the_demo_fits_a_phone_and_turns_through_every_message(demo_house):
    """S018"""
    for _number in range(12):
        demo_house.ticket(demo_house.cast.karim, demo_house.cast.lucie)
    with demo_house.visit("/demo/inbox") as page:
        assert sideways(page) <= 0
        assert small_targets(page) == []
        assert axe_violations(page) == []
        seen = page.locator(".letter").count()
        page.locator('[rel="next"]').last.click()
        expect(page.locator("nav.pages").first).to_contain_text("Page 2 sur 2")
        seen += page.locator(".letter").count()
    assert seen == 12 * 4


def test_a_word_without_end_stays_within_every_page(house):
    """Whoever types it, a title and what is asked for are broken where the page ends."""
    now, karim = datetime.now(UTC), house.cast.karim
    ticket = house.ticket(karim, title="x" * 120)
    do(house.parts, house.cast, ticket, "offer.accept", karim, now=now)
    do(
        house.parts,
        house.cast,
        ticket,
        "extra.propose",
        karim,
        {"description": "y" * 900, "net": 30_00},
        now=now,
    )

    for size in (PHONE, DESK):
        with house.desk(f"/tickets/{ticket.ref}", size=size) as page:
            assert sideways(page) <= 0
        with house.visit(ticket.path(karim), size=size) as page:
            assert sideways(page) <= 0
