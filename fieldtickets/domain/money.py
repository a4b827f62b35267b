"""Money is a whole number of cents, everywhere; floats never touch it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState

AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?:(?P<gap>[ .,'’])\d{3})(?:(?P=gap)\d{3})*|\d{1,9})(?:[.,](?P<rest>\d{1,2}))?"
)
SIGNS = re.compile(r"(€|EUR|CHF|Fr\.?|HT|net)", re.IGNORECASE)
MOST_CENTS = 10**11  # a milliard: more is a slip of the finger


class NotAnAmount(ValueError):
    """What was typed is not one amount."""


def cents(typed: str) -> int:
    """The cents of an amount as people of four countries type it (R15).

    `1.234,50` and `1,234.50` both mean 123450. Raises NotAnAmount for all else: signs, exponents,
    digits of other scripts, and `12,345`, which is twelve to some and twelve thousand to others.
    """
    text = SIGNS.sub("", re.sub("[\u00a0\u202f\u2009]", " ", typed)).strip()
    match = AMOUNT.fullmatch(text) if text.isascii() or "’" in text else None
    if match is None or (match["rest"] and match["gap"] and text[match.end("whole")] == match["gap"]):
        raise NotAnAmount(typed)
    if match["gap"] in (".", ",") and match["rest"] is None and text.count(match["gap"]) == 1:
        raise NotAnAmount(typed)
    whole = re.sub(r"\D", "", match["whole"])
    value = int(whole) * 100 + int((match["rest"] or "").ljust(2, "0"))
    if value > MOST_CENTS:
        raise NotAnAmount(typed)
    return value


@dataclass(frozen=True)
class QuoteLine:
    """One line of a quote: hundredths of a quantity, net cents a piece, hundredths of a percent of VAT."""

    label: str
    quantity: int
    unit_cents: int
    vat_rate: int

    @property
    def net_cents(self) -> int:
        return half_up(self.quantity * self.unit_cents, 100)

    @property
    def vat_cents(self) -> int:
        return vat_of(self.net_cents, self.vat_rate)


@dataclass(frozen=True)
class Totals:
    """What a ticket costs without VAT, in cents: what was recommended, what counts now, and the whole."""

    recommended: int | None
    agreed: int | None
    extra: int
    fee: int

    @property
    def total(self) -> int:
        return (self.agreed or 0) + self.extra + self.fee


def half_up(value: int, parts: int) -> int:
    """A whole number divided, half a part rounded up."""
    return (2 * value + parts) // (2 * parts)


def vat_of(net_cents: int, rate: int) -> int:
    """The VAT of a net amount in cents; the rate in hundredths of a percent."""
    return half_up(net_cents * rate, 100_00)


def sum_of(lines: Iterable[QuoteLine]) -> tuple[int, int]:
    """Net and VAT of a quote in cents, each line rounded by itself, as it is printed."""
    rows = list(lines)
    return sum(one.net_cents for one in rows), sum(one.vat_cents for one in rows)


def totals(
    price_cents: int | None, amounts: Sequence[Amount], *, called_off: bool = False, taken: bool = True
) -> Totals:
    """The running total of a ticket, recalculated from its amounts, oldest first (S059, S066, S097).

    price_cents: net, as recommended; it counts until a quote is agreed. A fee counts once it is owed.
    taken: whether a company has the job: until then nobody agreed to the recommended price.
    called_off: whether the job was cancelled: then a fee is all that it costs (S109).
    """
    agreed = [one for one in amounts if one.state is ChargeState.AGREED]
    if called_off:
        agreed = [one for one in agreed if one.kind is ChargeKind.FEE]
    quoted = [one.net_cents for one in agreed if one.kind is ChargeKind.QUOTE]
    return Totals(
        recommended=price_cents,
        agreed=quoted[-1] if quoted else price_cents if taken and not called_off else None,
        extra=sum(one.net_cents for one in agreed if one.kind is ChargeKind.EXTRA),
        fee=sum(one.net_cents for one in agreed if one.kind is ChargeKind.FEE),
    )
