"""Programs and libraries of this machine that the service and its tests lean on: are they here, and where."""

import ctypes
import importlib.util
import os
import shutil
from pathlib import Path


def chromium() -> Path | None:
    """The browser of the tests: `CHROMIUM` if set, else the system's, else the one Playwright fetched."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found and not is_snap(Path(found)):
            return Path(found)
    fetched = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    return max(fetched, default=None)


def is_snap(program: Path) -> bool:
    """A snap cannot read the folders in which a test puts its files."""
    return program.resolve().name == "snap" or b"/snap/bin" in program.read_bytes()[:4096]


def redis_server() -> Path | None:
    """Redis, or Valkey where the distribution has moved to it: the same protocol and options."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


def has_program(name: str) -> bool:
    """Whether a command of that name can be run."""
    return shutil.which(name) is not None


def has_library(soname: str) -> bool:
    """Whether the dynamic linker finds this library, `libpango-1.0.so.0` for instance."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_venv() -> bool:
    """Debian ships Python without what `python3 -m venv` needs."""
    return importlib.util.find_spec("ensurepip") is not None
