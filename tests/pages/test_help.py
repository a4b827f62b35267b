"""The help on a phone: read with a screen reader, voted on with and without scripts, and on paper."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import HelpVote
from tests.browser import axe_violations
from tests.pages.conftest import sideways, small_targets

pytestmark = pytest.mark.translated


def test_karim_finds_an_answer_votes_and_prints_it(house):
    """S056 S115 S116 S018"""
    path = house.ticket(house.cast.karim).path(house.cast.karim)

    with house.visit(path) as page:
        page.locator("footer").get_by_role("link", name="Aide").click()
        page.get_by_role("link", name="Quand puis-je partir").click()
        assert (axe_violations(page), sideways(page), small_targets(page)) == ([], 0, [])
        page.get_by_role("button", name="Oui").click()
        expect(page.get_by_role("status").filter(has_text="Merci")).to_be_visible()

        page.goto(f"{house.address}{path}/help?all")
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", name="Quand puis-je partir")).to_be_visible()
        expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
        expect(page.locator("footer")).to_be_hidden()

    with house.parts.database.read(EVERYONE) as rows:
        assert rows.scalars(select(HelpVote.helped)).all() == [True]
