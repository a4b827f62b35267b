"""What a play has seen: counts, the forms that were taken, and what should never be seen."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random


def chance(*where: object) -> Random:
    """Luck that depends on the seed and on who, where and when alone, whatever was drawn before."""
    return Random("|".join(map(str, where)))


@dataclass
class Figures:
    """What was done and what was told: acts and refusals by name, replies of pages by status."""

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    replies: Counter[int] = field(default_factory=Counter)
    fired: int = 0
    messages: int = 0
    looks: int = 0
    acknowledged: dict[str, datetime] = field(default_factory=dict)  # the forms that were taken, and when
    twice: int = 0
    strange: int = 0  # files of others that were asked for
    forms: int = 0  # that were looked for on their page
    nights: int = 0  # that a ticket was open, of all tickets
    faults: dict[str, list[str]] = field(default_factory=dict)  # what was seen to be wrong, by rule

    def fault(self, rule: str, line: str) -> None:
        """Something that must never be seen from outside."""
        self.faults.setdefault(rule, []).append(line)
