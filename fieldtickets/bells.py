"""Bells rung beside the request: those that come at once are one, and no page waits for the queue's disk."""

import atexit
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from fieldtickets.jobs import Jobs

GATHERED_SECONDS = 0.1  # how long a bell waits for others
IDLE_SECONDS = 5.0  # after which the ringing thread ends, until the next bell

log = structlog.get_logger("bells")


class Bells:
    """Rings in a thread of its own, which the first bell starts: a process that was forked has one too.

    What was not rung yet when the process ends is rung then.
    """

    def __init__(self, jobs: Callable[[], "Jobs"]) -> None:
        """jobs: opens the queue, when the first bell is rung."""
        self._jobs = jobs
        self._wanted: set[str] = set()
        self._waits = threading.Condition()
        self._ringer: threading.Thread | None = None
        atexit.register(self.ring_now)

    def ring(self, bell: str) -> None:
        """Have a bell rung soon; returns at once."""
        with self._waits:
            self._wanted.add(bell)
            self._waits.notify()
            if self._ringer is None or not self._ringer.is_alive():
                self._ringer = threading.Thread(target=self._listen, name="bells", daemon=True)
                self._ringer.start()

    def ring_now(self) -> None:
        """Ring all that wait."""
        with self._waits:
            bells, self._wanted = self._wanted, set()
        for bell in bells:
            self._ring(bell)

    def _ring(self, bell: str) -> None:
        try:
            self._jobs().ring(bell)
        except Exception as fault:  # a queue that cannot be opened costs a minute, like one out of reach
            log.warning("bell not rung", bell=bell, fault=type(fault).__name__)

    def _listen(self) -> None:
        while self._any_wanted():
            time.sleep(GATHERED_SECONDS)
            self.ring_now()

    def _any_wanted(self) -> bool:
        """Wait for a bell; False when none came for long, and then no longer listened for."""
        with self._waits:
            wanted = self._waits.wait_for(lambda: bool(self._wanted), IDLE_SECONDS)
            if not wanted:
                self._ringer = None
            return wanted
