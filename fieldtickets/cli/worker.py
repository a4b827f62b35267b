"""Running the service: web and worker together or apart, and each of the worker's duties once."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask.cli import AppGroup, with_appcontext
from honcho import manager as honcho
from honcho.printer import Printer

from fieldtickets import workshop
from fieldtickets.outbox import queue
from fieldtickets.store import schema
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.queries.keys import links_without_key
from fieldtickets.web.metrics import SHARED_FOLDER
from fieldtickets.web.parts import parts

ROOT = Path(__file__).parents[2]
WEB_PROCESSES, WEB_THREADS = 2, 32  # stalled uploads each hold a thread, never a process
LONGEST_REQUEST_SECONDS = 60
LONGEST_FAREWELL_SECONDS = 30  # for requests in hand when the service stops (D04)

rounds = AppGroup("rounds", help="What the clock owes.")
outbox = AppGroup("outbox", help="What is owed to people.")


@click.command("up")
@click.option("--force", is_flag=True, help="Start although live links need a key that is gone.")
@with_appcontext
def up(force: bool) -> None:
    """Web and worker together, on HOST and PORT; ends when either of them ends.

    A supervisor then restarts both.
    """
    refuse_an_unknown_schema()
    refuse_to_drop_keys(force)
    serve(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"), quiet=False)


def refuse_to_drop_keys(force: bool) -> None:
    """Raise when somebody holds a link that a key missing from the settings had signed (L12)."""
    with parts().database.read(EVERYONE) as session:
        lost = links_without_key(session, parts().links.knows, parts().clock.now())
    if not lost:
        return
    sentence = f"{lost} live links were signed by a key that is missing from FIELDTICKETS_SECRET_KEYS"
    if not force:
        raise click.ClickException(f"{sentence}. Add it at the end of the list, or start with --force.")
    click.echo(f"{sentence}: they open no more.", err=True)


def serve(host: str, port: str, *, quiet: bool = True) -> None:
    """Run both until a signal. Refuses a database that this version does not know.

    quiet: keep to oneself what they log.
    """
    refuse_an_unknown_schema()
    honcho.KILL_WAIT = LONGEST_REQUEST_SECONDS  # its own 5 s would cut off a message that is being sent
    manager = honcho.Manager(Printer(sys.stdout, prefix=False))
    with TemporaryDirectory(prefix="fieldtickets-metrics-") as counts:
        web, jobs = web_command(host, port), [sys.executable, "-m flask --app app worker"]
        for name, command in (("web", web), ("worker", jobs)):
            manager.add_process(
                name,
                "exec " + " ".join(command),
                cwd=str(ROOT),
                env={**os.environ, SHARED_FOLDER: counts},
                quiet=quiet,
            )
        manager.loop()
    sys.exit(manager.returncode)


def refuse_an_unknown_schema() -> None:
    """Raise when the database is not at the revision that this version was written for (D15)."""
    wanted, found = schema.newest_revision(), schema.revision_of(parts().database.engine)
    if found != wanted:
        raise click.ClickException(
            f"The database is at {found or 'no'} revision, this version needs {wanted}: flask db upgrade"
        )


def web_command(host: str, port: str) -> list[str]:
    """The web server: threads wait for slow phones, so that processes need not."""
    return [
        sys.executable,
        "-m gunicorn app:app",
        f"--bind {host}:{port}",
        f"--workers {WEB_PROCESSES}",
        f"--threads {WEB_THREADS}",
        "--worker-class fieldtickets.web.stopping.Worker",
        f"--timeout {LONGEST_REQUEST_SECONDS}",
        f"--graceful-timeout {LONGEST_FAREWELL_SECONDS}",
        "--log-level warning",
        "--no-control-socket",
    ]


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send what is owed and act on what is due, until told to stop (SIGTERM)."""
    workshop.work(parts())


@rounds.command("run")
def run_rounds() -> None:
    """Act on every deadline that is due, once."""
    click.echo(f"{parts().rounds.run()} deadlines")


@outbox.command("run")
def run_outbox() -> None:
    """Send everything that is due, once."""
    click.echo(f"{workshop.outbox(parts()).drain()} messages")


@outbox.command("resume")
@click.option("--drop", is_flag=True, help="Cancel what waits: after a restore it may have left already.")
def resume_outbox(drop: bool) -> None:
    """Send again, after a restore or a provider's refusal."""
    with parts().database.begin(EVERYONE) as session:
        waiting = queue.release(session, drop=drop)
    click.echo(f"Messages leave again. {waiting} wait.")


COMMANDS = (up, worker, rounds, outbox)
