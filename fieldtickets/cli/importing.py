"""Lists from other programs: checked always, written with --apply."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from fieldtickets import imports
from fieldtickets.language import Reader, say
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation
from fieldtickets.store.queries import playbooks
from fieldtickets.web.parts import parts

importing = AppGroup("import", help="Lists from other programs.")
IN_ENGLISH = Reader("en")

the_file = click.argument(
    "path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
of_organisation = click.option(
    "--organisation", "name", default="", help="Whose list it is; not needed when there is one."
)
really = click.option("--apply", is_flag=True, help="Write it; without this the list is only checked.")


@importing.command("subcontractors")
@the_file
@of_organisation
@really
def import_subcontractors(path: Path, name: str, apply: bool) -> None:
    """Check the companies of FILE.csv, each error with its line and column; write them with --apply."""
    organisation = organisation_named(name)
    found = imports.subcontractors(path.read_bytes(), organisation.country, parts().settings.phone_countries)
    _refuse_wrong(found)
    if not apply:
        click.echo(f"{len(found.lines)} lines are in order. Import them with --apply.")
        return
    now = parts().clock.now()
    written = parts().database.attempt(
        organisation.id, lambda session: imports.apply_subcontractors(session, found.lines, now)
    )
    click.echo(f"{written.added} added, {written.changed} changed.")


@importing.command("tickets")
@the_file
@of_organisation
@really
def import_tickets(path: Path, name: str, apply: bool) -> None:
    """Check the tickets of FILE.csv, each error with its line and column; open them with --apply.

    They are drafts: nobody is asked yet. A ticket whose number is there already is left alone.
    """
    organisation, now = organisation_named(name), parts().clock.now()
    with parts().database.read(organisation.id) as rows:
        rules = playbooks.names(rows)
        found = imports.tickets(path.read_bytes(), organisation, parts().settings.phone_countries, rules)
        imports.refuse_past_visits(rows, found, now)
    _refuse_wrong(found)
    if apply:
        opened = imports.apply_tickets(parts().database, parts().links, organisation.id, found.lines, now)
        click.echo(f"{opened.added} opened, {opened.known} were there already.")
        return
    with parts().database.read(organisation.id) as session:
        would = imports.would_open(session, found.lines)
    click.echo(f"All is in order: {would.added} new, {would.known} there already. Import them with --apply.")


def _refuse_wrong(found: imports.List) -> None:
    """Say what is wrong, and which columns are not read; raise when there is anything wrong."""
    for one in found.wrong:
        click.echo(f"line {one.line}, column {one.column}: {say(one.message, IN_ENGLISH)}", err=True)
    if found.ignored:
        click.echo(f"Columns that are not read: {', '.join(found.ignored)}", err=True)
    if found.wrong:
        raise click.ClickException(f"{len(found.wrong)} errors: nothing was imported.")


def organisation_named(name: str) -> Organisation:
    """The organisation of this name, or the only one. Raises ClickException."""
    with parts().database.read(EVERYONE) as rows:
        known = rows.scalars(select(Organisation).order_by(Organisation.name)).all()
    chosen = [one for one in known if one.name == name or not name]
    if len(chosen) != 1:
        names = ", ".join(one.name for one in known) or "none yet"
        raise click.ClickException(f"Say which organisation with --organisation: {names}.")
    return chosen[0]


COMMANDS = (importing,)
