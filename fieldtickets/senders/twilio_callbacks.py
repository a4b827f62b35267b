"""What Twilio tells us of its own accord: signed with the account's token, and a status in its words.

Source: Twilio's documentation, "Outbound message status in status callbacks" and "Validating requests".
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

OPTED_OUT = 21610  # the recipient answered STOP, and Twilio kept the answer to itself
DELIVERED, FAILED = ("delivered", "read"), ("failed", "undelivered", "canceled")


def twilio_token(sms_url: str) -> str:
    """The auth token of a twilio:// URL: it signs what Twilio sends us."""
    return unquote(urlsplit(sms_url).password or "")


def twilio_signature(token: str, url: str, params: Mapping[str, str | Iterable[str]]) -> str:
    """What X-Twilio-Signature must be for a form posted to `url`, its query included.

    HMAC-SHA1 over the address and every field, sorted by name; several values of one field count once
    each, sorted. Compare with hmac.compare_digest, or use `signed_by_twilio`.
    """
    signed = url
    for name in sorted(params):
        values = params[name]
        for value in [values] if isinstance(values, str) else sorted(set(values)):
            signed += name + value
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def signed_by_twilio(
    token: str, url: str, params: Mapping[str, str | Iterable[str]], signature: str | None
) -> bool:
    """Whether this callback comes from who holds the token; never with an empty token."""
    wanted = twilio_signature(token, url, params)
    return bool(token) and hmac.compare_digest(wanted.encode(), (signature or "").encode())


def twilio_receipt(params: Mapping[str, str]) -> tuple[str, str] | None:
    """A status callback as ("delivered" | "failed" | "stopped", reason); None while it is on its way."""
    status = params.get("MessageStatus", "")
    if status in DELIVERED:
        return "delivered", ""
    if status in FAILED:
        code = params.get("ErrorCode") or status
        return "stopped" if code == str(OPTED_OUT) else "failed", f"Twilio {code}"
    return None
