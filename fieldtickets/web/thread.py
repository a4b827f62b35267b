"""What the pages of a ticket share: one entry of its thread, and its place on a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from fieldtickets.domain.acts import Act
from fieldtickets.domain.words import Message
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.report import DETAILS
from fieldtickets.exchanges.signature import Drawing, drawing
from fieldtickets.exchanges.texts import line, revived, told, words_of
from fieldtickets.store.models import Attachment, Site
from fieldtickets.store.queries.links import Said
from fieldtickets.web.speech import reader

WORTH_TELLING = timedelta(minutes=1)  # between an answer and its arrival
MAPS = "https://www.google.com/maps/search/?api=1&query="  # opens the telephone's own choice of map


@dataclass(frozen=True)
class Entry:
    """One line of the thread: who, when, what; the words and files that came with it."""

    said: Said
    files: Sequence[Attachment]
    mine: bool
    for_us: bool = True  # whether its comment was written for this party too

    @property
    def act(self) -> Act:
        return ACTS[self.said.act]

    @property
    def line(self) -> str:
        """The sentence that the act left, in the reader's language."""
        return line(self.act, told(self.act, self.said.content or {}), reader())

    @property
    def who(self) -> str:
        return str((self.said.content or {}).get("who", ""))

    @property
    def words(self) -> str:
        """What the person wrote, as message or as comment to this party."""
        answer = (self.said.content or {}).get("answer", {})
        written = answer.get("comment", answer.get("done", ""))
        return self.said.body or (str(written) if self.for_us else "")

    @property
    def details(self) -> list[Message]:
        """What a report says besides, each in a sentence (S095)."""
        answer = (self.said.content or {}).get("answer", {}) if self.for_us else {}
        values = words_of(self.act, answer)
        return [says.given(value=values[name]) for name, says in DETAILS.items() if name in values]

    @property
    def signature(self) -> Drawing | None:
        """The signature that came with it."""
        strokes = (self.said.content or {}).get("answer", {}).get("signature")
        return drawing(strokes) if strokes else None

    @property
    def declared_at(self) -> datetime | None:
        """When it was answered, where the phone had no network for a while (T07)."""
        declared = self.said.declared_at
        return declared if declared and self.said.at - declared > WORTH_TELLING else None

    @property
    def appointment(self) -> datetime | None:
        """The date that this act made or changed, for acts that answer with one; a proposal is none yet."""
        content = self.said.content or {}
        if content.get("slots"):
            return None
        dated = {"time", "slot"} & set(content.get("answer", {}))
        return revived(content.get("appointment")) if dated else None


def map_url(site: Site, *, exact: bool = True) -> str:
    """The place on a map: the very one, or its town."""
    address = (site.address,) if exact else ()
    return MAPS + quote(", ".join(filter(None, (*address, f"{site.postcode} {site.city}".strip()))))


def position_url(position: str) -> str:
    """A position on a map."""
    return MAPS + quote(position)
