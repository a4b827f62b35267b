"""The sign at a site: who scans its QR code with a link open on the same phone proves to be there (S077).

The page of a link marks its browser on the day of the visit, for the address of signs alone, for half a day.
Whoever holds the mark and a code that hangs at the site gets the link's whole token on the page of the sign;
without the mark a sign tells what it is for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from fieldtickets.desk.facts import gather
from fieldtickets.domain.parties import OF_THE_COMPANY
from fieldtickets.domain.site_codes import LETTERS, in_groups, plain_code
from fieldtickets.exchanges import ACTS
from fieldtickets.language import LANGUAGES, Reader, best
from fieldtickets.links import link_fingerprint
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation, Site
from fieldtickets.store.queries import links as queries
from fieldtickets.store.queries.sites import hanging, is_same_place
from fieldtickets.web import assets
from fieldtickets.web.errors import stranger
from fieldtickets.web.links.forms import TiledSheet, sheet
from fieldtickets.web.links.opening import Opened, TooManyForged, forged, is_dead, path_of
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

PROVED = tuple(ACTS[name] for name in ("visit.arrive", "visit.start"))  # the first that is open is offered
MARK, MARK_LASTS = "opened-", timedelta(hours=12)
MOST_MARKS = 12  # of one phone that are looked at

bp = Blueprint("signs", __name__)


@dataclass(frozen=True)
class Job:
    """One job at this place whose link was opened on this phone; sheet: what can be said of it now."""

    opened: Opened
    sheet: TiledSheet | None

    @property
    def path(self) -> str:
        """Its page."""
        return path_of(self.opened)


def mark(response: Response, opened: Opened) -> None:
    """Have the browser remember, for signs alone, that this link was opened on it."""
    response.set_cookie(
        MARK + link_fingerprint(opened.link.id),
        parts().links.mark(opened.link.id, parts().clock.now() + MARK_LASTS),
        max_age=MARK_LASTS,
        path="/s/",
        secure=parts().settings.base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )


@bp.get("/s/<code>")
def sign(code: str) -> ResponseReturnValue:
    """The jobs of this phone at this place, each with the button that says "I have arrived"."""
    g.reader, g.asked_language = stranger(), request.args.get("lang")
    site = _site_of(plain_code(code))
    here = (one for one in _opened_here() if is_same_place(one.ticket.site, site))
    links = sorted(here, key=lambda one: one.ticket.id)
    if links:
        g.reader = Reader(_language(links[0]), site.time_zone)
    with parts().database.read(site.organisation_id) as rows:
        organisation = rows.get_one(Organisation, site.organisation_id)
    page = render_template(
        "links/sign.html",
        organisation=organisation,
        site=site,
        code=in_groups(plain_code(code)),
        jobs=[_job(one) for one in links],
        language=reader().language,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = assets.PUBLIC_POLICY
    return response


def _site_of(code: str) -> Site:
    """Where this code hangs. 404 for any other; who tries many is slowed down as with links (L18)."""
    with parts().database.read(EVERYONE) as rows:
        site = hanging(rows, code) if len(code) == LETTERS else None
    if site is None:
        reason = forged()
        if isinstance(reason, TooManyForged):
            raise TooManyRequests(retry_after=reason.seconds)
        abort(404)
    return site


def _opened_here() -> Iterator[Opened]:
    """The links of companies that were opened on this phone and still open."""
    now = parts().clock.now()
    marks = [value for name, value in request.cookies.items() if name.startswith(MARK)]
    ids = {parts().links.read_mark(one, now) for one in marks[:MOST_MARKS]}
    with parts().database.read(EVERYONE) as rows:
        found = [queries.opened(rows, one) for one in filter(None, ids)]
    for link in found:
        known = link is not None and parts().links.knows(link.key_fingerprint)
        if link and known and link.party in OF_THE_COMPANY and not is_dead(link):
            yield Opened(link, parts().links.token(link.id, link.key_fingerprint))


def _job(opened: Opened) -> Job:
    with parts().database.read(opened.organisation.id) as rows:
        facts = gather(rows, opened.ticket, opened.dispatch, parts().clock.now())
        act = next((act for act in PROVED if act.open_to(opened.party, facts)), None)
        return Job(opened, sheet(opened, act, facts) if act else None)


def _language(opened: Opened) -> str:
    return g.asked_language if g.asked_language in LANGUAGES else best(opened.language)
