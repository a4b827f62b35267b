"""Compile the short lists of packages into locks with hashes: `python -m tools.lock`, run by `make lock`.

The longest list first: what the tests need holds some versions back, and the shorter locks follow it, so
that all three agree and the tests run on what production gets.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools.assets import npm

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).parent / "uv"
FOR_ALL = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--upgrade")


def main() -> None:
    """Write requirements*.txt and package-lock.json anew, at the newest versions allowed."""
    compile_lock("requirements-dev")
    compile_lock("requirements", "--constraints", "requirements-dev.txt")
    compile_lock("requirements-setup", "--constraints", "requirements-dev.txt")
    subprocess.run([*npm(), "install", "--package-lock-only", "--loglevel=error"], cwd=ROOT, check=True)


def compile_lock(name: str, *more: str) -> None:
    """One list into one lock, for every platform and from Python 3.11 on."""
    env = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    command = [str(UV), "pip", "compile", "--quiet", *FOR_ALL, *more, f"{name}.in", "-o", f"{name}.txt"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
