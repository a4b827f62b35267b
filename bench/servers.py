"""Servers under measure: gunicorn with the same settings for the service and for the bare reference."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import production
from bench.production import ROOT
from tests.postgres import free_port

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running gunicorn: its address, and what its workers have used so far."""

    port: int
    process: subprocess.Popen[bytes]
    started_in_seconds: float

    def cpu_seconds(self) -> float:
        """CPU time of the master and all its workers, user and system."""
        return sum(_cpu_seconds(pid) for pid in [self.process.pid, *self.workers()])

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def worker_megabytes(self) -> float:
        """Resident memory of the largest worker."""
        return max(_resident_megabytes(pid) for pid in self.workers())


@contextmanager
def serving(
    target: str, environment: Mapping[str, str], *, workers: int = 2, threads: int = 32
) -> Iterator[Server]:
    """Run a WSGI target until the block ends. `started_in_seconds`: from exec to the first page."""
    port = free_port()
    command = [str(production.python()), "-m", "gunicorn", target, "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command += ["--no-control-socket", "--log-level", "error", "--backlog", "512", "--keep-alive", "30"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for_first_page(port, process)
        yield Server(port, process, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for_first_page(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(3000):
        if process.poll() is not None:
            raise RuntimeError("the server ended before its first page")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError("no first page in 30 s")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
