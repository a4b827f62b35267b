"""Receipts of text gateways: ours with the secret of its address, Twilio's with its signature (M17)."""

import re

import structlog
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound, Unauthorized

from fieldtickets.outbox import take_receipt
from fieldtickets.senders.twilio import signed_by_twilio, twilio_receipt, twilio_token
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import LARGEST_ID
from fieldtickets.web import accounts
from fieldtickets.web.parts import parts

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")
OUR_ID = re.compile(r"\d{1,16}")
STATUSES = ("delivered", "failed")

log = structlog.get_logger("callbacks")


def install(app: Flask) -> None:
    """Receipts come from programs: they carry a proof of their own instead of a form token."""
    accounts.csrf.exempt(bp)
    app.register_blueprint(bp)


@bp.post("/sms/<secret>")
def sms(secret: str) -> Response:
    """One receipt; 401 without the secret, else 204 whatever it says."""
    if not parts().links.opens_receipts(secret):
        raise Unauthorized
    if request.form:
        _require_twilio()
        return _twilio(request.form.to_dict())
    said = request.get_json(silent=True)
    if isinstance(said, dict):
        _note(str(said.get("id", "")), str(said.get("status", "")), str(said.get("reason") or ""))
    return Response(status=204)


def _require_twilio() -> None:
    """Raise Unauthorized unless the form is signed with the account's token."""
    settings = parts().settings
    if not (settings.sms_url or "").startswith("twilio:"):
        raise NotFound
    address = settings.base_url + request.full_path.rstrip("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    if not signed_by_twilio(twilio_token(settings.sms_url or ""), address, request.form.to_dict(), signature):
        raise Unauthorized


def _twilio(fields: dict[str, str]) -> Response:
    """A receipt in Twilio's words; it may name the message by its own id only."""
    receipt = twilio_receipt(fields)
    if receipt is not None:
        status, reason = receipt
        _note(request.args.get("id", ""), status, reason)
    return Response(status=204)


def _note(delivery_id: str, status: str, reason: str) -> None:
    """Write down what became of a message; what we do not know is only logged."""
    known = False
    ours = OUR_ID.fullmatch(delivery_id) and int(delivery_id) <= LARGEST_ID
    if ours and status in STATUSES:
        links, now = parts().links, parts().clock.now()
        known = parts().database.attempt(
            EVERYONE, lambda session: take_receipt(session, links, int(delivery_id), status, reason, now)
        )
    if not known:
        log.warning("receipt not understood", delivery=delivery_id[:20], status=status[:20])
    elif status == "failed":
        parts().ring("outbox")
