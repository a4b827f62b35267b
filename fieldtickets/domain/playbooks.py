"""Playbooks: the rules a ticket follows, as data. The numbers are the table of the product page."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Asks(StrEnum):
    """What an acceptance must bring with it."""

    DATE = "date"
    CALL = "call"
    NOTHING = "nothing"


class Disclosure(StrEnum):
    """When a subcontractor learns the exact address and the customer's details (S013)."""

    AT_ONCE = "at_once"
    ONCE_ASSIGNED = "once_assigned"


@dataclass(frozen=True)
class Playbook:
    """One named set of rules.

    remind_after, task_after: from the offer; None means that clock does not exist.
    wave_lasts: how long a wave has before the next one is asked.
    wave_size: subcontractors asked at once when they are chosen by trade and area.
    """

    name: str
    version: int = 1
    asks_on_accept: Asks = Asks.DATE
    disclosure: Disclosure = Disclosure.AT_ONCE
    widens: bool = False
    wave_size: int = 3
    wave_lasts: timedelta | None = None
    remind_after: timedelta | None = None
    task_after: timedelta | None = None
    urgent_remind_after: timedelta | None = None
    urgent_task_after: timedelta | None = None

    def reminder_delay(self, urgent: bool) -> timedelta | None:
        """How long after an offer its silence is answered by a reminder."""
        return self.urgent_remind_after if urgent and self.urgent_remind_after else self.remind_after

    def answer_delay(self, urgent: bool) -> timedelta | None:
        """How long a subcontractor has to answer before the search goes on without it."""
        if urgent and self.urgent_task_after:
            return self.urgent_task_after
        return self.wave_lasts or self.task_after


SYNDIC = Playbook(
    name="syndic",
    remind_after=timedelta(hours=24),
    task_after=timedelta(hours=48),
    urgent_remind_after=timedelta(minutes=30),
    urgent_task_after=timedelta(minutes=30),
)

MARKETPLACE = Playbook(
    name="marketplace",
    asks_on_accept=Asks.CALL,
    disclosure=Disclosure.ONCE_ASSIGNED,
    widens=True,
    wave_size=5,
    wave_lasts=timedelta(hours=1),
)

HOME_CLEANING = Playbook(name="home-cleaning", asks_on_accept=Asks.NOTHING, wave_size=1)

PLAYBOOKS = {playbook.name: playbook for playbook in (SYNDIC, MARKETPLACE, HOME_CLEANING)}
