"""Jobs: bells that say "look now", and the workers that hear them. The only room that knows Huey.

A bell carries nothing: all that is to be done stands in the database, in the transaction that owed it.
Losing a bell, or hearing it twice, costs nothing; a tick every minute rings them all.
"""

import logging
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import structlog
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

Work = Callable[[], object]
QUEUES = {"messages": 8, "documents": 2}  # and the threads of each: documents never delay a message
LOOK_EVERY_SECONDS = 0.2  # how long an idle worker sleeps at most

log = structlog.get_logger("jobs")


class Jobs:
    """The bells of one installation: `sqlite:` needs no server, `redis:` serves many machines."""

    def __init__(
        self, queue_url: str, secret: str, work: Mapping[str, Mapping[str, Work]], ending: Event
    ) -> None:
        """work: for each queue, what each of its bells sets off. `secret` signs what lies in the queue.

        ending: is set when the worker is told to stop, so that long work ends with the piece in hand.
        """
        self._ending = ending
        self._queues = {name: _queue(name, queue_url, secret) for name in work}
        self._bells = {
            bell: self._queues[queue].task(name=bell)(answer)
            for queue, bells in work.items()
            for bell, answer in bells.items()
        }

    def ring(self, bell: str) -> None:
        """Tell a worker to look now. A queue out of reach costs a minute at most, so it is no error."""
        try:
            self._bells[bell]()
        except Exception as fault:
            log.warning("bell not rung", bell=bell, fault=type(fault).__name__)

    def ring_all(self) -> None:
        """What the tick does: everything that is due is looked at."""
        for bell in self._bells:
            self.ring(bell)

    def check(self) -> None:
        """Raise the storage's own error when the queue is out of reach."""
        for queue in self._queues.values():
            queue.storage.queue_size()

    def every_minute(self, take: Callable[[], bool]) -> None:
        """Let the worker that takes a minute, which only one can, ring all bells."""

        def tick() -> None:
            if take():
                self.ring_all()

        self._queues["messages"].periodic_task(crontab(minute="*"), name="tick")(tick)

    def work(self) -> None:
        """Work until told to stop (SIGTERM); what runs then ends with the piece in hand (D04)."""
        logging.getLogger("huey").setLevel(logging.WARNING)
        asked_to_stop: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: asked_to_stop.append(number))
        workers = [
            Workers(
                self._queues[name],
                workers=threads,
                initial_delay=LOOK_EVERY_SECONDS,
                max_delay=LOOK_EVERY_SECONDS,
                periodic=name == "messages",
            )
            for name, threads in QUEUES.items()
        ]
        for consumer in workers:
            consumer.start()
        while not asked_to_stop:
            time.sleep(LOOK_EVERY_SECONDS)
        log.info("worker ends")
        self._ending.set()
        for consumer in workers:
            consumer.stop_flag.set()  # of all before the first is waited for
        for consumer in workers:
            consumer.stop(graceful=True)


class Workers(Consumer):
    """The threads of one queue. Signals are for all queues of the process: `Jobs.work` hears them."""

    def _set_signal_handlers(self) -> None:
        """The last of several queues to start would keep the signal from the others."""


def _queue(name: str, url: str, secret: str) -> Huey:
    serializer = SignedSerializer(secret=secret, salt=f"fieldtickets.jobs.{name}")
    if urlsplit(url).scheme in ("redis", "rediss"):
        return RedisHuey(f"fieldtickets.{name}", url=url, results=False, serializer=serializer)
    path = Path(url.removeprefix("sqlite:"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(f"fieldtickets.{name}", filename=str(path), results=False, serializer=serializer)
