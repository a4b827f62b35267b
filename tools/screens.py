"""Pictures of the main screens for the README: `python -m tools.screens`, beside a running `make demo`.

What they show is the demo's own organisation, in French, at the width of a phone or of a desk.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, ViewportSize

from fieldtickets.demo.people import PASSWORD
from tests.browser import running_browser

SCREENS = Path(__file__).parent.parent / "docs/screens"
MANAGER = "nadia@lavigne.example"
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)


def main(address: str) -> None:
    """Take every picture anew."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser:
        take_pictures(browser.new_context(viewport=DESK, locale="fr-FR"), address)


def take_pictures(context: BrowserContext, address: str) -> None:
    """Walk through the demo as its manager and as those who hold a link."""
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    picture(page, "sign-in-1280")
    page.fill("[name=email]", MANAGER)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    picture(page, "queue-1280")
    picture(page, "queue-360", size=PHONE)
    ticket = page.locator("table.q a.t").first.get_attribute("href")
    for name, path in (
        ("ticket", ticket),
        ("new-ticket", "/tickets/new"),
        ("subcontractors", "/subcontractors"),
        ("planning", "/planning"),
        ("inbox", "/demo/inbox"),
    ):
        page.goto(f"{address}{path}")
        picture(page, f"{name}-1280")
        picture(page, f"{name}-360", size=PHONE)
    links = page.locator('a[href*="/l/"]').evaluate_all("all => [...new Set(all.map(one => one.href))]")
    for act, name in (("offer.accept", "offer"), ("appointment.agree", "agree")):
        show_first(page, links, act, name)


def show_first(page: Page, links: list[str], act: str, name: str) -> None:
    """The first link on whose page this act is asked."""
    for link in links:
        page.goto(link)
        if page.locator(f'form[data-act="{act}"]').count():
            picture(page, f"{name}-1280")
            picture(page, f"{name}-360", size=PHONE)
            return


def picture(page: Page, name: str, *, size: ViewportSize = DESK) -> None:
    """What is seen without scrolling, at this size."""
    page.set_viewport_size(size)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENS / f"{name}.png")
    page.set_viewport_size(DESK)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else f"http://localhost:{os.environ.get('PORT', '8000')}")
