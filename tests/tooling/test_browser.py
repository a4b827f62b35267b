"""Chromium and axe, as the tests of the pages use them."""

import pytest

from tests.browser import axe_violations, running_browser

SOUND = """<!doctype html><html lang=fr><head><title>Ticket</title></head>
<body><main><h1>Ticket</h1><p>Karim vient lundi.</p></main></body></html>"""


@pytest.fixture(scope="module")
def page():
    with running_browser() as browser:
        yield browser.new_page()


def test_axe_finds_nothing_on_a_sound_page(page):
    page.set_content(SOUND)

    assert axe_violations(page) == []


def test_axe_names_the_rule_and_the_place_of_a_slip(page):
    page.set_content(SOUND.replace("<p>", "<input name=hour><p>"))

    (slip,) = axe_violations(page)

    assert slip.startswith("label: ")
    assert slip.endswith(": input")


def test_axe_looks_through_a_strict_content_security_policy(page):
    def serve(route):
        route.fulfill(
            body=SOUND, content_type="text/html", headers={"Content-Security-Policy": "default-src 'none'"}
        )

    page.route("**/*", serve)
    page.goto("http://127.0.0.1:1/strict")

    assert axe_violations(page) == []
