"""The browser of the tests: the system's Chromium driven by Playwright, and axe for accessibility."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.programs import chromium

AXE = Path(__file__).parent.parent / "var/test-assets/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# No sandbox, because tests run as root in containers; nothing asked of any other host.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium; a test opens its own context in it: `browser.new_context(locale="fr-FR")`."""
    program = chromium()
    if program is None:
        raise RuntimeError("no Chromium: make test installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def axe_violations(page: Page) -> list[str]:
    """What axe holds against a page, one line each: rule, reason, where.

    The page's content security policy does not matter: the script is evaluated, not added to the page.
    Raises FileNotFoundError before `make assets` has run.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("standards => axe.run({runOnly: standards})", STANDARDS)
    return [
        f"{violation['id']}: {violation['help']}: {node['target'][0]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
