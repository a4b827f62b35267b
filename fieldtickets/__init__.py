"""Fieldtickets: tickets for field work, sent to subcontractors and answered through links.

This file is the fuse box, where the parts are wired to one another; what only a worker needs is wired in
`workshop.py`, which web processes never read.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from fieldtickets import cli
from fieldtickets.bells import Bells
from fieldtickets.clock import Clock, TestClock
from fieldtickets.config import Settings
from fieldtickets.links import Links
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
    guides,
    ops,
    sign_in,
    speech,
    test_clock,
)
from fieldtickets.web import demo as demo_pages
from fieldtickets.web import links as link_pages
from fieldtickets.web.addresses import Address
from fieldtickets.web.parts import Parts

if TYPE_CHECKING:
    from fieldtickets.jobs import Jobs

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Build the application. Raises BadSetting, naming the setting, when it cannot start."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.url_rule_class = Address
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
    guides.install(app)
    link_pages.install(app)
    cli.install(app)
    return app


def wire(settings: Settings, clock: Clock | None = None) -> Parts:
    """One of each part, from the settings."""
    database = Database(settings.database_url)
    links, files = Links(settings.secret_keys, settings.base_url), FileStore(settings.storage_url)
    clock = clock or (TestClock(database, settings.clock) if settings.env == "test" else Clock())
    rounds = Rounds(database, links, clock.now)

    @cache
    def jobs() -> "Jobs":
        """Read at the first bell: no page waits for an engine with the clients of all its storages."""
        engine = import_module("fieldtickets.jobs")
        queues: Jobs = engine.Jobs(settings.queue_url, settings.secret_keys[-1])
        return queues

    return Parts(settings, database, links, files, clock, rounds, Bells(jobs), jobs)
