"""The API: the same rules as the pages, for programs; a bearer token says for which organisation."""

import hashlib
from collections.abc import Mapping

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized, UnsupportedMediaType

from fieldtickets.domain.parties import Party, Role
from fieldtickets.domain.words import _
from fieldtickets.language import LANGUAGES, Reader
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import ApiToken, Organisation
from fieldtickets.web.accounts import csrf
from fieldtickets.web.api import problems, routes
from fieldtickets.web.api.problems import Problem
from fieldtickets.web.parts import parts

bp = Blueprint("api", __name__, url_prefix="/api/v1")
IN_ENGLISH = "en"
ACTING = "api.acts_do"  # which looks itself whose side an act is on
LARGEST_JSON_BYTES = 1_000_000  # files travel in multipart
BODIES = ("application/json", "multipart/form-data")

problems.install(bp)
routes.install(bp)


@bp.before_request
def open_to_programs() -> None:
    """Let through who holds a token of an organisation; all else is 401 before any look-up (W01)."""
    if request.routing_exception is not None:
        return
    g.reader = Reader(_language())
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = _token(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if token is None:
        raise Unauthorized(_("Send a valid API token as: Authorization: Bearer …"))
    g.api_token, g.organisation_id, g.role = token, token.organisation_id, Role(token.role)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        if g.role.party is None or (g.role.party is not Party.MANAGER and request.endpoint != ACTING):
            raise Forbidden(_("The role of this token only reads."))
        if request.content_length and request.mimetype not in BODIES:
            raise UnsupportedMediaType
        _read_body()


def _language() -> str:
    """The language of refusals: the one asked for, else English; what is shown of tickets keeps its own."""
    return request.accept_languages.best_match([IN_ENGLISH, *LANGUAGES]) or IN_ENGLISH


def _read_body() -> None:
    """Raise Problem for a body of JSON that is not one object; 413 for one that nobody would write (X11)."""
    if request.is_json:
        request.max_content_length = LARGEST_JSON_BYTES
    if request.is_json and request.get_data(cache=True):
        try:
            body = request.get_json()
        except (BadRequest, RecursionError):
            body = None
        if not isinstance(body, Mapping):
            raise Problem(400, "body", _("Send one JSON object."))


def _token(secret: str) -> ApiToken | None:
    digest = hashlib.sha256(secret.encode()).hexdigest()
    with parts().database.read(EVERYONE) as session:
        token = session.scalars(
            select(ApiToken).where(ApiToken.digest == digest, ApiToken.revoked_at.is_(None))
        ).one_or_none()
        if token is not None:
            organisation = session.get_one(Organisation, token.organisation_id)
            g.organisation = organisation
            g.reader = Reader(g.reader.language, organisation.time_zone)
        return token


def install(app: Flask) -> None:
    """Register the API, its document and the page that shows it."""
    csrf.exempt(bp)  # a bearer token is no cookie
    app.register_blueprint(bp)
    app.add_url_rule("/api/v1/openapi.json", "api_document", document)
    app.add_url_rule("/api/docs", "api_docs", show_document)


def document() -> Response:
    """What programs may ask and what they get, as OpenAPI 3.1."""
    return jsonify(routes.drawn(current_app))


def show_document() -> str:
    """The document as a page, without anybody else's scripts."""
    return render_template("api/docs.html", document=routes.drawn(current_app))
