"""Fieldtickets: tickets for field work, sent to subcontractors and answered through links.

This file is the fuse box: the only place where the parts are wired to one another.
"""

from pathlib import Path
from threading import Event

from flask import Flask

from fieldtickets import cli
from fieldtickets.clock import Clock, TestClock
from fieldtickets.config import Settings
from fieldtickets.documents.packs import Packs
from fieldtickets.documents.previews import Previews
from fieldtickets.jobs import Jobs, Work
from fieldtickets.links import Links
from fieldtickets.outbox import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import Database
from fieldtickets.store.files import FileStore
from fieldtickets.web import (
    accounts,
    api,
    assets,
    callbacks,
    dashboard,
    edge,
    ops,
    sign_in,
    speech,
    test_clock,
)
from fieldtickets.web import demo as demo_pages
from fieldtickets.web import links as link_pages
from fieldtickets.web.parts import Parts

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Build the application. Raises BadSetting, naming the setting, when it cannot start."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.extensions["fieldtickets"] = wire(settings, clock)
    edge.install(app)
    ops.install(app)
    accounts.install(app)
    speech.install(app)
    assets.install(app)
    api.install(app)
    callbacks.install(app)
    test_clock.install(app)
    dashboard.install(app)
    sign_in.install(app)
    demo_pages.install(app)
    link_pages.install(app)
    cli.install(app)
    return app


def wire(settings: Settings, clock: Clock | None = None) -> Parts:
    """One of each part, from the settings."""
    database = Database(settings.database_url)
    links, files = Links(settings.secret_keys, settings.base_url), FileStore(settings.storage_url)
    clock = clock or (TestClock(database, settings.clock) if settings.env == "test" else Clock())
    ending = Event()
    outbox = Outbox(settings, database, links, files, clock.now, ending)
    rounds = Rounds(database, links, clock.now, ending)
    work: dict[str, dict[str, Work]] = {
        "messages": {"outbox": outbox.drain, "rounds": rounds.run, "clean_up": rounds.clean_up},
        "documents": {
            "previews": Previews(database, files, ending).make,
            "packs": Packs(database, files, clock.now, ending).make,
        },
    }
    jobs = Jobs(settings.queue_url, settings.secret_keys[-1], work, ending)
    jobs.every_minute(lambda: rounds.take_tick("minute"))
    return Parts(settings, database, links, files, clock, outbox, rounds, jobs)
