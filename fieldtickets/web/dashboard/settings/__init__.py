"""The administrator's settings: the organisation, accounts, programs, senders, and what is kept how long."""

from flask import Flask

from fieldtickets.web.dashboard.settings import (
    help,
    organisation,
    playbooks,
    retention,
    senders,
    tokens,
    users,
)
from fieldtickets.web.dashboard.settings.room import bp

VIEWS = (
    organisation,
    users,
    tokens,
    senders,
    playbooks,
    retention,
    help,
)  # importing them registers their pages


def install(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
