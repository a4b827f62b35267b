"""The ground floor: money, deadlines, seals, ranking, as pure functions."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fieldtickets.domain import seals
from fieldtickets.domain.deadlines import at_site, outside_quiet_hours
from fieldtickets.domain.dispatching import Candidate, rank
from fieldtickets.domain.folding import spelled_once
from fieldtickets.domain.money import NotAnAmount, cents
from fieldtickets.domain.phases import Standing
from tests.builders import some_facts


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("120", 12000),
        ("120,5", 12050),
        ("120.50", 12050),
        ("1 234,50", 123450),
        ("1\u202f234,50 €", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1'234.50 CHF", 123450),
        ("1,234,567.89", 123456789),
        ("0,01", 1),
        ("120 HT", 12000),
    ],
)
def test_amounts_are_read_the_way_people_type_them(typed, expected):
    """R15"""
    assert cents(typed) == expected


@pytest.mark.parametrize("typed", [
    "", "-5", "+5", "1e9", "NaN", "inf", "12,345", "1.234", "1,2,3", "１２", "٣", "12 34", "1.23.4", "0x10",
    "9999999999999", "12,3456", "1 23", "€", ",50", "5,", "--", "1_000",
])  # fmt: skip
def test_what_could_mean_two_amounts_or_none_is_refused(typed):
    """R15"""
    with pytest.raises(NotAnAmount):
        cents(typed)


@given(some.text(max_size=30))
def test_an_amount_is_whole_cents_or_refused_whatever_is_typed(typed):
    """R15"""
    with suppress(NotAnAmount):
        assert 0 <= cents(typed) <= 10**11


def test_the_hour_that_comes_twice_is_its_first():
    """T01"""
    assert at_site(date(2026, 10, 25), time(2, 30), "Europe/Paris") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_reminders_wait_for_eight_in_the_morning_at_the_site():
    """M19"""
    night = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # 23:00 in Paris, the clocks change that night

    assert outside_quiet_hours(night, "Europe/Paris") == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    noon = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert outside_quiet_hours(noon, "Europe/Paris") == noon


def test_the_most_local_then_the_least_loaded_is_asked_first_and_the_screen_says_why():
    """S007 S008"""
    candidates = [
        Candidate(1, ("plumbing",), ("69",), 0),
        Candidate(2, ("plumbing",), ("69003",), 3),
        Candidate(3, ("plumbing", "heating"), ("69003",), 1),
        Candidate(4, ("locks",), ("69003",), 0),
        Candidate(5, ("plumbing",), ("75",), 0),
        Candidate(6, ("plumbing",), (), 0),
    ]

    choices = rank(candidates, "plumbing", "69003")

    assert [choice.id for choice in choices] == [3, 2, 1, 6]
    assert choices[0].why == (("trade", "plumbing"), ("area", "69003"), ("open_jobs", "1"))


@pytest.mark.parametrize("asked", ["plomberie", "Plomberie", "PLOMBERIE", "etancheite", "Étanchéité"])
def test_a_trade_is_the_same_however_it_is_spelt(asked):
    """S008"""
    karim = Candidate(1, ("Plomberie", "Étanchéité"), ())

    assert [choice.id for choice in rank([karim], asked, "69003")] == [1]
    assert rank([karim], "serrurerie", "69003") == []


def test_known_trades_are_offered_once_as_most_people_spell_them():
    """S008"""
    typed = ["plomberie", "Étanchéité", "Plomberie", "etancheite", "Plomberie", "Étanchéité", "serrurerie"]

    assert spelled_once(typed) == ["Étanchéité", "Plomberie", "serrurerie"]


@given(some.dictionaries(some.text(max_size=8), some.text(max_size=20), max_size=5))
def test_a_seal_depends_on_every_word_and_on_the_seal_before(payload):
    """E01"""
    first = seals.seal(payload, seals.GENESIS)

    assert first == seals.seal(dict(reversed(payload.items())), seals.GENESIS)
    assert first != seals.seal({**payload, "one more": "x"}, seals.GENESIS)
    assert first != seals.seal(payload, first)


@pytest.mark.parametrize(
    "standing", [Standing.LOST, Standing.STAND_BY, Standing.RECALLED, Standing.WITHDRAWN]
)
def test_who_is_out_of_it_no_longer_reads_the_customer_s_details(standing):
    """S013 O08 O14: also where the playbook shows them with the offer."""
    assert some_facts().discloses
    assert not some_facts(standing=standing).discloses
