"""Running the service: web and worker together or apart, and each of the worker's duties once."""

import os
import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from honcho.manager import Manager

from fieldtickets.store import migrate
from fieldtickets.web.parts import parts

ROOT = Path(__file__).parents[2]
WEB_PROCESSES, WEB_THREADS = 2, 32  # stalled uploads each hold a thread, never a process
LONGEST_REQUEST_SECONDS = 60

rounds = AppGroup("rounds", help="What the clock owes.")
outbox = AppGroup("outbox", help="What is owed to people.")


@click.command("up")
@with_appcontext
def up() -> None:
    """Web and worker together; ends when either of them ends, so that a supervisor restarts both."""
    serve(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"))


def serve(host: str, port: str) -> None:
    """Run both until a signal. Refuses a database that this version does not know."""
    wanted, found = migrate.newest_revision(), migrate.revision_of(parts().database.engine)
    if found != wanted:
        raise click.ClickException(
            f"The database is at {found or 'no'} revision, this version needs {wanted}: flask db upgrade"
        )
    manager = Manager()
    manager.add_process("web", "exec " + " ".join(web_command(host, port)), cwd=str(ROOT), quiet=True)
    manager.add_process(
        "worker", f"exec {sys.executable} -m flask --app app worker", cwd=str(ROOT), quiet=True
    )
    manager.loop()
    sys.exit(manager.returncode)


def web_command(host: str, port: str) -> list[str]:
    """The web server: threads wait for slow phones, so that processes need not."""
    return [
        sys.executable,
        "-m gunicorn app:app",
        f"--bind {host}:{port}",
        f"--workers {WEB_PROCESSES}",
        f"--threads {WEB_THREADS}",
        "--worker-class gthread",
        f"--timeout {LONGEST_REQUEST_SECONDS}",
        "--graceful-timeout 20",
        "--log-level warning",
        "--no-control-socket",
    ]


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send what is owed and act on what is due, until told to stop (SIGTERM)."""
    parts().jobs.work()


@rounds.command("run")
def run_rounds() -> None:
    """Act on every deadline that is due, once."""
    click.echo(f"{parts().rounds.run()} deadlines")


@outbox.command("run")
def run_outbox() -> None:
    """Send everything that is due, once."""
    click.echo(f"{parts().outbox.drain()} messages")


COMMANDS = (up, worker, rounds, outbox)
