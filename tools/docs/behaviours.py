"""docs/behaviours.md: each behaviour of the systems that came before, where it is seen and what tests it."""

import tomllib
from pathlib import Path

from tools.docs import coverage
from tools.docs.tables import table

PLACES = Path(__file__).with_suffix(".toml")
ALL = [f"S{number:03}" for number in range(1, 118)]

INTRODUCTION = """# Behaviours

Made by `make docs`: what the three systems that came before do, the page or the act where it is seen here,
and the tests that name it. Where it is seen is kept in `tools/docs/behaviours.toml`.
"""


def page() -> str:
    """The whole page."""
    words, found, seen = coverage.requirements(), coverage.named(coverage.TESTS), places()
    rows = ((one, words[one], seen[one], coverage.tests_of(found.get(one, []))) for one in ALL)
    left = ", ".join(uncovered()) or "none"
    return "\n".join(
        (INTRODUCTION, table(("id", "what", "seen", "tests"), rows), f"Without a test: {left}.\n")
    )


def uncovered() -> list[str]:
    """The behaviours that no test names."""
    found = coverage.named(coverage.TESTS)
    return [one for one in ALL if one not in found]


def places() -> dict[str, str]:
    """Where each behaviour is seen."""
    written = tomllib.loads(PLACES.read_text(encoding="utf-8"))["seen"]
    return {one: place for ids, place in written.items() for one in between(ids)}


def between(ids: str) -> list[str]:
    """All ids from the first to the last: "S007 S009" are three."""
    known = ids.split()
    return ALL[ALL.index(known[0]) : ALL.index(known[-1]) + 1]
