"""What text gateways tell us: receipts (M17), and what somebody answered to a text message (M18).

A receipt brings the secret of its address, an answer the bearer token of the settings; Twilio signs both.
"""

import hmac
import re

import structlog
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound, Unauthorized

from fieldtickets.outbox import take_answer, take_receipt
from fieldtickets.phones import normalise
from fieldtickets.senders.twilio_callbacks import signed_by_twilio, twilio_receipt, twilio_token
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import LARGEST_ID
from fieldtickets.web import accounts
from fieldtickets.web.parts import parts

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")
inbound = Blueprint("inbound", __name__, url_prefix="/inbound")
OUR_ID = re.compile(r"\d{1,16}")
STATUSES = ("delivered", "failed", "stopped")
LONGEST_WORD = 200  # of an answer; what is longer is none that a program understands

log = structlog.get_logger("callbacks")


def install(app: Flask) -> None:
    """They come from programs, with a proof of their own instead of a form token."""
    for room in (bp, inbound):
        accounts.csrf.exempt(room)
        app.register_blueprint(room)


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
    elif status != "delivered":
        parts().ring("outbox")


@inbound.post("/sms")
def answered() -> Response:
    """One text message that somebody sent us; 401 without the token, else 204 whatever it says."""
    if request.form:
        _require_twilio()
        _answer(request.form.get("From", ""), request.form.get("Body", ""))
        return Response(status=204)
    token = parts().settings.inbound_token
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Unauthorized
    said = request.get_json(silent=True)
    if isinstance(said, dict):
        _answer(str(said.get("from", "")), str(said.get("text", "")))
    return Response(status=204)


def _answer(number: str, text: str) -> None:
    """Do what it asks for, STOP or START; whoever wants to say more does so through the link (I04)."""
    settings, links, now = parts().settings, parts().links, parts().clock.now()
    try:
        phone = normalise(number, settings.phone_countries[0], settings.phone_countries)
    except ValueError:
        log.warning("text message from a number that we do not write to")
        return
    understood = parts().database.attempt(
        EVERYONE, lambda session: take_answer(session, links, phone, text[:LONGEST_WORD], now)
    )
    if understood:
        parts().ring("outbox")
    else:
        log.warning("text message not understood")
