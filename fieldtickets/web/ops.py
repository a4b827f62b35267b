"""Pages for machines: alive, ready, and how much waits. No account, no cookie, nothing of anybody."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from fieldtickets.web import metrics
from fieldtickets.web.health import checks, trouble
from fieldtickets.web.parts import parts

bp = Blueprint("ops", __name__)


def install(app: Flask) -> None:
    """Register the pages; every request of the application is counted from here on."""
    app.register_blueprint(bp)
    app.after_request(metrics.count)


@bp.get("/healthz")
def alive() -> Response:
    """This process answers; it asks nothing of anybody else, so that a restart can cure what it says."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether requests can be served: each part, and what is wrong with it."""
    found = {name: trouble(check) for name, check in checks(parts()).items()}
    status = 503 if any(found.values()) else 200
    return jsonify({name: reason or "well" for name, reason in found.items()}), status


@bp.get("/metrics")
def show_metrics() -> Response:
    """For Prometheus: with METRICS_TOKEN as its bearer token; without one, from this machine alone."""
    token = parts().settings.metrics_token
    if token is None and not _is_from_here():
        return Response("Set FIELDTICKETS_METRICS_TOKEN.\n", 403, mimetype="text/plain")
    if token is not None and not _holds(token):
        challenge = {"WWW-Authenticate": "Bearer"}
        return Response("Send the metrics token.\n", 401, challenge, mimetype="text/plain")
    return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _holds(token: str) -> bool:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _is_from_here() -> bool:
    """From loopback, and not through a proxy that stands there: that one speaks for anybody."""
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    try:
        return ip_address(request.remote_addr or "").is_loopback and not passed_on
    except ValueError:
        return False
