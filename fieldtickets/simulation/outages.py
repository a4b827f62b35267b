"""Outages: hours in which a gateway refuses connections, answers 500, breaks off or does not know us."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from fieldtickets.senders import KeyRefused, NotSent, Unclear
from fieldtickets.simulation.figures import chance

CHANNELS = ("sms", "email")
ONE_IN = timedelta(days=10)  # of each gateway
LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (30, 3 * 60, 12 * 60, 36 * 60))
QUIET_AT_THE_END = timedelta(days=1)  # so that what waited has left by then
TAKES_ONE_IN = 3  # of the calls that break off, the message has left all the same


class Trouble(StrEnum):
    """What a gateway does in an outage."""

    UNREACHABLE = "refuses connections"
    FAILING = "answers 500"
    BREAKING_OFF = "breaks off"
    STRANGER = "answers 401"


@dataclass(frozen=True)
class Outage:
    """Some hours of one gateway. met: the deliveries that it was called with."""

    channel: str
    begins: datetime
    ends: datetime
    trouble: Trouble
    met: set[int] = field(default_factory=set, compare=False)

    def lasts(self, now: datetime) -> bool:
        """Whether it is going on."""
        return self.begins <= now < self.ends

    def takes(self, delivery: int) -> bool:
        """Whether a message leaves although nobody hears that it did."""
        return self.trouble is Trouble.BREAKING_OFF and delivery % TAKES_ONE_IN == 0

    def refusal(self, delivery: int) -> Exception:
        """What the sender of this channel raises then."""
        self.met.add(delivery)
        if self.trouble is Trouble.STRANGER:
            return KeyRefused(self.trouble.value)
        return Unclear(self.trouble.value) if self.takes(delivery) else NotSent(self.trouble.value)


def drawn(seed: int, begins: datetime, days: int) -> tuple[Outage, ...]:
    """The outages of so many days; the last day of all has none."""
    ends = begins + timedelta(days=days) - QUIET_AT_THE_END
    found = (_one(seed, channel, begins + ONE_IN * turn) for channel in CHANNELS for turn in _turns(days))
    return tuple(one for one in found if one.ends < ends)


def _turns(days: int) -> range:
    return range(-(-timedelta(days=days) // ONE_IN))


def _one(seed: int, channel: str, since: datetime) -> Outage:
    luck = chance(seed, "outage", channel, since)
    begins = since + ONE_IN * luck.random() * 0.8
    return Outage(channel, begins, begins + luck.choice(LENGTHS), luck.choice(list(Trouble)))
