"""A real Redis for the tests: a server on loopback that keeps nothing."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from tests.postgres import free_port
from tools.programs import redis_server

GIVEN_REDIS = "FIELDTICKETS_TEST_REDIS_URL"


@contextmanager
def running_redis() -> Iterator[str]:
    """URL of a Redis: the one named by the environment, or an own one that lives as long as the context."""
    given = os.environ.get(GIVEN_REDIS)
    if given:
        yield given
        return
    program, port = redis_server(), free_port()
    if program is None:
        raise RuntimeError("no Redis: make test installs one")
    with TemporaryDirectory(prefix="fieldtickets-redis-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with subprocess.Popen([program, *options], cwd=folder, stdout=subprocess.PIPE, text=True) as server:
            try:
                wait_until_ready(server)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


def wait_until_ready(server: "subprocess.Popen[str]") -> None:
    """Read what it says until it takes connections. Raises RuntimeError with all of it when it ends first."""
    told = []
    for line in server.stdout or ():
        told.append(line)
        if "ready to accept connections" in line.lower():
            return
    raise RuntimeError("Redis did not start:\n" + "".join(told))
