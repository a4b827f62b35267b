"""The schema of the database: bring it up or down, and say whether it is the one this version knows."""

from collections.abc import Callable

import click
from alembic.util import CommandError
from flask.cli import AppGroup

from fieldtickets.store import migrate, schema
from fieldtickets.web.parts import parts

db = AppGroup("db", help="The schema of the database.")


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION, by default the newest. Safe from several machines at once."""
    _run(lambda: migrate.upgrade(parts().settings.database_url, revision))


@db.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION; "base" drops every table. Make a backup first."""
    _run(lambda: migrate.downgrade(parts().settings.database_url, revision))


@db.command("check")
def check() -> None:
    """Say whether the database is at the newest revision and the code agrees with it; exit 1 if not."""
    wanted, found = schema.newest_revision(), _revision()
    if found != wanted:
        raise click.ClickException(
            f"The database is at {found}, this version needs {wanted}: flask db upgrade"
        )
    _run(lambda: migrate.check(parts().settings.database_url))


def _run(work: Callable[[], None]) -> None:
    """Do it and say where the schema stands then; what Alembic refuses is one sentence."""
    try:
        work()
    except CommandError as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(f"The database is at {_revision()}.")


def _revision() -> str:
    return schema.revision_of(parts().database.engine) or "no revision"


COMMANDS = (db,)
