"""What stands around every page of account holders: the menu of their role, the numbers in it, their name."""

from typing import Any

from flask import Flask, g

from fieldtickets.domain.parties import ROLE_NAMES, Role
from fieldtickets.domain.words import Message, _
from fieldtickets.store.queries import queues
from fieldtickets.web.accounts import MANAGERS, may
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

# name, icon, address, label, who sees it; a page says `current` to be the one that is lit
MENU: tuple[tuple[str, str, str, Message, tuple[Role, ...]], ...] = (
    ("queue", "inbox", "/", _("To handle"), tuple(Role)),
    ("planning", "calendar", "/planning", _("Planning"), tuple(Role)),
    ("tickets", "file", "/tickets", _("Tickets"), tuple(Role)),
    ("subcontractors", "users", "/subcontractors", _("Subcontractors"), MANAGERS),
    ("sites", "pin", "/sites", _("Signs"), MANAGERS),
    ("books", "euro", "/books", _("Books"), (*MANAGERS, Role.ACCOUNTANT)),
    ("settings", "settings", "/settings", _("Settings"), (Role.ADMIN,)),
)


def install(app: Flask) -> None:
    """Give the frame to every template; for strangers it holds the language alone."""
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The words of templates/base/desk.html."""
    if "user" not in g:
        return {"language": reader().language}
    return {
        "language": reader().language,
        "organisation": g.organisation,
        "user": g.user,
        "role_names": ROLE_NAMES,
        "navigation": [entry[:4] for entry in MENU if may(*entry[4])],
        "counts": {"queue": queue_counts()["mine"]},
    }


def queue_counts() -> dict[str, int]:
    """How many tickets each queue holds, counted once per request."""
    if "queue_counts" not in g:
        moment = queues.Moment.at(parts().clock.now(), g.organisation.time_zone)
        with parts().database.read(g.organisation_id) as rows:
            g.queue_counts = queues.counts(rows, moment)
    counted: dict[str, int] = g.queue_counts
    return counted
