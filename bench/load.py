"""Requests sent and timed: a bounded number, from a few threads, on kept connections, to this machine."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.servers import Server


@dataclass(frozen=True)
class Call:
    """One request and the status that it must get."""

    method: str
    path: str
    body: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"
    expected: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Measured:
    """What a series of requests cost."""

    cpu_ms: float  # of the server, per request
    rate: float  # requests per second
    p95_ms: float
    wall_seconds: float


def measure(server: Server, calls: Sequence[Call], *, clients: int = 4) -> Measured:
    """Send all calls; RuntimeError when one is answered otherwise than expected."""
    before, begun = server.cpu_seconds(), time.perf_counter()
    latencies = send(server.port, calls, clients)
    wall = time.perf_counter() - begun
    cpu = (server.cpu_seconds() - before) / len(calls) * 1000
    return Measured(cpu, len(calls) / wall, percentile(latencies, 0.95) * 1000, wall)


def send(port: int, calls: Sequence[Call], clients: int) -> list[float]:
    """The seconds that each call took, from several threads with one connection each."""
    here = threading.local()

    def one(call: Call) -> float:
        if not hasattr(here, "connection"):
            here.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        begun = time.perf_counter()
        headers = {"Content-Type": call.content_type} if call.body is not None else {}
        here.connection.request(call.method, call.path, call.body, headers)
        reply = here.connection.getresponse()
        content = reply.read()
        if reply.status not in call.expected:
            raise RuntimeError(f"{call.method} {call.path.split('/')[1]}: {reply.status} {content[-300:]!r}")
        return time.perf_counter() - begun

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, calls))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def alternately(rounds: int, *works: Callable[[], Measured]) -> list[Measured]:
    """Measure several things in turn, so that a busy moment meets them all; the median of each."""
    results: list[list[Measured]] = [[] for _work in works]
    for _round in range(rounds):
        for work, found in zip(works, results, strict=True):
            found.append(work())
    return [sorted(found, key=lambda one: one.cpu_ms)[len(found) // 2] for found in results]
