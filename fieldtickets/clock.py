"""The clock of the service: real time, or in the test environment a clock that can be set."""

from datetime import UTC, datetime, timedelta

from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Installation
from fieldtickets.store.queries.installation import put

OFFSET = "clock_offset_seconds"


class Clock:
    """Tells the time; everything that needs it is given a `now`."""

    def now(self) -> datetime:
        """The instant, aware, UTC."""
        return datetime.now(UTC)


class TestClock(Clock):
    """A clock that all processes of a test environment share: it runs on from where it was set."""

    __test__ = False

    def __init__(self, database: Database, start: datetime | None) -> None:
        self._database, self._start = database, start

    def now(self) -> datetime:
        """Real time moved by the offset kept in the database."""
        with self._database.read(EVERYONE) as session:
            row = session.get(Installation, OFFSET)
        if row is None and self._start is not None:
            self.set(self._start)
            return self._start
        return datetime.now(UTC) + timedelta(seconds=float(row.value) if row else 0)

    def set(self, instant: datetime) -> None:
        """It is now this instant."""
        seconds = (instant - datetime.now(UTC)).total_seconds()
        with self._database.begin(EVERYONE) as session:
            put(session, OFFSET, str(seconds))
