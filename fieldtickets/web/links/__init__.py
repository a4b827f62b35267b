"""Link pages: what a subcontractor, a customer or an approver opens from a message, without an account."""

from flask import Flask

from fieldtickets.web.limiting import Guesses
from fieldtickets.web.links import downloads, helping, refusals, signs, views
from fieldtickets.web.links.opening import FORGED, GUESSES
from fieldtickets.web.links.room import bp

__all__ = ["downloads", "helping", "install", "refusals", "signs", "views"]


def install(app: Flask) -> None:
    """Open the link pages; importing their modules has put the views on the blueprint."""
    app.extensions[GUESSES] = Guesses(FORGED)
    app.register_blueprint(bp)
    app.register_blueprint(signs.bp)
