"""The letterbox: gateways that hand every message to the person it is for, and send nothing to anybody."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fieldtickets.senders import Mail, SentRef, TextMessage
from fieldtickets.senders.email import DemoMail, MailGateway
from fieldtickets.senders.sms import SmsGateway
from fieldtickets.simulation.outages import Outage
from fieldtickets.simulation.people import NEIGHBOUR

WRITTEN = 8
LINK = re.compile(r"/l/(\w+)")


@dataclass(frozen=True, order=True)
class Arrived:
    """A message as its reader has it: where it came, what it says, and the token of the link in it."""

    address: str
    words: str  # the link left out
    token: str = field(compare=False)


@dataclass(frozen=True, order=True)
class Receipt:
    """What the network says later of a delivery."""

    delivery: int
    status: str
    reason: str = ""


@dataclass
class Letterbox:
    """What has arrived and was not opened yet.

    now: tells the time. dead: numbers that do not exist. outages: of the gateways.
    copies: how often each delivery was handed over, by its id. marked: those that tell of the neighbour.
    """

    now: Callable[[], datetime]
    dead: frozenset[str] = frozenset()
    outages: Sequence[Outage] = ()
    arrived: list[Arrived] = field(default_factory=list)
    copies: Counter[int] = field(default_factory=Counter)
    said: list[Receipt] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)

    def texts(self, _sms_url: str) -> SmsGateway:
        """Opens the gateway of text messages, whatever the settings say."""
        return _Texts(self)

    def mails(self, _smtp_url: str) -> MailGateway:
        """Opens the gateway of mails, whatever the settings say."""
        return _Mails(self)

    def take(self, channel: str, delivery: int, address: str, words: str, wrapping: str = "") -> None:
        """One message is there. Raises what the gateway does in an outage.

        wrapping: what is written around the words of a mail.
        """
        if NEIGHBOUR in words or NEIGHBOUR in wrapping:
            self.marked.add(delivery)
        outage = self._outage(channel)
        if outage is None:
            self._deliver(delivery, address, words)
            return
        if outage.takes(delivery):
            self._deliver(delivery, address, words)
            if channel == "sms" and address not in self.dead:
                self.said.append(Receipt(delivery, "delivered"))
        raise outage.refusal(delivery)

    def _outage(self, channel: str) -> Outage | None:
        now = self.now()
        return next((one for one in self.outages if one.channel == channel and one.lasts(now)), None)

    def _deliver(self, delivery: int, address: str, words: str) -> None:
        """A message to a dead number is only known to have failed later."""
        self.copies[delivery] += 1
        if address in self.dead:
            self.said.append(Receipt(delivery, "failed", "unknown number"))
        elif (link := LINK.search(words)) is not None:
            self.arrived.append(Arrived(address, LINK.sub("", words), link[1]))

    def emptied(self) -> list[Arrived]:
        """All that arrived since the last time, in an order that does not depend on who sent first."""
        taken, self.arrived = sorted(self.arrived), []
        return taken

    def receipts(self) -> list[Receipt]:
        """What the network has said since the last time."""
        taken, self.said = sorted(self.said), []
        return taken


class _Texts:
    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    def __call__(self, message: TextMessage) -> SentRef:
        self._letterbox.take("sms", int(message.id), message.to, message.text)
        return SentRef(f"simulated-{message.id}")

    def check(self) -> None:
        """Nothing to reach."""


class _Mails(DemoMail):
    """Writes one mail in so many whole, as it would leave: most of a mail's cost is its headers."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    def send(self, mail: Mail) -> SentRef:
        wrapping = f"{mail.from_name} {mail.to_name} {mail.subject} {mail.html} {mail.reply_to}"
        self._letterbox.take("email", int(mail.id), mail.to_address, mail.text, wrapping)
        return SentRef(f"simulated-{mail.id}") if int(mail.id) % WRITTEN else super().send(mail)
