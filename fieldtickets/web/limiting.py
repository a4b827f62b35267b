"""Limits on how often something may be tried, counted in the database so that all processes agree.

A limit is written as the library `limits` reads it: "10 per 15 minutes".
"""

import hashlib
import time
from functools import cache, cached_property
from ipaddress import ip_network
from typing import TYPE_CHECKING

from werkzeug.exceptions import TooManyRequests

from fieldtickets.late import Late
from fieldtickets.web.parts import parts

if TYPE_CHECKING:
    import limits

    from fieldtickets.web import counter_storage
else:
    limits, counter_storage = Late("limits"), Late("fieldtickets.web.counter_storage")


def _key(who: tuple[str, ...]) -> str:
    """A name of fixed length for whoever is counted, however long an address was typed."""
    return hashlib.sha256("\0".join(who).encode()).hexdigest()


@cache
def _read(limit: str) -> "limits.RateLimitItem":
    return limits.parse(limit)


def _limiter() -> "limits.strategies.FixedWindowRateLimiter":
    counters = counter_storage.CounterStorage(parts().database, parts().clock.now)
    return limits.strategies.FixedWindowRateLimiter(counters)


def refuse_above(limit: str, *who: str) -> None:
    """Raise 429 with Retry-After when `who` has used the limit up; counts nothing."""
    limiter, window = _limiter(), _read(limit)
    if not limiter.test(window, _key(who)):
        left = limiter.get_window_stats(window, _key(who)).reset_time - parts().clock.now().timestamp()
        raise TooManyRequests(retry_after=max(1, round(left)))


def count(limit: str, *who: str) -> bool:
    """Count once for `who`; whether the limit still holds."""
    return bool(_limiter().hit(_read(limit), _key(who)))


def forget(limit: str, *who: str) -> None:
    """Start again from nothing for `who`."""
    _limiter().clear(_read(limit), _key(who))


class Guesses:
    """How often each address tried something, in the memory of this process: no row is worth a guess."""

    def __init__(self, limit: str) -> None:
        self._limit = limit

    @cached_property
    def _limiter(self) -> "limits.strategies.FixedWindowRateLimiter":
        return limits.strategies.FixedWindowRateLimiter(limits.storage.MemoryStorage())

    def one_more(self, address: str) -> float | None:
        """Count once for an address and its neighbours; the seconds to wait, once the limit is passed."""
        window, who = _read(self._limit), neighbourhood(address)
        if self._limiter.hit(window, who):
            return None
        return self._limiter.get_window_stats(window, who).reset_time - time.time()


def neighbourhood(address: str) -> str:
    """Whom to count together: an IPv4 address, or the /64 that one IPv6 line has."""
    try:
        return str(ip_network(f"{address}/64" if ":" in address else address, strict=False))
    except ValueError:
        return address
