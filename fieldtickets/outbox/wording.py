"""The words of a message, in its reader's language, from the act that owes it (S052, M16).

A text message fits one segment of GSM-7: what people typed is transliterated, cut to the room it has,
and carries no address that a phone would make clickable; our link comes last and is never cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldtickets.domain.acts import Notice
from fieldtickets.domain.sms_text import cut, defuse_links, gsm
from fieldtickets.domain.words import Message
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import told
from fieldtickets.language import Reader, say
from fieldtickets.outbox.accounts import ACCOUNT, ACCOUNT_MAILS
from fieldtickets.store.models import Delivery

ROOM = {"organisation": 20, "problem": 30, "town": 18, "who": 18, "subcontractor": 18}  # septets
LEAST_ROOM = 14
NO_LINK = "…"  # in the copy that is kept: a link is never stored


@dataclass(frozen=True)
class Wording:
    """A message as its reader reads it; the link is put in by whoever sends it."""

    notice: Notice
    reader: Reader
    values: Mapping[str, Any]

    def sms(self, link: str) -> str:
        """The text message with this link at its end."""
        reader = Reader(self.reader.language, self.reader.zone, short=True)
        values = {name: _fitted(name, value) for name, value in self.values.items()}
        return gsm(say(self.notice.sms, reader, **{**values, "link": link}))

    @property
    def subject(self) -> str:
        """The subject of the mail: one line, whatever people typed."""
        return " ".join(say(self.notice.subject, self.reader, **self.values).split())

    @property
    def sentence(self) -> str:
        """What the mail says."""
        return say(self.notice.email, self.reader, **self.values)

    @property
    def button(self) -> str:
        """The words on its button."""
        return say(self.notice.button, self.reader)

    def say(self, message: str, **values: object) -> str:
        """Another sentence for the same reader."""
        return say(message, self.reader, **values)


def wording(delivery: Delivery) -> Wording:
    """The words of a delivery."""
    reader = Reader(delivery.language, delivery.zone)
    if delivery.act.startswith(ACCOUNT):
        return Wording(ACCOUNT_MAILS[delivery.act.removeprefix(ACCOUNT)], reader, delivery.words)
    act = ACTS[delivery.act]
    notice = act.notices[delivery.notice]
    values = told(act, delivery.words, notice.sms, notice.subject, notice.email)
    return Wording(notice, reader, values)


def _fitted(name: str, value: object) -> object:
    """What somebody typed, fit for a text message; our own sentences and dates pass as they are."""
    if not isinstance(value, str) or isinstance(value, Message):
        return value
    return cut(defuse_links(gsm(value)), ROOM.get(name, LEAST_ROOM))
