"""The service as it runs: gunicorn in processes of its own, on loopback, which a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from fieldtickets.config import Settings
from tests.builders import KEY, MONDAY_NOON

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


class Server:
    """A running service; `url` is what its pages begin with."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment(settings)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = ("-m", "gunicorn", "app:app", "--bind", f"127.0.0.1:{self.port}", "--workers", "2")
        more = ("--threads", "32", "--worker-class", "gthread", "--log-level", "critical")
        self.process = subprocess.Popen(
            [sys.executable, *command, *more, "--no-control-socket"],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        patience = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            assert time.monotonic() < patience, "the service does not start"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/robots.txt", timeout=5).ok
        except requests.RequestException:
            return False

    def end(self) -> None:
        """SIGKILL for the whole family at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def post(self, page: str, answer: dict[str, str]) -> requests.Response:
        """Send a form; redirections are not followed."""
        return requests.post(self.url + page, data=answer, allow_redirects=False, timeout=60)


def environment(settings: Settings) -> dict[str, str]:
    """The settings of a service that runs beside this test, its clock where ours stands."""
    ours = {
        "ENV": "test",
        "SECRET_KEYS": KEY,
        "BASE_URL": "http://localhost",
        "DATABASE_URL": settings.database_url,
        "QUEUE_URL": settings.queue_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": "demo:",
        "SMS_URL": "demo:",
        "MAIL_FROM": "tickets@fieldtickets.example",
        "CLOCK": MONDAY_NOON.isoformat(),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDTICKETS_")}
    return kept | {f"FIELDTICKETS_{name}": value for name, value in ours.items()}


@contextmanager
def running(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    try:
        server.start()
        yield server
    finally:
        server.end()
