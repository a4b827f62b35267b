"""A real SMS gateway on loopback: our JSON and Twilio's form, with numbers that misbehave on purpose.

    with FakeSmsGateway() as gateway:
        send = sms_gateway(gateway.url)      # or gateway.twilio_url
        ...
        gateway.texts                        # every message that came, oldest first
        gateway.post_receipts()              # post the receipts owed, now

A number of `Number` has the fate of its name; any other is delivered.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl

import requests

from fieldtickets.senders.twilio_callbacks import twilio_signature

TOKEN = "gateway-token"
SID, AUTH_TOKEN, SENDER = "AC" + "0" * 32, "twilio-token", "Lavigne"


class Number(StrEnum):
    """Numbers that nobody has (06 39 98 is kept for fiction), each with its fate."""

    DELIVERED = "+33639989900"
    BUSY = "+33639989901"  # 503
    UNDELIVERED = "+33639989902"  # taken, then a receipt says failed
    BAD_NUMBER = "+33639989903"  # 400
    BROKEN = "+33639989904"  # 500
    SILENT = "+33639989905"  # taken, and never a receipt
    SLOW = "+33639989906"  # no answer before the gateway stops
    TWICE = "+33639989907"  # delivered, and says so twice
    TOO_MANY = "+33639989908"  # 429 with Retry-After: 17
    KEY_REVOKED = "+33639989909"  # 401
    GARBAGE = "+33639989910"  # 200 without JSON
    NO_ID = "+33639989911"  # 200, JSON, no id
    HANGS_UP = "+33639989912"  # closes the line without an answer
    ELSEWHERE = "+33639989913"  # 302 to another host
    CUT = "+33639989914"  # 200, and half of the answer
    LATE = "+33639989915"  # delivered, once `answer_the_late` is set
    OPTED_OUT = "+33639989916"  # 400: answered STOP, which the gateway kept to itself
    COMPLAINED = "+33639989917"  # taken, then a receipt says stopped


REFUSALS = {
    Number.BUSY: (503, 20503),
    Number.BAD_NUMBER: (400, 21614),
    Number.OPTED_OUT: (400, 21610),
    Number.BROKEN: (500, 20500),
    Number.TOO_MANY: (429, 20429),
    Number.KEY_REVOKED: (401, 20003),
    Number.ELSEWHERE: (302, 0),
}
FATES = {
    Number.UNDELIVERED: ["failed"],
    Number.TWICE: ["delivered"] * 2,
    Number.SILENT: [],
    Number.COMPLAINED: ["stopped"],
}
TWILIO_SAYS = {
    "delivered": {"MessageStatus": "delivered"},
    "failed": {"MessageStatus": "failed", "ErrorCode": "30003"},
    "stopped": {"MessageStatus": "undelivered", "ErrorCode": "21610"},
}


@dataclass(frozen=True)
class Text:
    """One message as it came; `id` is ours, or the one given when the caller has none (Twilio)."""

    id: str
    to: str
    sender: str
    text: str
    callback: str
    path: str
    authorization: str


@dataclass(frozen=True)
class Receipt:
    """What the gateway posts to a callback: JSON, or a form signed as Twilio does."""

    url: str
    fields: dict[str, str]
    is_form: bool = False

    @property
    def headers(self) -> dict[str, str]:
        if not self.is_form:
            return {}
        return {"X-Twilio-Signature": twilio_signature(AUTH_TOKEN, self.url, self.fields)}

    def post(self) -> None:
        """Post it over the network, as a gateway would."""
        content = {"data": self.fields} if self.is_form else {"json": self.fields}
        requests.post(self.url, headers=self.headers, timeout=10, **content).raise_for_status()


class FakeSmsGateway:
    """Listens on a free port while inside `with`."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.owed: list[Receipt] = []
        self.is_down = False  # set it, and every call gets 503
        self.key_is_revoked = False  # set it, and every call gets 401
        self.stopping = threading.Event()
        self.answer_the_late = threading.Event()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answering_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.answer_the_late.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The SMS_URL for our own JSON."""
        return f"http+json://{self.base}/send?token={TOKEN}"

    @property
    def twilio_url(self) -> str:
        """The SMS_URL for Twilio's form."""
        return f"twilio://{SID}:{AUTH_TOKEN}@{SENDER}?api=http://{self.base}"

    def post_receipts(self, post: Callable[[Receipt], object] = Receipt.post) -> None:
        """Post what is owed, in order, and owe nothing more."""
        owed, self.owed = self.owed, []
        for receipt in owed:
            post(receipt)

    def status_of(self, text: Text) -> tuple[int, int]:
        """The HTTP status that this message gets, and Twilio's number for it."""
        if self.is_down:
            return REFUSALS[Number.BUSY]
        if self.key_is_revoked or text.authorization not in (f"Bearer {TOKEN}", BASIC):
            return REFUSALS[Number.KEY_REVOKED]
        return next((refusal for number, refusal in REFUSALS.items() if number == text.to), (200, 0))


BASIC = "Basic " + b64encode(f"{SID}:{AUTH_TOKEN}".encode()).decode()


def _answering_for(gateway: FakeSmsGateway) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"gateway": gateway})


class _Handler(BaseHTTPRequestHandler):
    gateway: FakeSmsGateway
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        text = self._read()
        self.gateway.texts.append(text)
        if text.to == Number.SLOW:
            self.gateway.stopping.wait()
        if text.to == Number.LATE:
            self.gateway.answer_the_late.wait()
        if text.to in (Number.SLOW, Number.HANGS_UP):
            self.close_connection = True
            return
        status, code = self.gateway.status_of(text)
        if status == 200:
            self._take(text)
        else:
            said = f"the number {text.to} and the key {text.authorization} displease"
            self._answer(status, json.dumps({"reason": said, "message": said, "code": code}))

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == BASIC and not self.gateway.key_is_revoked
        self._answer(200 if known else 401, "{}")

    def do_OPTIONS(self) -> None:
        known = self.headers["Authorization"] == f"Bearer {TOKEN}" and not self.gateway.key_is_revoked
        self._answer(405 if known else 401, "")

    @property
    def is_twilio(self) -> bool:
        return self.path == f"/2010-04-01/Accounts/{SID}/Messages.json"

    def _read(self) -> Text:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        common = {"path": self.path, "authorization": self.headers["Authorization"] or ""}
        if self.is_twilio:
            form, sid = dict(parse_qsl(body)), f"SM{len(self.gateway.texts):032d}"
            callback = form.get("StatusCallback", "")
            return Text(sid, form["To"], form["From"], form["Body"], callback, **common)
        given = json.loads(body)
        return Text(given["id"], given["to"], given["from"], given["text"], given["callback"], **common)

    def _take(self, text: Text) -> None:
        self.gateway.owed += [self._receipt(text, status) for status in FATES.get(text.to, ["delivered"])]
        if text.to == Number.GARBAGE:
            self._answer(200, "<html>thank you</html>")
        elif text.to == Number.NO_ID:
            self._answer(200, '{"status": "queued"}')
        elif text.to == Number.CUT:
            self._answer(200, '{"id"', length=500)
        elif self.is_twilio:
            self._answer(201, json.dumps({"sid": text.id, "status": "queued"}))
        else:
            self._answer(200, json.dumps({"id": f"gateway-{text.id}"}))

    def _receipt(self, text: Text, status: str) -> Receipt:
        if not self.is_twilio:
            reason = "absent subscriber" if status == "failed" else ""
            return Receipt(text.callback, {"id": text.id, "status": status, "reason": reason})
        return Receipt(text.callback, {"MessageSid": text.id, **TWILIO_SAYS[status]}, True)

    def _answer(self, status: int, body: str, length: int | None = None) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "17")
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
        self.close_connection = length is not None

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at `texts`."""
