"""When to try again: soon at first, then ever more rarely, until nobody wants the message any more (M06)."""

from datetime import datetime, timedelta

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 3600))
JITTER = 0.2  # of a pause, so that what failed together does not come back together
TRIES_OF_A_BAD_ROW = 3  # a message that cannot even be written (M11)


def next_try(
    now: datetime, attempts: int, ends_at: datetime, chance: float, retry_after: float | None = None
) -> datetime | None:
    """The next instant, or None when it would come too late.

    attempts: calls made so far, one or more. chance: from 0 to 1, drawn by the caller.
    retry_after: the seconds that the provider asked for; they win when they are longer (M09).
    """
    pause = PAUSES[min(attempts, len(PAUSES)) - 1] * (1 + JITTER * chance)
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=retry_after))
    return now + pause if now + pause < ends_at else None
