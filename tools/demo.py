"""The demo, in a folder of its own: `python -m tools.demo`, run by `make demo`.

The first time it is made beside that folder and moved there when it is whole, so that one that was
interrupted is simply made again. Then `flask up` takes this process over and hears Ctrl-C itself.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER, IN_THE_MAKING = ROOT / "var/demo", ROOT / "var/demo.new"
KEYS = ROOT / "var/demo_secret_keys"
FLASK = (sys.executable, "-m", "flask", "--app", "app")


def main() -> None:
    """Prepare what is missing, say how to get in, and serve until Ctrl-C."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if is_taken(host, port):
        sys.exit(f"Something else listens on port {port} already: make demo PORT=8001")
    make_keys()
    try:
        if not FOLDER.exists():
            shutil.rmtree(IN_THE_MAKING, ignore_errors=True)
            IN_THE_MAKING.mkdir(parents=True)
            load(IN_THE_MAKING, port)
            IN_THE_MAKING.rename(FOLDER)
        else:
            load(FOLDER, port)
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(FLASK[0], [*FLASK, "up"], environment(FOLDER, port))


def load(folder: Path, port: str) -> None:
    """Have the service load the demo there, unless it is, and say how to get in."""
    subprocess.run([*FLASK, "demo", "load"], cwd=ROOT, env=environment(folder, port), check=True)


def environment(folder: Path, port: str) -> dict[str, str]:
    """The settings of a demo that lives in this folder; those of another installation are left out."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("FIELDTICKETS_")}
    return {
        **others,
        "FIELDTICKETS_ENV": "demo",
        "FIELDTICKETS_BASE_URL": f"http://localhost:{port}",
        "FIELDTICKETS_SECRET_KEYS_FILE": str(KEYS),
        "FIELDTICKETS_DATABASE_URL": f"sqlite:///{folder / 'fieldtickets.db'}",
        "FIELDTICKETS_QUEUE_URL": f"sqlite:{folder / 'jobs.db'}",
        "FIELDTICKETS_STORAGE_URL": f"file:{folder / 'files'}",
    }


def make_keys() -> None:
    """A key of this machine's own, made once."""
    if KEYS.exists():
        return
    KEYS.parent.mkdir(parents=True, exist_ok=True)
    KEYS.touch(mode=0o600)
    KEYS.write_text(secrets.token_urlsafe(32))


def is_taken(host: str, port: str) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((host, int(port))) == 0


if __name__ == "__main__":
    main()
