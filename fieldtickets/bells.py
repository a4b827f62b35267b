"""Bells rung beside the request: those that come at once are one, and no page waits for the queue's disk."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from fieldtickets.jobs import Jobs

GATHERED_SECONDS = 0.25  # how long a bell waits for others: nobody notices it of a message

log = structlog.get_logger("bells")


class Bells:
    """Rings for a page in a thread of its own, and for a command at once: it may end right after."""

    def __init__(self, jobs: Callable[[], "Jobs"]) -> None:
        """jobs: opens the queue, when the first bell is rung."""
        self._jobs = jobs
        self._wanted: set[str] = set()
        self._gathering = threading.Lock()

    def ring(self, bell: str) -> None:
        """Have a bell rung. One that is lost costs a minute, so it is never an error."""
        if threading.current_thread() is threading.main_thread():  # where commands run, and no page waits
            self._ring(bell)
            return
        with self._gathering:
            is_first = not self._wanted
            self._wanted.add(bell)
        if is_first:
            try:
                threading.Thread(target=self._ring_soon, name="bells").start()
            except RuntimeError:  # the machine has no thread to give: then the page waits for the queue
                self._ring_wanted()

    def _ring_soon(self) -> None:
        time.sleep(GATHERED_SECONDS)
        self._ring_wanted()

    def _ring_wanted(self) -> None:
        with self._gathering:
            bells, self._wanted = self._wanted, set()
        for bell in bells:
            self._ring(bell)

    def _ring(self, bell: str) -> None:
        try:
            self._jobs().ring(bell)
        except Exception as fault:  # also a queue that cannot be opened
            log.warning("bell not rung", bell=bell, fault=type(fault).__name__)
