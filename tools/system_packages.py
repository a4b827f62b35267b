"""Debian and Ubuntu packages: what is missing is installed, what is there is left alone."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import programs

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@dataclass(frozen=True)
class Need:
    """Something of the system: how to see that it is there, and the packages that bring it, best first."""

    is_there: Callable[[], bool]
    packages: tuple[str, ...]


TO_RUN = (
    Need(programs.has_venv, ("python3-venv",)),
    Need(partial(programs.has_library, "libpango-1.0.so.0"), ("libpango-1.0-0",)),
    Need(partial(programs.has_library, "libpangoft2-1.0.so.0"), ("libpangoft2-1.0-0",)),
    Need(partial(programs.has_library, "libharfbuzz-subset.so.0"), ("libharfbuzz-subset0",)),
    Need(DEJAVU.exists, ("fonts-dejavu-core",)),
)
TO_TEST = (
    *TO_RUN,
    Need(lambda: programs.chromium() is not None, ("chromium",)),
    Need(partial(programs.has_library, "libatomic.so.1"), ("libatomic1",)),
    Need(partial(programs.has_program, "pdftotext"), ("poppler-utils",)),
    Need(lambda: programs.redis_server() is not None, ("redis-server", "valkey-server")),
)


def ensure(needs: Iterable[Need]) -> None:
    """Install what is missing; the machine is not touched when nothing is.

    Exits with the command to type when it may not install by itself.
    """
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    as_root = right_to_install(missing)
    subprocess.run(
        [*as_root, "apt-get", "update", "-qq"], check=False
    )  # a dead third-party source is no reason to stop
    packages = [name for need in missing if (name := first_known(need.packages))]
    if packages:
        print("Installing", *packages, flush=True)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *install], check=True)


def right_to_install(missing: Iterable[Need]) -> list[str]:
    """What to put before an apt-get command; exits with a sentence where there is no way to run it."""
    wanted = " ".join(need.packages[0] for need in missing)
    if not shutil.which("apt-get"):
        sys.exit(f"This machine has no apt-get. Please install what these Debian packages hold: {wanted}")
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        sys.exit(f"Please run as root: apt-get install --no-install-recommends {wanted}")
    return ["sudo"]


def first_known(packages: Iterable[str]) -> str | None:
    """The first of these packages that the release has."""
    for name in packages:
        policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False)
        if "Candidate:" in policy.stdout and "Candidate: (none)" not in policy.stdout:
            return name
    return None
