"""Every test, none skipped: `python -m tools.run_tests [pytest options]`, run by `make test`.

One PostgreSQL and one Redis are started for the whole run and named to the tests by
`FIELDTICKETS_TEST_DATABASE_URL` and `FIELDTICKETS_TEST_REDIS_URL`, so that parallel workers share them.
A server already named there is used instead.
"""

import os
import sys

import pytest

from tests.postgres import GIVEN_DATABASE, running_postgres
from tests.redis_server import GIVEN_REDIS, running_redis

WORKERS = "4"  # on 2 cores: much of a test is waiting for a server or a browser


class NothingSkipped:
    """A skipped test is a promise that nobody checked: the run fails, and says which one."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for each phase of each test, whichever worker ran it."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Called for each file, where a whole one may be skipped."""
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)


def main(options: list[str]) -> int:
    """Pytest's exit code, or 1 when it was content but a test was skipped."""
    with running_postgres() as database, running_redis() as redis:
        os.environ[GIVEN_DATABASE] = database
        os.environ[GIVEN_REDIS] = redis
        return run(["-n", WORKERS, "--dist", "loadfile", "--durations", "10", *options])


def run(options: list[str]) -> int:
    """Run pytest here, with the watch on skipped tests."""
    watch = NothingSkipped()
    code = int(pytest.main(options, plugins=[watch]))
    if watch.skipped:
        print("These tests were skipped, which counts as failed:", *watch.skipped, sep="\n  ")
    return code or (1 if watch.skipped else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
