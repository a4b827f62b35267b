"""Everything handed over, in forms that other programs and strangers read."""

from pathlib import Path

import click
from flask.cli import AppGroup

from fieldtickets.cli.importing import organisation_named
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.export import export
from fieldtickets.web.parts import parts

exporting = AppGroup("export", help="Everything, for other programs and for strangers.")


@exporting.command("all")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--organisation", "name", default="", help="Only what is of this one; without it, of all.")
def export_all(folder: Path, name: str) -> None:
    """Write every table as CSV and JSON lines, the files and a README into the empty folder DIR.

    While the service runs, as it is at one instant. Exit 1 if a file is lost.
    """
    whose = organisation_named(name).id if name else EVERYONE
    try:
        done = export(parts().database, parts().files, folder, parts().clock.now(), whose)
    except FileExistsError:
        raise click.ClickException(f"Nothing was exported: {folder} is not empty.") from None
    click.echo(f"{folder}: {sum(done.rows.values())} rows of {len(done.rows)} tables, {done.files} files")
    if done.lost:
        raise click.ClickException(f"{len(done.lost)} files are lost or damaged: {', '.join(done.lost)}")


COMMANDS = (exporting,)
