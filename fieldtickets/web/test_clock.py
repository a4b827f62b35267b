"""The clock of tests and simulations: moved by a request, in the test environment only."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from fieldtickets.clock import TestClock
from fieldtickets.web import accounts
from fieldtickets.web.parts import parts

bp = Blueprint("test_clock", __name__)


def install(app: Flask) -> None:
    """There is no such page in any other environment."""
    if app.extensions["fieldtickets"].settings.env == "test":
        accounts.csrf.exempt(bp)
        app.register_blueprint(bp)


@bp.post("/test/clock")
def move() -> Response:
    """{"now": "2026-03-02T10:00:00Z"}: it is that instant; what is due is done before the answer."""
    clock = parts().clock
    given: Any = request.get_json(silent=True)
    try:
        instant = datetime.fromisoformat(given["now"])
    except (TypeError, KeyError, ValueError):
        raise BadRequest from None
    if instant.tzinfo is None or not isinstance(clock, TestClock):
        raise BadRequest
    clock.set(instant)
    fired = parts().rounds.run()
    parts().ring("outbox")
    now = clock.now().astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return jsonify(now=f"{now.isoformat()}Z", fired=fired)
