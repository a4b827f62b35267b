"""The books of a month: what was claimed and what is owed, added up. Amounts are cents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

YEARS = range(2000, 2100)
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class NotAMonth(ValueError):
    """What was typed is no month of ours."""


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which a day is."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, typed: str) -> "Month":
        """`2026-10` as a month; raises NotAMonth for all else."""
        if not MONTH.fullmatch(typed) or int(typed[:4]) not in YEARS:
            raise NotAMonth(typed)
        return cls(int(typed[:4]), int(typed[5:]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    @property
    def after(self) -> "Month":
        """The next month."""
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


class Kind(StrEnum):
    """What a line of the books is."""

    INVOICE = "invoice"
    FEE = "fee"


@dataclass(frozen=True)
class Line:
    """An invoice, or a fee, with the ticket that it is about. state: of the invoice, or of the fee.

    invoice_id, event_id: of the row and of the event whose files are the invoice; 0 for a fee.
    """

    kind: Kind
    ref: str
    title: str
    company_id: int
    company: str
    siret: str
    vat_number: str
    number: str
    day: date
    net_cents: int
    vat_cents: int
    currency: str
    state: str
    payer: str = ""
    invoice_id: int = 0
    event_id: int = 0

    @property
    def gross_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents

    @property
    def counts(self) -> bool:
        """Whether it is owed: every invoice is claimed until it is settled, a fee only once agreed."""
        return self.kind is Kind.INVOICE or self.state == "agreed"


@dataclass(frozen=True)
class Total:
    """Lines of one kind and currency, added up."""

    kind: Kind
    currency: str
    count: int
    net_cents: int
    vat_cents: int

    @property
    def gross_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents


def totals(lines: Iterable[Line]) -> list[Total]:
    """What the lines that count add up to, invoices first; currencies are never mixed."""
    found: dict[tuple[bool, str], list[Line]] = {}
    for line in lines:
        if line.counts:
            found.setdefault((line.kind is Kind.FEE, line.currency), []).append(line)
    return [
        Total(
            same[0].kind,
            currency,
            len(same),
            sum(line.net_cents for line in same),
            sum(line.vat_cents for line in same),
        )
        for (_fee, currency), same in sorted(found.items())
    ]
