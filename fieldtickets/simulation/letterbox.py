"""The letterbox: gateways that hand every message to the person it is for, and send nothing to anybody."""

import re
from collections import Counter
from dataclasses import dataclass, field

from fieldtickets.senders import Mail, SentRef, TextMessage
from fieldtickets.senders.email import DemoMail, MailGateway
from fieldtickets.senders.sms import SmsGateway

WRITTEN = 8
LINK = re.compile(r"/l/(\w+)")


@dataclass(frozen=True, order=True)
class Arrived:
    """A message as its reader has it: where it came, what it says, and the token of the link in it."""

    address: str
    words: str  # the link left out
    token: str = field(compare=False)


@dataclass
class Letterbox:
    """What has arrived and was not opened yet.

    copies: how often each delivery was handed over, by its id. dead: numbers that do not exist.
    """

    dead: frozenset[str] = frozenset()
    arrived: list[Arrived] = field(default_factory=list)
    copies: Counter[int] = field(default_factory=Counter)
    unknown: list[int] = field(default_factory=list)

    def texts(self, _sms_url: str) -> SmsGateway:
        """Opens the gateway of text messages, whatever the settings say."""
        return _Texts(self)

    def mails(self, _smtp_url: str) -> MailGateway:
        """Opens the gateway of mails, whatever the settings say."""
        return _Mails(self)

    def take(self, delivery: str, address: str, words: str) -> None:
        """One message is there; one to a dead number is only known to have failed later."""
        self.copies[int(delivery)] += 1
        if address in self.dead:
            self.unknown.append(int(delivery))
        elif (link := LINK.search(words)) is not None:
            self.arrived.append(Arrived(address, LINK.sub("", words), link[1]))

    def emptied(self) -> list[Arrived]:
        """All that arrived since the last time, in an order that does not depend on who sent first."""
        taken, self.arrived = sorted(self.arrived), []
        return taken

    def failed(self) -> list[int]:
        """Deliveries of which the network has just said that they cannot arrive."""
        taken, self.unknown = sorted(self.unknown), []
        return taken


class _Texts:
    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    def __call__(self, message: TextMessage) -> SentRef:
        self._letterbox.take(message.id, message.to, message.text)
        return SentRef(f"simulated-{message.id}")

    def check(self) -> None:
        """Nothing to reach."""


class _Mails(DemoMail):
    """Writes one mail in so many whole, as it would leave: most of a mail's cost is its headers."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    def send(self, mail: Mail) -> SentRef:
        self._letterbox.take(mail.id, mail.to_address, mail.text)
        return SentRef(f"simulated-{mail.id}") if int(mail.id) % WRITTEN else super().send(mail)
