"""The manager's dashboard: what needs an answer now, the list, a new ticket, one ticket, the planning."""

from flask import Flask

from fieldtickets.web.dashboard import (
    books,
    frame,
    importing,
    new_ticket,
    packs,
    papers,
    planning,
    queues,
    settings,
    sites,
    subcontractors,
    ticket,
    ticket_offer,
)
from fieldtickets.web.dashboard.room import bp

VIEWS = (
    queues,
    new_ticket,
    subcontractors,
    planning,
    importing,
    ticket,
    ticket_offer,
    papers,
    sites,
    books,
    packs,
)  # importing them registers their pages in the room


def install(app: Flask) -> None:
    """Register the pages, and give every page of account holders its frame."""
    frame.install(app)
    app.register_blueprint(bp)
    settings.install(app)
