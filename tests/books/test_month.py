"""The books of a month: which lines are in it, what they add up to, and the register for spreadsheets."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from fieldtickets.documents.registers import COLUMNS, register_csv, register_xlsx
from fieldtickets.domain.books import Kind, Line, Month, NotAMonth, totals
from fieldtickets.domain.effects import ChargeState
from fieldtickets.store.queries.books import lines
from tests.books.rows import a_fee, an_invoice
from tests.builders import a_ticket

MAY = Month(2031, 5)
FORMULA = '=HYPERLINK("http://bad.example")'


def a_line(**changes) -> Line:
    whole = {
        "kind": Kind.INVOICE,
        "ref": "T-2031-000001",
        "title": "Fuite",
        "company_id": 1,
        "company": "Karim Plomberie",
        "siret": "",
        "vat_number": "",
        "number": "F-1",
        "day": date(2031, 5, 31),
        "net_cents": 123450,
        "vat_cents": 24690,
        "currency": "EUR",
        "state": "submitted",
    }
    return Line(**{**whole, **changes})


def of_month(parts, cast, month=MAY, **more) -> list[Line]:
    with parts.database.read(cast.organisation) as rows:
        return lines(rows, month, "Europe/Paris", **more)


def test_invoices_are_in_the_month_of_their_date_and_fees_in_that_of_their_decision(parts, cast):
    """T02"""
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 1))
    an_invoice(parts, cast, ticket, cast.karim, "F-2", date(2031, 5, 31))
    an_invoice(parts, cast, ticket, cast.karim, "F-3", date(2031, 6, 1))
    in_paris_may = datetime(2031, 4, 30, 22, 30, tzinfo=UTC)
    in_paris_june = datetime(2031, 5, 31, 22, 30, tzinfo=UTC)
    a_fee(parts, cast, ticket, cast.karim, in_paris_may, net=4000)
    a_fee(parts, cast, ticket, cast.karim, in_paris_june, net=5000)

    found = of_month(parts, cast)

    assert [(line.kind, line.number, line.net_cents) for line in found] == [
        (Kind.INVOICE, "F-1", 10000),
        (Kind.INVOICE, "F-2", 10000),
        (Kind.FEE, "Client absent", 4000),
    ]
    assert {(line.ref, line.company) for line in found} == {(ticket.ref, "Karim Plomberie")}
    assert [line.net_cents for line in of_month(parts, cast, MAY.after)] == [10000, 5000]


def test_a_statement_holds_one_company_alone(parts, cast):
    """O07"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 2))
    an_invoice(parts, cast, ticket, cast.lucie, "F-1", date(2031, 5, 2))
    assert [line.company for line in of_month(parts, cast, company_id=cast.lucie)] == ["Lucie Chauffage"]


def test_another_organisation_has_empty_books(parts, cast):
    """O04"""
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 2))
    a_fee(parts, cast, ticket, cast.karim, datetime(2031, 5, 3, tzinfo=UTC))
    with parts.database.read(cast.other_organisation) as rows:
        assert lines(rows, MAY, "Europe/Paris") == []


def test_only_what_is_owed_is_added_and_currencies_are_never_mixed():
    """S100"""
    fee = {"kind": Kind.FEE, "net_cents": 4000, "vat_cents": 0}
    found = totals(
        [
            a_line(**fee, state=ChargeState.AGREED),
            a_line(**fee, state=ChargeState.CONTESTED),
            a_line(),
            a_line(net_cents=-100, vat_cents=-20),
            a_line(currency="CHF", net_cents=500, vat_cents=40),
        ]
    )
    assert [(one.kind, one.currency, one.count, one.net_cents, one.gross_cents) for one in found] == [
        (Kind.INVOICE, "CHF", 1, 500, 540),
        (Kind.INVOICE, "EUR", 2, 123350, 148020),
        (Kind.FEE, "EUR", 1, 4000, 4000),
    ]


def test_a_spreadsheet_of_france_opens_the_register_and_reckons_with_nothing_in_it():
    """X07"""
    content = register_csv([a_line(number=FORMULA, vat_cents=-5)])

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 2
    (row,) = csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert tuple(row) == COLUMNS
    assert row["numero"] == f"'{FORMULA}"
    assert (row["ht"], row["tva"], row["ttc"]) == ("1234,50", "-0,05", "1234,45")
    assert (row["nature"], row["date"], row["etat"]) == ("facture", "2031-05-31", "submitted")


def test_the_workbook_has_amounts_as_numbers_and_no_formula():
    """X07"""
    with ZipFile(BytesIO(register_xlsx([a_line(number=FORMULA)]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()

    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<v>1234.5</v>" in sheet
    assert "=HYPERLINK(" in words


@pytest.mark.parametrize("typed", ["", "2031", "2031-13", "2031-5", "1999-12", "2031-05-01", "abcdefg"])
def test_what_is_no_month_is_refused(typed):
    """X10"""
    with pytest.raises(NotAMonth):
        Month.read(typed)


def test_months_follow_one_another_over_the_year():
    """X10"""
    assert (Month(2031, 12).after, Month(2031, 1).before) == (Month(2032, 1), Month(2030, 12))
    assert str(Month.read("2031-05")) == "2031-05"
