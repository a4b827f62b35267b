"""The blueprint of the settings: every page of it is for an administrator, every change leaves a line."""

import hashlib
import json
from collections.abc import Mapping

import structlog
from flask import Blueprint, g, render_template

from fieldtickets.domain.parties import Role
from fieldtickets.domain.words import Message, _
from fieldtickets.web import accounts

# name, address, label: the menu of these pages, in its order
PAGES: tuple[tuple[str, str, Message], ...] = (
    ("organisation", "/settings", _("Organisation")),
    ("users", "/settings/users", _("Accounts")),
    ("tokens", "/settings/tokens", _("API tokens")),
    ("senders", "/settings/senders", _("Sending")),
    ("playbooks", "/settings/playbooks", _("Rules")),
    ("retention", "/settings/retention", _("How long things are kept")),
    ("help", "/settings/help", _("Help")),
)
CHANGED = _("Somebody else changed this meanwhile. Look at it again, then send your changes.")

bp = Blueprint("settings", __name__, url_prefix="/settings")
bp.before_request(accounts.signed_in)
log = structlog.get_logger("security")


@bp.before_request
def administrators_only() -> None:
    accounts.require(Role.ADMIN)


def page(name: str, lit: str = "", **words: object) -> str:
    """One of the pages, with the menu of all of them; `lit`: its entry there, when it has another name."""
    return render_template(
        f"dashboard/settings_{name}.html", current="settings", pages=PAGES, lit=lit or name, **words
    )


def note(what: str, **details: object) -> None:
    """A line of the security log: who changed what, by ids and names of fields, not what was typed (Y05)."""
    log.info(what, by=g.user.id, organisation=g.organisation_id, **details)


def fingerprint(values: Mapping[str, object]) -> str:
    """What a form carries of the values that it was opened with, so that no change is undone unseen (R08)."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names of what changed."""
    return [name for name, value in after.items() if before[name] != value]
