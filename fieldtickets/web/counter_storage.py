"""The table `counter` as a storage of the library `limits`, so that all processes agree."""

from collections.abc import Callable
from datetime import datetime, timedelta

from limits.storage import Storage
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Counter
from fieldtickets.store.queries.counters import count_up, counted


class CounterStorage(Storage):
    """Counts in windows of a fixed length, each in a row."""

    STORAGE_SCHEME = ["fieldtickets"]

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._database, self._now = database, now

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database may raise."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more; a window that has ended starts again. Forgets what ended before."""
        now = self._now()
        with self._database.begin(EVERYONE) as rows:
            count = count_up(rows, key, now + timedelta(seconds=expiry), now, amount)
            if count == amount:
                rows.execute(delete(Counter).where(Counter.ends_at <= now))
        return count

    def get(self, key: str) -> int:
        """How often in the window that runs."""
        with self._database.read(EVERYONE) as rows:
            return counted(rows, key, self._now())

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        with self._database.read(EVERYONE) as rows:
            ends_at = rows.scalar(select(Counter.ends_at).where(Counter.key == key))
        return (ends_at or self._now()).timestamp()

    def check(self) -> bool:
        """The database answers for itself."""
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with self._database.begin(EVERYONE) as rows:
            rows.execute(delete(Counter))
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._database.begin(EVERYONE) as rows:
            rows.execute(delete(Counter).where(Counter.key == key))
