"""The books of a month, written into a folder."""

from pathlib import Path

import click
from flask.cli import AppGroup

from fieldtickets.cli.importing import organisation_named
from fieldtickets.documents.bookkeeping import books_of, month_pack, statement
from fieldtickets.documents.registers import register_csv, register_xlsx
from fieldtickets.documents.render import PdfFailed
from fieldtickets.domain.books import Month, NotAMonth
from fieldtickets.web.parts import parts

keeping = AppGroup("books", help="Invoices and fees of a month.")


@keeping.command("pack")
@click.option("--month", "typed", required=True, metavar="YYYY-MM", help="Which month.")
@click.option("--organisation", "name", default="", help="Whose books; not needed when there is one.")
@click.option(
    "--out",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to; files of the same name there are written anew.",
)
def pack(typed: str, name: str, folder: Path) -> None:
    """Write the register (CSV, XLSX), all invoices behind one index, and a statement for each company."""
    try:
        month = Month.read(typed)
    except NotAMonth:
        raise click.ClickException(f"{typed} is no month: write it as 2026-10.") from None
    database, organisation = parts().database, organisation_named(name)
    books = books_of(database, organisation.id, month)
    try:
        written = {
            f"{month}.csv": register_csv(books.lines),
            f"{month}.xlsx": register_xlsx(books.lines),
            f"{month}.pdf": month_pack(database, parts().files, books, lambda _done: None),
        }
        for company_id in sorted({line.company_id for line in books.lines if line.company_id}):
            of_one = books_of(database, organisation.id, month, company_id)
            written[f"{month}-{company_id}.pdf"] = statement(of_one)
    except PdfFailed as reason:
        raise click.ClickException(f"Nothing was written: no PDF could be made ({reason}).") from None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file_name, content in written.items():
        (folder / file_name).write_bytes(content)
    click.echo(f"{folder}: {len(books.lines)} lines, {len(written)} files")


COMMANDS = (keeping,)
