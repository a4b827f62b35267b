"""`flask books pack`: the papers of a month in a folder."""

from datetime import date

from tests.books.rows import an_invoice
from tests.builders import a_ticket

OURS = ("--organisation", "Gestion Lavigne")


def test_the_month_is_written_as_register_and_papers(command, parts, cast, tmp_path):
    """S100 P06"""
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 2))
    out = tmp_path / "books"
    made = command("books", "pack", "--month", "2031-05", *OURS, "--out", str(out))
    assert (made.exit_code, "1 lines, 4 files" in made.output) == (0, True), made.output
    names = {"2031-05.csv", "2031-05.xlsx", "2031-05.pdf", f"2031-05-{cast.karim}.pdf"}
    assert {path.name for path in out.iterdir()} == names
    assert "F-1" in (out / "2031-05.csv").read_text("utf-8-sig")


def test_what_is_no_month_is_said_in_a_sentence(command, cast, tmp_path):
    """X10"""
    refused = command("books", "pack", "--month", "may", *OURS, "--out", str(tmp_path / "books"))
    assert (refused.exit_code, "is no month" in refused.output) == (1, True)
    assert not (tmp_path / "books").exists()
