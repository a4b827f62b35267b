"""The register of a month as CSV and XLSX, for accounting software and spreadsheets.

The columns keep their names in every language, since programs read them.
"""

import csv
from collections.abc import Iterable
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO

from fieldtickets.domain.books import Kind, Line
from fieldtickets.store.export import FORMULA

COLUMNS = (
    "nature",
    "ticket",
    "objet",
    "fournisseur",
    "siret",
    "tva_intra",
    "numero",
    "date",
    "devise",
    "ht",
    "tva",
    "ttc",
    "etat",
    "payeur",
)
KINDS = {Kind.INVOICE: "facture", Kind.FEE: "frais"}


def register_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with its mark, semicolons, decimal commas, CRLF: what French, German and Italian Excel opens.

    An apostrophe stands before what a spreadsheet would take for a formula (X07).
    """
    text = StringIO(newline="")
    sheet = csv.writer(text, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for line in lines:
        sheet.writerow([_written(value) for value in _cells(line)])
    return text.getvalue().encode("utf-8-sig")


def register_xlsx(lines: Iterable[Line]) -> bytes:
    """One sheet; amounts are numbers, everything else is text that no cell reckons with (X07)."""
    content, xlsxwriter = BytesIO(), import_module("xlsxwriter")  # read when somebody wants a spreadsheet
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(_cells(line)):
                if isinstance(value, Decimal):
                    sheet.write_number(row, column, value, money)
                else:
                    sheet.write_string(row, column, value)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
    return content.getvalue()


def _cells(line: Line) -> list[str | Decimal]:
    return [
        KINDS[line.kind],
        line.ref,
        line.title,
        line.company,
        line.siret,
        line.vat_number,
        line.number,
        line.day.isoformat(),
        line.currency,
        *(Decimal(cents) / 100 for cents in (line.net_cents, line.vat_cents, line.gross_cents)),
        str(line.state),
        line.payer,
    ]


def _written(value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    return f"'{value}" if value.startswith(FORMULA) else value
