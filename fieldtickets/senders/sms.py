"""Text messages: one call to one gateway, chosen by SMS_URL.

http+json://host/path?token=…      any gateway that speaks docs/interface.md (https+json:// with TLS)
twilio://sid:token@number          Twilio, or what is compatible with it
demo:                              takes everything and sends nothing
"""

from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from fieldtickets.senders import TIMEOUT_SECONDS, SentRef, TextMessage, Unclear
from fieldtickets.senders.http import Bearer, Provider, json_object, refuse, said
from fieldtickets.senders.twilio import TwilioGateway

ASKED_FOR_NOTHING_AND_YET_REFUSED = (401, 403, 500, 502, 503, 504)  # 404, 405, 501: it is there, and awake


class SmsGateway(Protocol):
    """Call it with a message to send it; `check` makes a call that sends nothing."""

    def __call__(self, message: TextMessage) -> SentRef:
        """Hand one message over. Raises NotSent, Rejected, KeyRefused or Unclear."""

    def check(self) -> None:
        """Raises NotSent if the gateway is out of reach, KeyRefused if it does not know us."""


def sms_gateway(sms_url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> SmsGateway:
    """The gateway that this SMS_URL means. Raises ValueError for a scheme that nobody serves."""
    scheme = urlsplit(sms_url).scheme
    if scheme == "demo":
        return DemoGateway()
    if scheme == "twilio":
        return TwilioGateway(sms_url, timeout_seconds)
    if scheme in ("http+json", "https+json"):
        return JsonGateway(sms_url, timeout_seconds)
    raise ValueError("SMS_URL begins with http+json://, https+json://, twilio:// or is demo:")


class DemoGateway:
    """Takes every message; the demo's inbox shows what would have left."""

    def __call__(self, message: TextMessage) -> SentRef:
        return SentRef(f"demo-{message.id}")

    def check(self) -> None:
        """Nothing to reach."""


class JsonGateway:
    """A gateway that takes our JSON; it knows a message that comes twice by its id.

    The `token` of the URL travels as `Authorization: Bearer`; other parameters stay in the address.
    """

    def __init__(self, sms_url: str, timeout_seconds: float) -> None:
        parts = urlsplit(sms_url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        token = dict(query).get("token", "")
        kept = urlencode([(name, value) for name, value in query if name != "token"])
        self._url = parts._replace(scheme=parts.scheme.removesuffix("+json"), query=kept).geturl()
        self._provider = Provider(Bearer(token), (token,), timeout_seconds)

    def __call__(self, message: TextMessage) -> SentRef:
        response = self._provider.call(
            "POST",
            self._url,
            json={
                "id": message.id,
                "to": message.to,
                "from": message.sender,
                "text": message.text,
                "callback": message.callback,
            },
        )
        refuse(response, self._provider.reason(said(response, "reason", "error", "message", "detail")))
        given = json_object(response).get("id")
        if not isinstance(given, str | int) or not str(given).strip():
            raise Unclear("the gateway took the message but gave no id")
        return SentRef(str(given))

    def check(self) -> None:
        response = self._provider.call("OPTIONS", self._url)
        if response.status_code in ASKED_FOR_NOTHING_AND_YET_REFUSED:
            refuse(response, self._provider.reason(response.reason))
