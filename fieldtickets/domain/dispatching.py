"""Who is asked next: subcontractors ranked by trade, area and load, with the reasons said (S007, S008)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fieldtickets.domain.folding import folded

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A subcontractor as the ranking sees it.

    areas: beginnings of postcodes ("69", "69003"); none means everywhere.
    open_jobs: jobs it holds now. since: when it was entered.
    """

    id: int
    trades: tuple[str, ...]
    areas: tuple[str, ...]
    open_jobs: int = 0
    since: datetime = LONG_AGO


@dataclass(frozen=True)
class Choice:
    """One candidate with the reasons for which it is asked, as codes and values for the screen."""

    id: int
    why: tuple[tuple[str, str], ...]


def suits(candidate: Candidate, trade: str, postcode: str) -> bool:
    """Whether a candidate does this trade, however it is spelt, at this postcode."""
    does_it = folded(trade) in map(folded, candidate.trades)
    return does_it and _area(candidate, postcode) is not None


def rank(candidates: Iterable[Candidate], trade: str, postcode: str) -> Sequence[Choice]:
    """Those who suit, the most local first, then the least loaded, then who was entered first."""
    suitable = [candidate for candidate in candidates if suits(candidate, trade, postcode)]
    suitable.sort(key=lambda one: (-len(_area(one, postcode) or ""), one.open_jobs, one.since))
    return [
        Choice(
            one.id,
            (("trade", trade), ("area", _area(one, postcode) or ""), ("open_jobs", str(one.open_jobs))),
        )
        for one in suitable
    ]


def _area(candidate: Candidate, postcode: str) -> str | None:
    """The longest of its areas that holds the postcode; empty when it goes everywhere, None for none."""
    if not candidate.areas:
        return ""
    return max((area for area in candidate.areas if postcode.startswith(area)), key=len, default=None)
