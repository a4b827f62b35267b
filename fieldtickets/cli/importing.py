"""Lists from other programs: checked always, written with --apply."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from fieldtickets import imports
from fieldtickets.language import Reader, say
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation
from fieldtickets.web.parts import parts

importing = AppGroup("import", help="Lists from other programs.")
IN_ENGLISH = Reader("en")


@importing.command("subcontractors")
@click.argument("path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "name", default="", help="Whose list it is; not needed when there is one.")
@click.option("--apply", is_flag=True, help="Write it; without this the list is only checked.")
def import_subcontractors(path: Path, name: str, apply: bool) -> None:
    """Check the companies of FILE.csv, each error with its line and column; write them with --apply."""
    organisation = _organisation(name)
    found = imports.subcontractors(path.read_bytes(), organisation.country, parts().settings.phone_countries)
    for one in found.wrong:
        click.echo(f"line {one.line}, column {one.column}: {say(one.message, IN_ENGLISH)}", err=True)
    if found.wrong:
        raise click.ClickException(f"{len(found.wrong)} errors: nothing was imported.")
    if not apply:
        click.echo(f"{len(found.lines)} lines are in order. Import them with --apply.")
        return
    now = parts().clock.now()
    written = parts().database.attempt(
        organisation.id, lambda session: imports.apply_subcontractors(session, found.lines, now)
    )
    click.echo(f"{written.added} added, {written.changed} changed.")


def _organisation(name: str) -> Organisation:
    with parts().database.read(EVERYONE) as rows:
        known = rows.scalars(select(Organisation).order_by(Organisation.name)).all()
    chosen = [one for one in known if one.name == name or not name]
    if len(chosen) != 1:
        names = ", ".join(one.name for one in known) or "none yet"
        raise click.ClickException(f"Say which organisation with --organisation: {names}.")
    return chosen[0]


COMMANDS = (importing,)
