"""The receipt on a link's page: what its party did last, as long as that is still true (S040, S041)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldtickets.domain.acts import Facts
from fieldtickets.domain.phases import Standing
from fieldtickets.domain.words import Message
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import frozen
from fieldtickets.store.queries.links import Said
from fieldtickets.web.thread import Entry

PROPOSE, AGREE = ACTS["appointment.propose"], ACTS["appointment.agree"]
ON_IT = (None, Standing.ASSIGNED)  # who has a part in the appointment: the customer, and who has the job
QUIET = ("message", "link")  # what was written, what became of it, and whose link it is change no job


@dataclass(frozen=True)
class Receipt:
    """What was received, and what comes next."""

    entry: Entry
    then: Message

    @property
    def appointment(self) -> datetime | None:
        """The date that was understood."""
        return self.entry.appointment


def receipt(label: str, facts: Facts, entries: Sequence[Entry], rows: Sequence[Said]) -> Receipt | None:
    """What the link called `label` did last, unless something was done since that makes it untrue.

    entries: the thread as its party sees it. rows: all that was done on its side of the ticket, since what
    is told to nobody, as a ticket that is closed, counts as well.
    """
    last = entries[-1] if entries else None
    if last is None or last.said.actor != label or last.act.then is None:
        return None
    since = (ACTS[row.act] for row in rows if row.id > last.said.id)
    if any(act.exchange not in QUIET for act in since) or not _still_true(last.said, facts):
        return None
    settled = last.act is PROPOSE and last.appointment is not None  # agreed by word of mouth
    return Receipt(last, (AGREE.then if settled else None) or last.act.then)


def _still_true(said: Said, facts: Facts) -> bool:
    """Whether the job stands for this party as it did right after the act.

    It may not, without any act in its own thread: another company took it, or the one that came gave it back.
    """
    if facts.standing not in ON_IT:
        return facts.taken_at is None or facts.taken_at <= said.at
    content = said.content or {}
    agreed = frozen(facts.appointment.starts_at) if facts.appointment else None
    proposed = sorted(frozen(slot.starts_at) for slot in facts.proposed)
    same_slots = "slots" not in content or sorted(content["slots"]) == proposed
    return bool(content.get("appointment") == agreed and same_slots)
