"""Jobs: bells that say "look now", and the workers that hear them. The only room that knows Huey.

A bell carries nothing: all that is to be done stands in the database, in the transaction that owed it.
Losing a bell, or hearing it twice, costs nothing; a tick every minute rings them all.
"""

import logging
import signal
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

Work = Callable[[], object]


class Queue(NamedTuple):
    """Work that shares its threads: documents never delay a message."""

    bells: tuple[str, ...]
    threads: int


QUEUES = {
    "messages": Queue(("outbox", "rounds", "clean_up"), threads=8),
    "documents": Queue(("previews", "packs"), threads=2),
}
LOOK_EVERY_SECONDS = 0.2  # how long an idle worker sleeps at most

log = structlog.get_logger("jobs")


class Jobs:
    """The bells of one installation: `sqlite:` needs no server, `redis:` serves many machines."""

    def __init__(self, queue_url: str, secret: str) -> None:
        """`secret` signs what lies in the queue."""
        self._answers: dict[str, Work] = {}
        self._queues = {name: _queue(name, queue_url, secret) for name in QUEUES}
        self._bells = {
            bell: self._queues[name].task(name=bell)(partial(self._answer, bell))
            for name, queue in QUEUES.items()
            for bell in queue.bells
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

    def work(self, answers: Mapping[str, Work], take: Callable[[], bool], ending: Event) -> None:
        """Work until told to stop (SIGTERM); what runs then ends with the piece in hand (D04).

        answers: what each bell sets off. take: whether this worker, of several, rings all bells this minute.
        ending: is set when we are told to stop, so that long work ends with the piece in hand.
        """
        logging.getLogger("huey").setLevel(logging.WARNING)
        self._answers.update(answers)
        self._queues["messages"].periodic_task(crontab(minute="*"), name="tick")(partial(self._tick, take))
        told_to_stop = _hear_signals()
        consumers = [_consumer(name, queue) for name, queue in self._queues.items()]
        for consumer in consumers:
            consumer.start()
        while not told_to_stop:
            time.sleep(LOOK_EVERY_SECONDS)
        log.info("worker ends")
        ending.set()
        for consumer in consumers:
            consumer.stop_flag.set()  # of all before the first is waited for
        for consumer in consumers:
            consumer.stop(graceful=True)

    def _answer(self, bell: str) -> None:
        self._answers[bell]()

    def _tick(self, take: Callable[[], bool]) -> None:
        if take():
            self.ring_all()


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


def _consumer(name: str, queue: Huey) -> Workers:
    return Workers(
        queue,
        workers=QUEUES[name].threads,
        initial_delay=LOOK_EVERY_SECONDS,
        max_delay=LOOK_EVERY_SECONDS,
        periodic=name == "messages",
    )


def _hear_signals() -> list[int]:
    """A list that is no longer empty once a signal asks to stop."""
    heard: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: heard.append(number))
    return heard
