"""Twilio's text messages, or any service compatible with them.

    twilio://<account sid>:<auth token>@<number, sender name or MG… messaging service>
    …?api=http://127.0.0.1:9000      another base address, for tests and compatible services

Source: Twilio's documentation, "Messages resource" and its list of errors.
"""

from urllib.parse import parse_qs, unquote, urlsplit

from requests.auth import HTTPBasicAuth

from fieldtickets.senders import NotSent, OptedOut, SentRef, TextMessage, Unclear
from fieldtickets.senders.http import NoAnswer, Provider, json_object, refuse, said
from fieldtickets.senders.twilio_callbacks import OPTED_OUT, twilio_token

API = "https://api.twilio.com"
QUEUE_FULL = 21611  # a 400 that is only "later": the sender's own queue holds ten hours of messages


class TwilioGateway:
    """Twilio does not know a second call by our id, so one that got no answer is not made again."""

    def __init__(self, sms_url: str, timeout_seconds: float) -> None:
        parts = urlsplit(sms_url)
        sid, token = unquote(parts.username or ""), twilio_token(sms_url)
        self._sender = unquote(parts.netloc.rpartition("@")[2])  # as typed: `hostname` would lower a name
        base = parse_qs(parts.query).get("api", [API])[0].rstrip("/")
        self._account = f"{base}/2010-04-01/Accounts/{sid}"
        self._provider = Provider(HTTPBasicAuth(sid, token), (token, sid), timeout_seconds)

    def __call__(self, message: TextMessage) -> SentRef:
        try:
            response = self._provider.call("POST", f"{self._account}/Messages.json", data=self._form(message))
        except NoAnswer as silence:
            raise Unclear(silence.reason) from None
        body, reason = json_object(response), self._provider.reason(said(response, "message"))
        code = body.get("code")
        if code == QUEUE_FULL:
            raise NotSent(f"{code}: {reason}")
        if code == OPTED_OUT:
            raise OptedOut(f"{code}: {reason}")
        refuse(response, f"{code} {reason}" if code else reason)
        sid = body.get("sid")
        if not isinstance(sid, str) or not sid:
            raise Unclear("the message was taken but got no sid")
        return SentRef(sid)

    def _form(self, message: TextMessage) -> dict[str, str]:
        sender = message.sender or self._sender
        form = {"To": message.to, "Body": message.text}
        form["MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From"] = sender
        if message.callback:
            form["StatusCallback"] = message.callback
        return form

    def check(self) -> None:
        response = self._provider.call("GET", f"{self._account}.json")
        refuse(response, self._provider.reason(said(response, "message")))
