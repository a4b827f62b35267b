"""The Python that servers under measure run in: `requirements.txt` and nothing else, as in production.

An environment for tests holds more, and some libraries import what they find there by chance (a traceback
printer, a highlighter), which would be counted as the service's.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = ROOT / "var" / "bench-venv"


@cache
def python() -> Path:
    """The interpreter of that environment, which is made or brought up to date at the first call."""
    uv, inside = Path(sys.executable).with_name("uv"), ENVIRONMENT / "bin" / "python"
    if not inside.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, ENVIRONMENT], check=True)
    pinned = ["--quiet", "--require-hashes", "--no-build", "--compile-bytecode"]
    subprocess.run([uv, "pip", "sync", *pinned, "--python", inside, "requirements.txt"], cwd=ROOT, check=True)
    return inside
