"""Backups, and what is forgotten: `flask backup`, `flask restore`, `flask purge`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from fieldtickets.outbox import queue
from fieldtickets.store.backup import NoBackup, back_up
from fieldtickets.store.backup import restore as bring_back
from fieldtickets.store.db import EVERYONE
from fieldtickets.web.parts import parts

a_folder = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))


@click.command("backup")
@a_folder
@with_appcontext
def backup(folder: Path) -> None:
    """Copy database and files into the empty folder DIR while the service runs; exit 1 if a file is lost.

    SECRET_KEYS are not in it, on purpose: keep them elsewhere, no link opens without them.
    """
    try:
        made = back_up(parts().database, parts().files, folder, parts().clock.now())
    except NoBackup as reason:
        raise click.ClickException(f"No backup was made: {reason}.") from None
    click.echo(f"{folder}: the database and {len(made.digests) - 1} files, at {made.made_at}")
    if made.lost:
        raise click.ClickException(
            f"{len(made.lost)} files are lost or damaged; {folder}/manifest.json names them."
        )


@click.command("restore")
@a_folder
@with_appcontext
def restore(folder: Path) -> None:
    """Bring the backup in DIR into an empty database. Nothing is sent until `flask outbox resume`."""
    try:
        made = bring_back(parts().database, parts().files, folder)
    except NoBackup as reason:
        raise click.ClickException(f"Nothing was restored: {reason}.") from None
    with parts().database.begin(EVERYONE) as session:
        queue.hold(session)
    click.echo(f"Everything is as it was at {made.made_at}. Next: flask db upgrade, flask journal verify.")
    click.echo("No message leaves before: flask outbox resume")


@click.command("purge")
@with_appcontext
def purge() -> None:
    """Forget what is past its time, and say how much: ended sessions, links to passwords, form numbers.

    The worker does the same by itself. The journal, tickets and files are not touched.
    """
    gone = parts().rounds.clean_up()
    erased = ", ".join(f"{name} ({rows})" for name, rows in gone.items() if rows)
    click.echo(f"Erased: {erased}." if erased else "Nothing was old enough.")


COMMANDS = (backup, restore, purge)
