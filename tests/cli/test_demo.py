"""The demo: made through the real desk, loaded once, and open to whoever plays with it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fieldtickets import create_app
from fieldtickets.config import Settings
from fieldtickets.demo import people
from fieldtickets.demo.script import ZONE
from fieldtickets.demo.stage import cues
from fieldtickets.demo.stories import STORIES
from fieldtickets.desk import journal
from fieldtickets.domain.effects import Task
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import (
    Appointment,
    Attachment,
    Delivery,
    Dispatch,
    Event,
    Organisation,
    Subcontractor,
    Ticket,
    TodoTask,
)
from tests.builders import KEY, MONDAY_NOON
from tests.conftest import SetClock, sqlite_copy
from tests.web.signing_in import csrf_token

LETTER = re.compile(r'<li class="letter (?:sms|email)" id="m(\d+)">')
LINK = re.compile(r'href="http://localhost(/l/\w+)"')


@pytest.fixture(scope="module")
def demo(sqlite_template, tmp_path_factory):
    """The service with the demo loaded by its command on Monday at noon; what the command said."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings.from_env(
        {
            "FIELDTICKETS_ENV": "demo",
            "FIELDTICKETS_SECRET_KEYS": KEY,
            "FIELDTICKETS_BASE_URL": "http://localhost",
            "FIELDTICKETS_DATABASE_URL": sqlite_copy(sqlite_template, folder),
            "FIELDTICKETS_QUEUE_URL": f"sqlite:{folder / 'jobs.db'}",
            "FIELDTICKETS_STORAGE_URL": f"file:{folder / 'files'}",
        }
    )
    app = create_app(settings, clock=SetClock())
    told = app.test_cli_runner().invoke(args=["demo", "load"])
    assert told.exit_code == 0, told.output
    yield app, told.output
    app.extensions["fieldtickets"].database.close()


@pytest.fixture
def rows(demo):
    """A look at everything that the demo made."""
    with demo[0].extensions["fieldtickets"].database.read(EVERYONE) as session:
        yield session


def test_a_newcomer_meets_twelve_companies_and_forty_tickets_at_every_stage(rows):
    """`make demo` of docs/interface.md"""
    assert rows.scalar(select(func.count(Subcontractor.id))) == 12
    assert rows.scalar(select(func.count(Ticket.id))) == 40
    stages = {Phase.DRAFT, Phase.OFFERED, Phase.ASSIGNED, Phase.CLOSED, Phase.CANCELLED}
    assert set(rows.scalars(select(Ticket.phase))) >= stages
    assert set(rows.scalars(select(Dispatch.standing))) == set(Standing) - {Standing.CHOSEN}


def test_somebody_comes_today_and_tomorrow_and_somebody_is_late(rows):
    """`make demo` of docs/interface.md"""
    agreed = rows.scalars(select(Appointment.starts_at).where(Appointment.state == "agreed")).all()
    days = [at.astimezone(ZONE).date() - MONDAY_NOON.date() for at in agreed]
    assert days.count(timedelta(0)) >= 2
    assert days.count(timedelta(1)) >= 3
    late = select(func.count(Ticket.id)).where(Ticket.phase == Phase.ASSIGNED, Ticket.limit_at < MONDAY_NOON)
    assert rows.scalar(late) >= 2


def test_the_journal_of_the_demo_holds_and_runs_with_time(rows):
    """E01, E03"""
    organisation = rows.scalars(select(Organisation)).one()
    instants = rows.scalars(select(Event.at).order_by(Event.seq)).all()
    assert journal.verify(rows, organisation.id) == len(instants)
    assert instants == sorted(instants)
    assert instants[-1] <= MONDAY_NOON


def test_what_cannot_be_delivered_is_told_and_everything_else_was_sent(rows):
    """M07"""
    states = set(rows.scalars(select(Delivery.state)))
    assert states == {"sent", "delivered", "failed"}
    told = select(func.count(TodoTask.id)).where(TodoTask.kind == Task.UNDELIVERABLE)
    assert rows.scalar(told) >= 1


def test_photos_are_real_and_small(rows):
    """`make demo` of docs/interface.md"""
    photos = rows.scalars(select(Attachment)).all()
    assert {photo.kind for photo in photos} == {"image/jpeg"}
    assert all(50_000 < photo.size < 500_000 for photo in photos)


def test_the_inbox_shows_every_message_with_a_link_that_opens(demo, rows):
    """L01"""
    browser, page, seen, links = demo[0].test_client(), "/demo/inbox", [], set()
    while page:
        text = browser.get(page).text
        seen += LETTER.findall(text)
        links |= set(LINK.findall(text))
        older = re.search(r'href="(/demo/inbox\?page=\d+)" rel="next"', text)
        page = older and older[1]
    assert sorted(map(int, seen)) == sorted(rows.scalars(select(Delivery.id)))
    assert len(links) > 50
    assert {browser.get(link).status_code for link in links} == {200}


def test_the_inbox_of_one_number_holds_nobody_elses_messages(demo, rows):
    """`make demo` of docs/interface.md"""
    karim = people.COMPANIES[0].phone
    text = demo[0].test_client().get("/demo/inbox", query_string={"to": karim}).text
    mine = rows.scalars(select(Delivery.id).where(Delivery.address == karim)).all()
    assert sorted(map(int, LETTER.findall(text))) == sorted(mine)


def test_what_the_command_prints_opens_the_dashboard(demo):
    """`make demo` of docs/interface.md"""
    app, told = demo
    browser = app.test_client()
    for account in people.ACCOUNTS[:2]:
        assert re.search(rf"{account.email}\s+{people.PASSWORD}", told)
    data = {
        "email": people.ACCOUNTS[0].email,
        "password": people.PASSWORD,
        "csrf_token": csrf_token(browser, "/sign-in"),
    }
    assert browser.post("/sign-in", data=data).status_code == 303
    assert "Nadia Benali" in browser.get("/").text
    assert "http://localhost/demo/inbox" in told


def test_a_second_load_changes_nothing(demo, rows):
    """`make demo` of docs/interface.md"""
    before = rows.scalar(select(func.count(Event.id)))
    again = demo[0].test_cli_runner().invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert people.PASSWORD in again.output
    rows.expire_all()
    assert rows.scalar(select(func.count(Event.id))) == before


def test_outside_the_demo_there_is_no_inbox_and_nothing_is_loaded(phone, command):
    """`make demo` of docs/interface.md"""
    assert phone.get("/demo/inbox").status_code == 404
    refused = command("demo", "load")
    assert refused.exit_code == 1
    assert "FIELDTICKETS_ENV=demo" in refused.output


def test_every_story_can_be_told_at_any_hour_of_the_year():
    """`make demo` of docs/interface.md"""
    now = datetime(2031, 3, 1, 0, 7, tzinfo=UTC)
    while now < datetime(2031, 11, 15, tzinfo=UTC):
        for number, story in enumerate(STORIES):
            told = [cue.step_number for cue in cues([story], now)]
            assert told == sorted(told), f"{number} {story.title} at {now}"
        assert max(cue.at for cue in cues(STORIES, now)) <= now
        now += timedelta(hours=13)
