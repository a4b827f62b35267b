"""What people type becomes a number that can be written to, or a sentence that says why not: M15, X04."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fieldtickets.domain.words import Message
from fieldtickets.phones import can_text, masked, normalise, pretty


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("+33612345678", "CH", "+33612345678"),
        ("06\u00a012\u202f34 56‑78 ", "FR", "+33612345678"),
        ("０６１２３４５６７８", "FR", "+33612345678"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("0171 2345678", "DE", "+491712345678"),
        ("312 345 6789", "IT", "+393123456789"),
        ("01 42 68 53 00", "FR", "+33142685300"),
        ("09 72 11 22 33", "FR", "+33972112233"),
        ("06 39 98 00 12", "FR", "+33639980012"),
    ],
)
def test_a_number_is_kept_in_one_spelling(typed, country, number):
    """M15"""
    assert normalise(typed, country) == number


@pytest.mark.parametrize(
    "typed",
    [
        "0899 12 34 56",
        "+33899123456",
        "+881612345678",
        "+870773111632",
        "3250",
        "36 66 60",
        "0800 12 34 56",
        "0810 12 34 56",
        "+1 415 555 2671",
        "+44 7911 123456",
        "+7 912 345 67 89",
        "112",
    ],
)
def test_premium_satellite_short_and_foreign_numbers_are_refused(typed):
    """M15"""
    with pytest.raises(ValueError, match=r"number") as refused:
        normalise(typed, "FR")

    assert isinstance(refused.value.args[0], Message)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "06 12 34",
        "06 12 34 56 78 90",
        "demander Karim",
        "0612345678 poste 5",
        "0612345678;ext=5",
        "06 12 34 56 78\r\nBcc: igor@example.org",
        "+336123456٧٨x",
        "tel:+33612345678",
        "06\x0012345678",
    ],
)
def test_what_is_not_one_phone_number_is_refused_with_an_example(typed):
    """M15 X04"""
    with pytest.raises(ValueError, match=r"^Check this phone number") as refused:
        normalise(typed, "FR")

    assert refused.value.args[0].words == {"example": "06 12 34 56 78"}


def test_without_a_known_country_no_example_is_given():
    with pytest.raises(ValueError, match=r"^Check this phone number\.$"):
        normalise("0612345678", "XX")


def test_the_operator_chooses_the_countries():
    """M15"""
    assert normalise("+44 7400 123456", "FR", allowed=("FR", "GB")) == "+447400123456"
    with pytest.raises(ValueError, match="this country"):
        normalise("06 12 34 56 78", "FR", allowed=("CH",))


@given(st.text(max_size=40))
def test_what_is_typed_at_random_is_refused_with_a_sentence(typed):
    """M15 X04"""
    assume(sum(sign.isdigit() for sign in typed) < 3)

    with pytest.raises(ValueError, match="number") as refused:
        normalise(typed, "FR")

    assert isinstance(refused.value.args[0], Message)


@given(st.integers(0, 99_999_999), st.sampled_from(["", " ", ".", "-", "\u202f"]))
def test_every_french_mobile_number_has_one_spelling(digits, gap):
    """M15"""
    pairs = ["06", "12", *re.findall("..", f"{digits:08d}")[:3]]

    assert normalise(gap.join(pairs), "FR") == "+33" + "".join(pairs)[1:]


def test_a_landline_may_be_called_but_not_texted():
    """M15"""
    assert not can_text("+33142685300")
    assert not can_text("+33972112233")
    assert can_text("+33612345678")
    assert can_text("+33639980012")
    assert can_text("+41791234567")


def test_a_number_is_read_at_home_without_its_country():
    assert pretty("+33612345678", "fr") == "06 12 34 56 78"
    assert pretty("+33639980012", "fr") == "06 39 98 00 12"
    assert pretty("+33612345678", "de") == "+33 6 12 34 56 78"
    assert pretty("+41791234567", "fr") == "+41 79 123 45 67"


def test_a_masked_number_shows_its_end_only():
    assert masked("+33639980012") == "…00 12"
