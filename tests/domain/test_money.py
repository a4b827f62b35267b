"""What a ticket costs: lines of quotes and the running total, in whole cents."""

import pytest

from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState
from fieldtickets.domain.money import QuoteLine, Totals, half_up, sum_of, totals, vat_of

QUOTE, EXTRA, FEE = ChargeKind.QUOTE, ChargeKind.EXTRA, ChargeKind.FEE


def agreed(kind, net_cents, state=ChargeState.AGREED):
    return Amount(kind, net_cents, state=state)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([], Totals(12000, 12000, 0, 0)),
        ([agreed(QUOTE, 31200)], Totals(12000, 31200, 0, 0)),
        ([agreed(QUOTE, 31200), agreed(QUOTE, 29900)], Totals(12000, 29900, 0, 0)),
        ([agreed(QUOTE, 31200), agreed(QUOTE, 50000, ChargeState.PROPOSED)], Totals(12000, 31200, 0, 0)),
        ([agreed(EXTRA, 4500), agreed(EXTRA, 500)], Totals(12000, 12000, 5000, 0)),
        ([agreed(EXTRA, 4500, ChargeState.REFUSED)], Totals(12000, 12000, 0, 0)),
        ([agreed(FEE, 4000), agreed(FEE, 900, ChargeState.CONTESTED)], Totals(12000, 12000, 0, 4000)),
    ],
)
def test_the_total_follows_from_what_was_agreed(amounts, expected):
    """S059 S066 S067 S097"""
    assert totals(12000, amounts) == expected


def test_the_total_counts_price_extras_and_fees_once_each():
    """S066 S097"""
    amounts = [agreed(QUOTE, 31200), agreed(EXTRA, 4500), agreed(FEE, 4000)]

    assert totals(12000, amounts).total == 39700
    assert totals(None, []).total == 0


def test_nobody_agreed_to_the_price_of_a_job_that_nobody_has():
    """S059 S097"""
    assert totals(12000, [], taken=False) == Totals(12000, None, 0, 0)
    assert totals(12000, [], taken=False).total == 0
    assert totals(12000, [agreed(QUOTE, 31200)], taken=False).agreed == 31200


def test_a_job_that_was_called_off_costs_its_fee_alone():
    """S109 S113"""
    amounts = [agreed(QUOTE, 31200), agreed(EXTRA, 4500), agreed(FEE, 2000)]

    assert totals(8000, amounts, called_off=True) == Totals(8000, None, 0, 2000)
    assert totals(8000, [], called_off=True).total == 0


@pytest.mark.parametrize(
    ("value", "parts", "expected"), [(5, 2, 3), (4, 2, 2), (149, 100, 1), (150, 100, 2), (0, 100, 0)]
)
def test_half_a_cent_is_rounded_up(value, parts, expected):
    """S065"""
    assert half_up(value, parts) == expected


def test_each_line_is_rounded_by_itself_as_it_is_printed():
    """S058 R15"""
    line = QuoteLine("Joint", quantity=150, unit_cents=333, vat_rate=550)

    assert (line.net_cents, line.vat_cents) == (500, 28)
    assert sum_of([line, line, line]) == (1500, 84)
    assert vat_of(1500, 550) == 83
