"""First floor: the providers. Each call carries one message and returns a reference, or says why not.

The exceptions are the four things the outbox can do next: try later, give up on this message,
stop the whole queue, or leave it to a person. Their words may be shown to the manager: they hold no
secret, no link and no phone number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TIMEOUT_SECONDS = 10.0  # well under the lease of a delivery, so that two workers never hold the same one
LONGEST_REASON = 200


class NotSent(Exception):
    """Not this time: the provider was down, slow or busy, and nothing left. Try again later.

    retry_after: seconds that the provider asked for, or None.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.retry_after = reason, retry_after


class Rejected(Exception):
    """Never: this number, address or text is refused, and would be again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OptedOut(Rejected):
    """Whoever has this number told the provider that they want no text messages of ours (M18)."""


class KeyRefused(Exception):
    """The provider does not know us any more: every message would fail, so the queue waits for someone."""


class SenderRefused(KeyRefused):
    """The mail server will not take mails from this sender, whoever they go to."""


class Unclear(Exception):
    """It may have left: the provider took it without a reference, or the line broke before its answer."""


@dataclass(frozen=True)
class SentRef:
    """What the provider calls the message that it took."""

    provider_id: str


@dataclass(frozen=True)
class TextMessage:
    """One SMS. `id` is the delivery's: the provider repeats it in receipts, and knows a second call by it."""

    id: str
    to: str  # E.164
    sender: str  # a number in E.164, or a name of 11 letters and digits; empty: the gateway's own
    text: str = field(repr=False)
    callback: str  # where the provider reports; empty: no receipt wanted


@dataclass(frozen=True)
class MailFile:
    """A file that goes with a mail; `kind` is its media type, like "application/pdf"."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """One mail to one person, its words already in their language."""

    id: str
    to_address: str
    to_name: str
    from_address: str
    from_name: str
    reply_to: str  # empty: answers go to from_address
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    message_id: str
    written_at: datetime  # aware: its Date
    references: tuple[str, ...] = ()  # message ids of the thread, oldest first
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: bytes | None = field(default=None, repr=False)  # an iCalendar object with its METHOD
    files: tuple[MailFile, ...] = ()


def plain_reason(told: object, *secrets: str) -> str:
    """What a provider said, fit for the manager's eyes and the log: one short line.

    Our keys, links, long numbers (phones) and the part of an address before its @ are taken out, since
    providers like to repeat what they refuse.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in str(told)).split())
    for secret in filter(None, secrets):
        line = line.replace(secret, "…")
    line = re.sub(r"/l/\w+", "/l/…", line)
    line = re.sub(r"[^\s<>@]+@", "…@", line)
    line = re.sub(r"\+?\d(?:[ .]?\d){6,}", "…", line)
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1] + "…"
