"""The parts that views work with, as `create_app` wired them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from fieldtickets.bells import Bells
from fieldtickets.clock import Clock
from fieldtickets.config import Settings
from fieldtickets.links import Links
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import Database
from fieldtickets.store.files import FileStore

if TYPE_CHECKING:
    from fieldtickets.jobs import Jobs


@dataclass(frozen=True)
class Parts:
    """One of each."""

    settings: Settings
    database: Database
    links: Links
    files: FileStore
    clock: Clock
    rounds: Rounds
    bells: Bells
    open_jobs: Callable[[], "Jobs"]

    @property
    def jobs(self) -> "Jobs":
        """The queue, opened when it is first wanted."""
        return self.open_jobs()

    def ring(self, bell: str) -> None:
        """Tell a worker to look now: "outbox", "previews" or "packs". To be called after the commit."""
        self.bells.ring(bell)


def parts() -> Parts:
    """The parts of the running application."""
    wired: Parts = current_app.extensions["fieldtickets"]
    return wired
