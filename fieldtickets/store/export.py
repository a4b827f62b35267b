"""Everything in a form that a stranger can read: tables as CSV and as lines of JSON, the files, a README.

It is no backup: there is no way back from it but the lists, which `flask import` takes.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, select, true
from sqlalchemy.orm import Session, joinedload

from fieldtickets.domain.file_names import clean_name
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileDamaged, FileMissing, FileStore
from fieldtickets.store.lists import COMPANIES, TICKETS, company_row, ticket_row
from fieldtickets.store.models import Attachment, Base, Organisation, Subcontractor, Ticket

# What opens something here, and is worth nothing elsewhere.
SECRETS = {
    "user": "password_hash",
    "user_session": "digest",
    "password_link": "digest",
    "api_token": "digest",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d")  # what a spreadsheet would reckon with (X07)
AT_A_TIME = 500

README = """This is everything that fieldtickets holds about {whose}, as it was at {at}.

tables/       every table, as CSV (UTF-8, commas; for spreadsheets) and as lines of JSON (for programs).
              Columns that end in _id name a row of another table. Instants are UTC, amounts are cents.
              In CSV an apostrophe stands before what a spreadsheet would take for a formula; JSON has none.
files/        photos and documents as they were sent; files.csv says which belongs to what.
lists/        companies and tickets of each organisation by its id, as these commands take them again:
              flask import subcontractors FILE.csv, flask import tickets FILE.csv

Left out, because it opens something here: {secrets}.

Rows by table:
{rows}
"""


@dataclass
class Exported:
    """What was written: rows by table, files, and the keys of those whose bytes are lost."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    lost: list[str] = field(default_factory=list)


def export(
    database: Database, files: FileStore, folder: Path, now: datetime, organisation_id: int = EVERYONE
) -> Exported:
    """Write everything, or one organisation's own, into an empty folder, as it is at one instant (P06, O13).

    Raises FileExistsError when the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    done = Exported()
    for name in ("tables", "files", "lists"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    with database.read(organisation_id) as session:
        _hold_still(database, session)
        whose = "all organisations"
        if organisation_id != EVERYONE:
            whose = session.get_one(Organisation, organisation_id).name
        for table in Base.metadata.sorted_tables:
            if _concerns(table, organisation_id):
                done.rows[table.name] = _write_table(session, table, organisation_id, folder / "tables")
        _write_lists(session, organisation_id, folder / "lists")
        _write_files(session, files, folder, done)
    text = README.format(
        whose=whose,
        at=f"{now:%Y-%m-%d %H:%M} UTC",
        secrets=", ".join(f"{table}.{column}" for table, column in SECRETS.items()),
        rows="\n".join(f"{count:>10}  {name}" for name, count in done.rows.items()),
    )
    (folder / "README.txt").write_text(text, "utf-8")
    return done


def _hold_still(database: Database, session: Session) -> None:
    """All that is read from now on is of the same moment, while others go on writing."""
    if database.is_sqlite:
        session.connection().exec_driver_sql("BEGIN")
    else:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _concerns(table: Table, organisation_id: int) -> bool:
    """Whether a table holds anything of one organisation: the rest is the installation's own."""
    return organisation_id == EVERYONE or table.name == "organisation" or "organisation_id" in table.c


def _owned_by(table: Table, organisation_id: int) -> ColumnElement[bool]:
    if organisation_id == EVERYONE:
        return true()
    return (table.c.id if table.name == "organisation" else table.c.organisation_id) == organisation_id


def _write_table(session: Session, table: Table, organisation_id: int, folder: Path) -> int:
    columns = [column for column in table.c if column.name != SECRETS.get(table.name)]
    names = [column.name for column in columns]
    rows = session.connection().execute(
        select(*columns)
        .where(_owned_by(table, organisation_id))
        .order_by(*table.primary_key)
        .execution_options(yield_per=AT_A_TIME)
    )
    count = 0
    with (
        (folder / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="") as for_people,
        (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as for_programs,
    ):
        sheet = csv.writer(for_people)
        sheet.writerow(names)
        for row in rows:
            values = [_plain(value) for value in row]
            sheet.writerow([_cell(value) for value in values])
            line = dict(zip(names, values, strict=True))
            for_programs.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _plain(value: Any) -> Any:
    """A value as JSON has it: instants in UTC, days as they are written, the rest as it is."""
    if isinstance(value, date):  # an instant is one too
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, StrEnum) else value


def _cell(value: Any) -> Any:
    """A value as a cell: nothing in it is reckoned with."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_lists(session: Session, organisation_id: int, folder: Path) -> None:
    wanted = select(Organisation.id).order_by(Organisation.id)
    if organisation_id != EVERYONE:
        wanted = wanted.where(Organisation.id == organisation_id)
    companies = select(Subcontractor).options(joinedload(Subcontractor.people)).order_by(Subcontractor.id)
    whole = (joinedload(Ticket.site), joinedload(Ticket.customer), joinedload(Ticket.appointments))
    jobs = select(Ticket).options(*whole).order_by(Ticket.id)
    for one in session.scalars(wanted).all():
        theirs = session.scalars(companies.where(Subcontractor.organisation_id == one)).unique()
        _write_list(folder / f"{one}-subcontractors.csv", COMPANIES, map(company_row, theirs))
        opened = session.scalars(jobs.where(Ticket.organisation_id == one)).unique()
        _write_list(folder / f"{one}-tickets.csv", TICKETS, map(ticket_row, opened))


def _write_list(path: Path, heads: Sequence[str], rows: Iterator[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as content:
        sheet = csv.writer(content)
        sheet.writerow(heads)
        for row in rows:
            sheet.writerow([_cell(row[head]) for head in heads])


def _write_files(session: Session, files: FileStore, folder: Path, done: Exported) -> None:
    """Every attachment under a name of ours, unique and without a path of its own (P09)."""
    heads = ("attachment_id", "organisation_id", "ticket_ref", "name", "kind", "size", "sha256", "path")
    rows = session.execute(
        select(Attachment, Ticket.ref).join(Ticket, Ticket.id == Attachment.ticket_id).order_by(Attachment.id)
    ).all()
    with (folder / "files.csv").open("w", encoding="utf-8-sig", newline="") as content:
        sheet = csv.writer(content)
        sheet.writerow(heads)
        for one, ref in rows:
            ending = Path(one.name).suffix.lower()
            path = Path("files", str(one.organisation_id), ref, f"{one.id}-{clean_name(one.name, (ending,))}")
            written = _copy(files, one, folder / path, done)
            values = (one.id, one.organisation_id, ref, one.name, one.kind, one.size, one.digest)
            sheet.writerow([*map(_cell, values), path if written else ""])


def _copy(files: FileStore, one: Attachment, target: Path, done: Exported) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as content:
            for chunk in files.stream(one.key, one.digest):
                content.write(chunk)
    except (FileMissing, FileDamaged):
        target.unlink()
        done.lost.append(one.key)
        return False
    done.files += 1
    return True
