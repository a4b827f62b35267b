"""The edge: what every request and every response goes through, whichever room answers (N01 to N07).

Rooms may set a header themselves (link pages bring their own content policy); what they leave out is set
here, so that a new page is guarded before it is written.
"""

import secrets
import time
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from fieldtickets.config import HERE, Settings
from fieldtickets.web import errors, logs
from fieldtickets.web.parts import parts

FILES_OF_A_FORM = 20
FIELDS_BYTES = 2_000_000  # of a form, its files left out; a drawn signature is one of them (U03)
PROBES = ("/healthz", "/readyz", "/metrics")  # asked by machines, under whatever name they know
A_YEAR_SECONDS = 31_536_000
DESK_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": DESK_POLICY,
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
}

log = structlog.get_logger("web")


def install(app: Flask) -> None:
    """Put the edge around an application; the first thing that `create_app` does to it."""
    settings: Settings = app.extensions["fieldtickets"].settings
    logs.configure()
    app.config.update(
        MAX_CONTENT_LENGTH=FILES_OF_A_FORM * settings.max_upload_bytes + FIELDS_BYTES,
        MAX_FORM_MEMORY_SIZE=FIELDS_BYTES,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies,
        )
    app.before_request(name_the_request)
    app.before_request(insist_on_the_whole_body)
    app.before_request(refuse_other_hosts)
    app.before_request(refuse_nul)
    app.before_request(insist_on_https)
    app.after_request(protect)
    app.after_request(write_down)
    errors.install(app)
    app.add_url_rule("/robots.txt", "robots", robots)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    if settings.env == "test":
        app.add_url_rule("/test/fault", "fault", fault)


def name_the_request() -> None:
    """Give the request the reference that an error page and every line of the log carry (N04)."""
    g.started, g.reference = time.perf_counter(), secrets.token_hex(4)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(reference=g.reference)


def insist_on_the_whole_body() -> None:
    """Refuse a body of which less comes than was announced: half an answer is none (R06).

    Gunicorn says that it ends every body itself; werkzeug then takes a cut line for the end of the form.
    An empty announcement is none (PEP 3333), where werkzeug reads a length of nought.
    """
    if request.environ.get("CONTENT_LENGTH") and request.content_length is not None:
        request.environ.pop("wsgi.input_terminated", None)


def refuse_other_hosts() -> ResponseReturnValue | None:
    """Answer only under the name that links carry, whatever the request calls us (N01)."""
    settings = parts().settings
    known = [urlsplit(settings.base_url).hostname or "", *(() if settings.is_public else HERE)]
    if request.path in PROBES or host_is_trusted(request.environ.get("HTTP_HOST"), known):
        return None
    return Response("This service is not known under this name.\n", 400, mimetype="text/plain")


def refuse_nul() -> None:
    """No address of ours has a NUL in it, and no database takes one (X04).

    Whatever is not a link gets the page of its room, which asks no database (L02 to L06).
    """
    if "\0" in request.path and not request.path.startswith("/l/"):
        raise NotFound
    if b"%00" in request.query_string or b"\0" in request.query_string:
        raise BadRequest


def insist_on_https() -> ResponseReturnValue | None:
    """Send a browser that a trusted proxy let in over plain HTTP to HTTPS (S08)."""
    settings = parts().settings
    plain = settings.trusted_proxies and "X-Forwarded-Proto" in request.headers and not request.is_secure
    if plain and settings.base_url.startswith("https:") and request.path not in PROBES:
        return redirect(settings.base_url + request.full_path.rstrip("?"), 308)
    return None


def protect(response: Response) -> Response:
    """The headers that a room did not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if parts().settings.base_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR_SECONDS}")
    return response


def write_down(response: Response) -> Response:
    """One line for each request: the page and how it went, not what was in it (Y05)."""
    log.info(
        "request",
        method=request.method,
        path=request.path,
        page=request.endpoint,
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
        user=g.user.id if "user" in g else None,
        organisation=g.get("organisation_id"),
    )
    return response


def robots() -> Response:
    """Nothing here is for search engines (G08)."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


def favicon() -> ResponseReturnValue:
    """Browsers ask for it by themselves."""
    return current_app.send_static_file("src/favicon.svg")


def fault() -> ResponseReturnValue:
    """A page that fails, so that tests can see what a fault looks like (N04)."""
    raise RuntimeError("a fault on purpose, and something +33612345678 typed")
