"""Limits on how often something may be tried, counted in the database so that all processes agree."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_network

from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Counter
from fieldtickets.store.queries.counters import count_up, counted
from fieldtickets.web.parts import parts


class CounterStorage(Storage):
    """The table `counter` as a storage of the library `limits`."""

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


def _key(who: tuple[str, ...]) -> str:
    """A name of fixed length for whoever is counted, however long an address was typed."""
    return hashlib.sha256("\0".join(who).encode()).hexdigest()


def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(CounterStorage(parts().database, parts().clock.now))


def refuse_above(limit: RateLimitItem, *who: str) -> None:
    """Raise 429 with Retry-After when `who` has used the limit up; counts nothing."""
    limiter = _limiter()
    if not limiter.test(limit, _key(who)):
        left = limiter.get_window_stats(limit, _key(who)).reset_time - parts().clock.now().timestamp()
        raise TooManyRequests(retry_after=max(1, round(left)))


def count(limit: RateLimitItem, *who: str) -> bool:
    """Count once for `who`; whether the limit still holds."""
    return bool(_limiter().hit(limit, _key(who)))


def forget(limit: RateLimitItem, *who: str) -> None:
    """Start again from nothing for `who`."""
    _limiter().clear(limit, _key(who))


def neighbourhood(address: str) -> str:
    """Whom to count together: an IPv4 address, or the /64 that one IPv6 line has."""
    try:
        return str(ip_network(f"{address}/64" if ":" in address else address, strict=False))
    except ValueError:
        return address
