"""`flask export all`: everything, as a stranger reads it, and lists that another installation takes again."""

import csv
import hashlib
import json
from datetime import date

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Attachment, Base, Event, Subcontractor, Ticket, User
from fieldtickets.web.api.tokens import new_token
from tests.books.rows import an_invoice
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do

PLAN = b"%PDF-1.4 a plan"
OURS = ("--organisation", "Gestion Lavigne")
FORMULA = '=HYPERLINK("http://bad.example")'


@pytest.fixture
def ticket(parts, cast):
    """Karim accepted; there is a plan, whose name would lead elsewhere."""
    ticket = a_ticket(parts, cast, cast.karim, title=FORMULA, description="Deux lignes\nd'explication")
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    parts.files.put("1/ab/plan", PLAN)
    with parts.database.begin(cast.organisation) as rows:
        rows.add(
            Attachment(
                ticket_id=ticket.id,
                event_id=rows.scalars(select(Event.id).order_by(Event.seq)).first(),
                name="../../plan.pdf",
                kind="application/pdf",
                size=len(PLAN),
                digest=hashlib.sha256(PLAN).hexdigest(),
                key="1/ab/plan",
            )
        )
    return ticket


def sheet(path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)))


def lines(path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_table_is_there_twice_with_the_files_and_a_readme(command, ticket, tmp_path):
    """O13 P05 P09"""
    folder = tmp_path / "export"
    made = command("export", "all", str(folder))

    assert (made.exit_code, "1 files" in made.output) == (0, True), made.output
    for table in Base.metadata.tables:
        as_lines = lines(folder / "tables" / f"{table}.jsonl")
        assert len(sheet(folder / "tables" / f"{table}.csv")) == len(as_lines), table
    (plan,) = sheet(folder / "files.csv")
    assert (folder / plan["path"]).read_bytes() == PLAN
    assert (folder / plan["path"]).parent == folder / "files" / plan["organisation_id"] / ticket.ref
    readme = (folder / "README.txt").read_text("utf-8")
    assert "all organisations" in readme
    assert "flask import tickets" in readme


def test_the_day_of_an_invoice_is_a_day(command, ticket, parts, cast, tmp_path):
    """O13 P05"""
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 5))

    made = command("export", "all", str(tmp_path / "export"))

    assert made.exit_code == 0, made.output
    (as_line,) = lines(tmp_path / "export/tables/invoice.jsonl")
    (as_cells,) = sheet(tmp_path / "export/tables/invoice.csv")
    assert as_line["day"] == as_cells["day"] == "2031-05-05"
    assert as_line["submitted_at"] == "2031-05-05T10:00:00Z"


def test_no_cell_is_a_formula_and_json_has_it_as_it_was(command, ticket, tmp_path):
    """X07"""
    command("export", "all", str(tmp_path / "export"))
    tables = tmp_path / "export" / "tables"
    assert [one["title"] for one in sheet(tables / "ticket.csv")] == [f"'{FORMULA}"]
    assert [one["title"] for one in lines(tables / "ticket.jsonl")] == [FORMULA]
    assert {one["created_at"] for one in lines(tables / "ticket.jsonl")} == {"2031-05-05T10:00:00Z"}


def test_what_opens_something_here_is_left_out(command, ticket, database, cast, tmp_path):
    """W01 S01"""
    with database.begin(EVERYONE) as rows:
        rows.execute(update(User).values(password_hash="$argon2id$secret"))
        token = new_token(rows, cast.organisation, Role.MANAGER, "Logiciel", MONDAY_NOON)
    command("export", "all", str(tmp_path / "export"))
    everything = "".join(path.read_text("utf-8") for path in (tmp_path / "export").rglob("*.*l*"))
    assert "Logiciel" in everything
    for secret in ("argon2id", token, hashlib.sha256(token.encode()).hexdigest()):
        assert secret not in everything


def test_of_one_organisation_only_its_own_is_written(command, ticket, cast, tmp_path):
    """O13 O04"""
    folder = tmp_path / "export"
    assert command("export", "all", str(folder), "--organisation", "Igor Immobilier").exit_code == 0
    everything = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    assert "igor@igor.example" in everything
    for canary in ("Lavigne", "Karim", "Rossi", "HYPERLINK", "plan.pdf"):
        assert canary not in everything


def test_the_lists_are_taken_again(command, ticket, database, cast, tmp_path):
    """S008 S020"""
    command("export", "all", str(tmp_path / "export"), *OURS)
    lists = tmp_path / "export" / "lists"
    their = ("--organisation", "Igor Immobilier", "--apply")

    companies, tickets = (
        command("import", what, str(lists / f"{cast.organisation}-{what}.csv"), *their)
        for what in ("subcontractors", "tickets")
    )

    assert ("2 added, 0 changed." in companies.output, "1 opened" in tickets.output) == (True, True)
    with database.read(cast.other_organisation) as rows:
        karim = rows.scalars(select(Subcontractor).where(Subcontractor.name == "Karim Plomberie")).one()
        assert (karim.office.phone, karim.trades, karim.areas) == ("+33612345678", ["plumbing"], ["69"])
        again = rows.scalars(select(Ticket)).one()
        assert (again.ref, again.title, again.price_cents) == (ticket.ref, FORMULA, 12000)
        assert again.description == "Deux lignes\nd'explication"
        assert (again.site.access, again.customer.phone) == ("2e étage, code 4B21", "+33639980000")
        assert [one.starts_at.isoformat() for one in again.appointments] == ["2031-05-06T12:00:00+00:00"]


def test_a_lost_file_is_named_and_the_rest_is_written(command, ticket, parts, tmp_path):
    """D16"""
    parts.files.delete("1/ab/plan")
    made = command("export", "all", str(tmp_path / "export"))
    assert (made.exit_code, "1/ab/plan" in made.output) == (1, True)
    assert [one["path"] for one in sheet(tmp_path / "export" / "files.csv")] == [""]


def test_nothing_is_written_into_a_folder_that_is_not_empty(command, cast, tmp_path):
    """D16"""
    (tmp_path / "notes.txt").write_text("mine")
    refused = command("export", "all", str(tmp_path))
    assert (refused.exit_code, "is not empty" in refused.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".txt"] == ["notes.txt"]
