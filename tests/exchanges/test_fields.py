"""Numbers as people type them into forms."""

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.exchanges.fields import AnswerForm, PercentField, WholeField


class Numbers(AnswerForm):
    units = WholeField("Units", least=1, most=20)
    rate = PercentField("Rate")


@pytest.mark.parametrize(
    ("units", "rate", "answer"),
    [
        (" 3 ", "5,5", {"units": 3, "rate": 550}),
        ("20", "8.1 %", {"units": 20, "rate": 810}),
        ("1", "20%", {"units": 1, "rate": 2000}),
        (" ", "", {}),
    ],
)
def test_numbers_are_read_as_they_are_typed(units, rate, answer):
    """R15"""
    form = Numbers(MultiDict({"units": units, "rate": rate}))

    assert form.validate()
    assert form.answer() == answer


@pytest.mark.parametrize(
    ("units", "rate", "wrong"),
    [
        ("0", "5", "units"),
        ("21", "5", "units"),
        ("1.5", "5", "units"),
        ("²", "5", "units"),
        ("1", "101", "rate"),
    ],
)
def test_numbers_that_make_no_sense_are_named(units, rate, wrong):
    """R15"""
    form = Numbers(MultiDict({"units": units, "rate": rate}))

    assert not form.validate()
    assert list(form.errors) == [wrong]
