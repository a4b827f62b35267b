"""The service as it runs: gunicorn in processes of its own, on loopback, which a test may stop or kill."""

import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import requests

from fieldtickets.cli.worker import web_command
from fieldtickets.config import Settings
from tests.builders import KEY, MONDAY_NOON
from tests.waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).parents[3]
FORM = "application/x-www-form-urlencoded"


def field(parts, ticket, company: int, act: str) -> str:
    """The signed field of an act's form, as a page of this link would carry it."""
    return parts.links.form_field(f"link:{ticket.link_ids[company]}", act, 1)


class Server:
    """A running service; `url` is what its pages begin with, `spool` where its uploads wait."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.spool, self.log = folder / "spool", folder / "log"
        self.spool.mkdir()
        self._environment = environment(settings) | {"TMPDIR": str(self.spool)}
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(
                "exec " + " ".join(web_command("127.0.0.1", str(self.port))),
                shell=True,
                cwd=ROOT,
                env=self._environment,
                start_new_session=True,
                stdout=said,
                stderr=said,
            )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/robots.txt", timeout=5).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """SIGTERM for the first of the family, as a supervisor does it; comes back at once."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """SIGKILL for the whole family at once."""
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def post(self, page: str, answer: dict[str, str]) -> requests.Response:
        """Send a form; redirections are not followed."""
        return requests.post(self.url + page, data=answer, allow_redirects=False, timeout=60)

    def line(self) -> socket.socket:
        """A bare connection, for what no browser would do."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def left_behind(self) -> list[str]:
        """What lies where uploads wait; gunicorn's own folders aside."""
        return sorted(path.name for path in self.spool.iterdir() if not path.name.startswith("wgunicorn"))


def request_of(page: str, body: bytes, *framing: str, kind: str = FORM) -> bytes:
    """The bytes of a POST; framing: the headers that say where the body ends, if not where it does."""
    framing = framing or (f"Content-Length: {len(body)}",)
    lines = (f"POST {page} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", *framing, "", "")
    return "\r\n".join(lines).encode() + body


def form_of(page: str, answer: dict[str, str]) -> bytes:
    """The bytes of a form that is sent."""
    return request_of(page, urlencode(answer).encode())


def hang_up(line: socket.socket) -> None:
    """End a connection in order, and wait until the other side has ended it too."""
    line.shutdown(socket.SHUT_WR)
    while line.recv(4096):
        pass
    line.close()


def cut(line: socket.socket) -> None:
    """Drop a connection in the middle, as for a phone without network: no orderly end, but a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def status_of(line: socket.socket) -> int:
    """The status of the answer that comes on a connection; 0 when it ends without one."""
    received = b""
    while b"\r\n" not in received and (more := line.recv(4096)):
        received += more
    return int(received.split(b" ", 2)[1]) if received else 0


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
def running(settings: Settings, folder: Path) -> Iterator[Server]:
    server = Server(settings, folder)
    try:
        server.start()
        yield server
    finally:
        server.end()
