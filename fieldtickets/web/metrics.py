"""What `/metrics` tells: requests as this machine counted them, and what waits in the database.

Pages are named by their endpoint, never by their address: an address may hold a token.
"""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Clock, Delivery, Tick, TodoTask
from fieldtickets.store.models.owed import DUE, IN_TROUBLE, PENDING
from fieldtickets.web.parts import parts

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the web processes of a machine add up their counts

REQUESTS = Counter("fieldtickets_requests", "Requests answered.", ("page", "status"), registry=None)
SECONDS = Histogram(
    "fieldtickets_request_seconds",
    "Time from a request to its answer.",
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=None,
)


def count(response: Response) -> Response:
    """One more request."""
    REQUESTS.labels(request.endpoint or "none", response.status_code).inc()
    SECONDS.observe(time.perf_counter() - g.started)
    return response


def exposition() -> bytes:
    """Everything, in the text format of Prometheus."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED_FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(Waiting(parts().database, parts().clock.now()))
    return generate_latest(registry)


class Waiting(Collector):
    """What is owed and late, over all organisations; the same from every machine.

    Each figure is read from a partial index, by the very words of its condition: what was sent long ago
    is never looked at, however much of it there is.
    """

    def __init__(self, database: Database, now: datetime) -> None:
        self._database, self._now = database, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._database.read(EVERYONE) as session:
            for name, words, value in self._values(session):
                yield GaugeMetricFamily(f"fieldtickets_{name}", words, value=value)

    def _values(self, session: Session) -> Iterator[tuple[str, str, float]]:
        owed = select(func.min(Delivery.due_at)).where(DUE)
        clocks = select(func.min(Clock.due_at)).where(PENDING)
        by_state = select(Delivery.state, func.count()).group_by(Delivery.state)
        counted = dict(session.execute(union_all(by_state.where(DUE), by_state.where(IN_TROUBLE))).all())
        tick: datetime | None = session.scalar(select(func.max(Tick.done_at)))
        tasks = select(func.count()).select_from(TodoTask).where(TodoTask.settled_at.is_(None))
        yield "delivery_oldest_due_seconds", "Age of the oldest message due.", self._late(session, owed)
        yield "clock_oldest_due_seconds", "Age of the oldest deadline due.", self._late(session, clocks)
        yield "tick_timestamp_seconds", "When a worker last made its round.", tick.timestamp() if tick else 0
        for state in ("queued", "dead", "failed", "uncertain"):
            yield f"delivery_{state}", f"Messages that are {state}.", counted.get(state, 0)
        yield "tasks_open", "What managers have to do.", session.scalar(tasks) or 0

    def _late(self, session: Session, oldest: Any) -> float:
        due_at: datetime | None = session.scalar(oldest)
        return max(0.0, (self._now - due_at).total_seconds()) if due_at else 0.0
