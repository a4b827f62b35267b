"""From a bare Debian or Ubuntu with Python to a folder that runs: `python3 -m tools.setup run|test`.

Packages of the system, then `.venv` from the hash-pinned locks. What a lock asked for is remembered in
`.venv`, so that the second run does nothing.
"""

import hashlib
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from tools import programs, system_packages

ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
SETUP_LOCK = "requirements-setup.txt"
OUR_CODE = ("app.py", "fieldtickets", "migrations")


def main(purpose: str) -> None:
    """Set up to `run` the service, or to `test` it."""
    system_packages.ensure(system_packages.TO_TEST if purpose == "test" else system_packages.TO_RUN)
    make_venv()
    once(SETUP_LOCK, install_with_pip)
    once("requirements-dev.txt" if purpose == "test" else "requirements.txt", install_with_uv)
    compile_our_own()
    if purpose == "test" and programs.chromium() is None:
        fetch_chromium()


def make_venv() -> None:
    """Make `.venv`, also again when the Python that it was made from is gone."""
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    if not works:
        print("Making .venv", flush=True)
        venv.create(VENV, clear=True, with_pip=True)


def once(lock: str, install: Callable[[str], None]) -> None:
    """Install from a lock unless `.venv` already holds exactly what it says."""
    stamp = VENV / f"{lock}.installed"
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("Installing", lock, flush=True)
    install(lock)
    stamp.write_text(digest)


def install_with_pip(lock: str) -> None:
    """The slow way, which needs nothing but what Python brings."""
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
    subprocess.run([PYTHON, "-m", "pip", "install", *options, "-r", lock], cwd=ROOT, check=True)


def install_with_uv(lock: str) -> None:
    """The fast way; pip takes over where uv does not reach an index, behind a mirror named to pip only."""
    options = ["--quiet", "--require-hashes", "--no-build", "--compile-bytecode", "--python", str(PYTHON)]
    done = subprocess.run(
        [str(VENV / "bin/uv"), "pip", "install", *options, "-r", lock], cwd=ROOT, check=False
    )
    if done.returncode != 0:
        print("uv could not install it; trying with pip", flush=True)
        install_with_pip(lock)


def compile_our_own() -> None:
    """The service may not write beside its code, and would read it from the source at each start."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", *OUR_CODE], cwd=ROOT, check=True)


def fetch_chromium() -> None:
    """Playwright's own browser, for releases whose Chromium package is a snap."""
    subprocess.run([PYTHON, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failed:  # it has said why itself
        sys.exit(f"Set-up stopped: {' '.join(map(str, failed.cmd))}")
