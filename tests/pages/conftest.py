"""What a person sees: a real server, a real Chromium, at the width of a phone and of a desk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from fieldtickets import create_app
from fieldtickets.config import Settings
from fieldtickets.web.parts import Parts
from tests.browser import running_browser
from tests.builders import KEY, Cast, Sent, a_ticket, the_cast
from tests.conftest import sqlite_copy
from tests.web.signing_in import sign_in

PHONE = {"width": 360, "height": 740}
TABLET = {"width": 1024, "height": 768}
DESK = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class House:
    """A running service with its cast, and a browser to visit it with."""

    address: str
    parts: Parts
    cast: Cast
    browser: Browser
    app: Flask

    def ticket(self, *to: int, **details: object) -> Sent:
        """Nadia's ticket, offered now to those named."""
        return a_ticket(self.parts, self.cast, *to, now=datetime.now(UTC), **details)

    @contextmanager
    def visit(self, path: str, *, size: dict[str, int] = PHONE, script: bool = True) -> Iterator[Page]:
        """A page in a new window of this size; closed, with all it kept, at the end."""
        context = self.browser.new_context(viewport=size, java_script_enabled=script, locale="fr-FR")
        try:
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.goto(self.address + path)
            yield page
        finally:
            context.close()

    @contextmanager
    def desk(
        self, path: str, *, user_id: int | None = None, size: dict[str, int] = DESK, script: bool = True
    ) -> Iterator[Page]:
        """The same, signed in: as Nadia unless somebody else is named."""
        client = self.app.test_client()
        sign_in(client, self.parts, user_id or self.cast.nadia)
        cookie = client.get_cookie("fieldtickets")
        context = self.browser.new_context(viewport=size, java_script_enabled=script, locale="fr-FR")
        context.add_cookies([{"name": "fieldtickets", "value": cookie.value, "url": self.address}])
        try:
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.goto(self.address + path)
            yield page
        finally:
            context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as chromium:
        yield chromium


@pytest.fixture
def house(browser, sqlite_template, tmp_path) -> Iterator[House]:
    """The service on a free port, with the clock of the wall: a browser has no other."""
    with running_house(browser, sqlite_copy(sqlite_template, tmp_path), tmp_path) as running:
        yield running


@pytest.fixture
def demo_house(browser, sqlite_template, tmp_path) -> Iterator[House]:
    """The same as a demo: what it sends is shown in its inbox."""
    with running_house(browser, sqlite_copy(sqlite_template, tmp_path), tmp_path, "demo") as running:
        yield running


@contextmanager
def running_house(
    browser: Browser, database_url: str, folder, env: str = "development", **other: str
) -> Iterator[House]:
    """A house that is open as long as the `with` lasts; `other` settings by their names."""
    server = make_server("127.0.0.1", 0, lambda *_: [b""], threaded=True)
    address = f"http://localhost:{server.server_port}"
    app = create_app(settings_of(address, database_url, folder, env, **other))
    server.app = app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    parts = app.extensions["fieldtickets"]
    yield House(address, parts, the_cast(parts.database), browser, app)
    server.shutdown()
    thread.join()
    server.server_close()
    parts.database.close()


def settings_of(address: str, database_url: str, folder, env: str, **other: str) -> Settings:
    return Settings.from_env(
        {
            "FIELDTICKETS_ENV": env,
            "FIELDTICKETS_SECRET_KEYS": KEY,
            "FIELDTICKETS_BASE_URL": address,
            "FIELDTICKETS_DATABASE_URL": database_url,
            "FIELDTICKETS_QUEUE_URL": f"sqlite:{folder / 'jobs.db'}",
            "FIELDTICKETS_STORAGE_URL": f"file:{folder / 'files'}",
            "FIELDTICKETS_SMTP_URL": "demo:",
            "FIELDTICKETS_SMS_URL": "demo:",
            "FIELDTICKETS_MAIL_FROM": "tickets@fieldtickets.example",
            **{f"FIELDTICKETS_{name}": value for name, value in other.items()},
        }
    )


def sideways(page: Page) -> int:
    """How many pixels a page can be pushed sideways: none, when it fits."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def small_targets(page: Page) -> list[str]:
    """Visible controls under 44 x 44 px, by what they say."""
    return page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')]
          .filter(e => e.checkVisibility() && !e.closest('.vh') && !e.matches('.skip, .vh'))
          .filter(e => !e.matches('input[type=radio], input[type=checkbox], input[type=file]'))
          .filter(e => { const b = e.getBoundingClientRect();
                         return b.width > 0 && (b.width < 43.5 || b.height < 43.5); })
          .map(e => e.outerHTML.slice(0, 120))"""
    )


def broken_words(page: Page, within: str) -> list[str]:
    """Visible words that stand on two lines without a space or a hyphen between."""
    return page.locator(within).evaluate(
        r"""part => {
          const broken = [], word = document.createRange();
          const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) for (const found of texts.currentNode.data.matchAll(/[^\s-]+/g)) {
            word.setStart(texts.currentNode, found.index);
            word.setEnd(texts.currentNode, found.index + found[0].length);
            if (word.getClientRects().length > 1) broken.push(found[0]);
          }
          return broken;
        }"""
    )
