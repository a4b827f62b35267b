"""Opening a link: whose it is, whether it still opens anything, and who knocks with forged ones."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app, g, request

from fieldtickets.desk import Actor
from fieldtickets.domain.parties import Party
from fieldtickets.language import LANGUAGES, Reader, best
from fieldtickets.links import link_fingerprint
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Dispatch, Link, Organisation, Ticket
from fieldtickets.store.queries import links as queries
from fieldtickets.web.errors import stranger
from fieldtickets.web.limiting import Guesses
from fieldtickets.web.parts import parts

FORGED = "20 per minute"  # from one address (L18)
GUESSES = "fieldtickets.forged_links"
VERSIONS = re.compile(r"/[\d.]+")  # of a browser: one that was brought up to date is no new device
RENEWAL = "links.renew"  # the one thing that a dead link is good for (L08)


class NoSuchLink(Exception):
    """Not a token of ours, in whichever way (L02 to L06)."""


class TooManyForged(Exception):
    """Guessing goes on from one address; links that we made still open (L18)."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class DeadLink(Exception):
    """Ours, but withdrawn, replaced or ended."""

    def __init__(self, opened: "Opened") -> None:
        super().__init__()
        self.opened = opened


@dataclass(frozen=True)
class Opened:
    """A link of ours and everything its row leads to, read at the start of the request."""

    link: Link
    token: str

    @property
    def ticket(self) -> Ticket:
        return self.link.ticket

    @property
    def organisation(self) -> Organisation:
        return self.link.ticket.organisation

    @property
    def party(self) -> Party:
        return self.link.party

    @property
    def dispatch(self) -> Dispatch | None:
        return self.link.dispatch

    @property
    def name(self) -> str:
        """For whom the link is (L14)."""
        if self.link.guest:
            return self.link.guest.name
        if self.link.dispatch:
            return self.link.dispatch.subcontractor.name
        return self.ticket.customer.name if self.ticket.customer else ""

    @property
    def language(self) -> str:
        """The language of its party."""
        if self.link.guest:
            return self.link.guest.language
        if self.link.dispatch:
            return self.link.dispatch.subcontractor.language
        return self.ticket.customer.language if self.ticket.customer else self.organisation.language

    @property
    def label(self) -> str:
        """What the journal calls it."""
        return f"link:{link_fingerprint(self.link.id)}"

    @property
    def holder(self) -> str:
        """What its form fields are made for."""
        return f"link:{self.link.id}"

    @property
    def actor(self) -> Actor:
        """Who acts through it, and with which kind of browser."""
        agent = VERSIONS.sub("/", request.headers.get("User-Agent", ""))
        device = hashlib.sha256(agent.encode()).hexdigest()[:16]
        return Actor(self.party, self.label, self.name, device)


def open_link() -> None:
    """Guard of all link pages, before any view; sets g.opened, g.organisation_id, g.reader, g.asked_language.

    Raises NoSuchLink or TooManyForged without any query, DeadLink when the row says so.
    """
    g.reader = stranger()
    g.asked_language = request.args.get("lang") if request.args.get("lang") in LANGUAGES else None
    token = (request.view_args or {}).get("token", "")
    link_id = parts().links.read(token)
    if link_id is None:
        raise forged()
    with parts().database.read(EVERYONE) as session:
        link = queries.opened(session, link_id)
    if link is None:
        raise forged()
    g.opened, g.organisation_id = Opened(link, token), link.organisation_id
    g.reader = Reader(g.asked_language or best(g.opened.language), g.opened.ticket.site.time_zone)
    if is_dead(link) and request.endpoint != RENEWAL:
        raise DeadLink(g.opened)


def is_dead(link: Link) -> bool:
    """Whether the row says that nothing opens any more."""
    return link.revoked_at is not None or link.expires_at <= parts().clock.now()


def forged() -> NoSuchLink | TooManyForged:
    """Count one more wrong token from this address."""
    guesses: Guesses = current_app.extensions[GUESSES]
    seconds = guesses.one_more(request.remote_addr or "")
    return NoSuchLink() if seconds is None else TooManyForged(max(1, round(seconds)))


def path(*below: object, **query: object) -> str:
    """An address under the open link; the language that was asked for is kept in it."""
    return path_of(g.opened, *below, **query)


def path_of(opened: Opened, *below: object, **query: object) -> str:
    """The same under any link."""
    asked = {"lang": g.asked_language} if g.asked_language else {}
    tail = "&".join(f"{name}={value}" for name, value in {**query, **asked}.items())
    steps = (quote(str(step), safe="") for step in below)
    return "/".join(("/l", opened.token, *steps)) + (f"?{tail}" if tail else "")
