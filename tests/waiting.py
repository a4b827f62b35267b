"""Waiting for what another process brings about: the one place where a test lets time pass."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 240.0  # a server starts slowly on a busy machine


def until(holds: Callable[[], object], patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again until it holds; fails the test when patience ends."""
    end = time.monotonic() + patience_seconds
    while not holds():
        assert time.monotonic() < end, f"{holds} never came true"
        time.sleep(0.02)
