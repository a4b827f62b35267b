"""The signature pad on a phone: drawn with a finger or a mouse, turned, left and come back to, sent."""

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe_violations
from tests.builders import acts_done, do
from tests.pages.conftest import House, sideways, small_targets

LYING = {"width": 740, "height": 360}
INK = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  .data.some((value, place) => place % 4 === 3 && value > 0)"""
ON_A_PHONE = [(60, 40), (120, 90), (180, 30), (220, 80)]  # pixels from the corner of the pad


@pytest.fixture
def path(house):
    """Where Karim reports a job that wants a signature."""
    job = house.ticket(house.cast.karim, playbook="marketplace")
    do(house.parts, house.cast, job, "offer.accept", house.cast.karim, now=datetime.now(UTC))
    return job.path(house.cast.karim)


def form(page: Page):
    return page.locator('form[data-act="completion.submit"]')


def report(page: Page) -> None:
    form(page).locator('textarea[name="done"]').fill("Box installée.")
    form(page).locator("label", has=page.locator('input[value="paid"]')).click()
    form(page).locator('input[name="signer_name"]').fill("Anna Rossi")


def corner(page: Page) -> tuple[float, float]:
    canvas = form(page).locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"], box["y"]


def draw_with_the_mouse(page: Page) -> None:
    left, top = corner(page)
    (x, y), *rest = ON_A_PHONE
    page.mouse.move(left + x, top + y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(left + x, top + y, steps=5)
    page.mouse.up()


def draw_with_a_finger(page: Page) -> None:
    left, top = corner(page)
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for number, (x, y) in enumerate(ON_A_PHONE):
        kind = "touchMove" if number else "touchStart"
        points = [{"x": left + x, "y": top + y}]
        phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    phone.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def strokes(page: Page) -> list:
    return json.loads(form(page).locator('input[name="signature"]').input_value() or "[]")


def last_act(house: House) -> str:
    return acts_done(house.parts.database, house.cast.organisation)[-1]


@pytest.mark.parametrize("draw", [draw_with_the_mouse, draw_with_a_finger])
def test_a_signature_survives_the_turned_phone_and_the_closed_tab_and_is_sent(house, path, draw):
    """S092 S096"""
    with house.visit(f"{path}/completion.submit") as page:
        page.wait_for_load_state("networkidle")
        report(page)
        draw(page)
        drawn = strokes(page)
        assert len(drawn) == 1
        assert len(drawn[0]) >= len(ON_A_PHONE)

        page.set_viewport_size(LYING)
        assert strokes(page) == drawn
        assert form(page).locator("canvas").evaluate(INK)
        page.wait_for_timeout(600)  # a draft is written a moment after the last touch
        page.reload()
        expect(form(page).locator('input[name="signer_name"]')).to_have_value("Anna Rossi")
        assert strokes(page) == drawn
        assert form(page).locator("canvas").evaluate(INK)

        form(page).locator("button").last.click()
        expect(form(page)).to_have_count(0)
        expect(page.locator("svg.signature")).to_be_visible()

    assert last_act(house) == "completion.submit"


def test_a_signature_is_cleared_and_drawn_again(house, path):
    """S092"""
    with house.visit(f"{path}/completion.submit") as page:
        page.wait_for_load_state("networkidle")
        draw_with_the_mouse(page)
        form(page).locator(".sign button").click()
        assert strokes(page) == []
        assert not form(page).locator("canvas").evaluate(INK)
        draw_with_the_mouse(page)
        draw_with_the_mouse(page)
        assert len(strokes(page)) == 2


def test_an_empty_pad_is_refused_beside_it_and_then_signed_on_the_page_that_says_so(house, path):
    """S092 E07 R07"""
    with house.visit(f"{path}/completion.submit") as page:
        page.wait_for_load_state("networkidle")
        report(page)
        form(page).locator("button").last.click()
        expect(page.locator(".sign .bad")).to_be_visible()
        expect(form(page).locator("textarea").first).to_have_value("Box installée.")
        draw_with_the_mouse(page)
        assert form(page).locator("canvas").evaluate(INK)
        form(page).locator("button").last.click()
        expect(form(page)).to_have_count(0)

    assert last_act(house) == "completion.submit"


def test_without_scripts_a_name_and_a_reason_stand_for_the_signature(house, path):
    """S092 S096"""
    with house.visit(f"{path}/completion.submit", script=False) as page:
        expect(form(page).locator("canvas")).to_be_hidden()
        expect(form(page).locator(".sign button")).to_be_hidden()
        expect(form(page).locator(".sign .nojs")).to_be_visible()
        report(page)
        form(page).locator('input[name="no_signature_reason"]').fill("Son téléphone ne dessine pas.")
        form(page).locator("button").last.click()
        expect(form(page)).to_have_count(0)

    assert last_act(house) == "completion.submit"


def test_the_page_with_the_pad_fits_a_phone_and_its_budget(house, path):
    """S092"""
    with house.visit(f"{path}/completion.submit") as page:
        page.wait_for_load_state("networkidle")
        assert sideways(page) == 0
        assert small_targets(page) == []
        assert axe_violations(page) == []
    answer = house.app.test_client().get(f"{path}/completion.submit", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) <= 15_000
