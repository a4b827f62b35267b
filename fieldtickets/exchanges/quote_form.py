"""The form of a quote: one amount with its rate of VAT, or lines that add up to it."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from wtforms import Field
from wtforms.validators import Optional

from fieldtickets.domain.acts import Answer, Facts
from fieldtickets.domain.money import QuoteLine, sum_of, vat_of
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Money, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    DayField,
    FilesField,
    Line,
    MoneyField,
    PercentField,
    WholeField,
    comment,
)

PARTS = ("label", "quantity", "unit_price", "vat_rate")
NUMBERED = re.compile(rf"({'|'.join(PARTS)})_([1-9]\d?)")
ROWS_SHOWN = 3  # empty, for those who want lines; whoever sends more gets more
LONGEST_LABEL = 200  # characters
ONE = 100  # of a quantity, which is kept in hundredths

WANTED_AMOUNT = _("Write the price without VAT, or fill in a line")
WANTED_RATE = _("Write the rate of VAT, for example 20")


class QuantityField(MoneyField):
    """How many, with at most two decimals, in hundredths: `1,5` is 150."""

    def process_formdata(self, values: list[str]) -> None:
        """Text to hundredths, or a sentence with an example."""
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError(_("Write how many, for example 2 or 1.5")) from None


def numbers(names: Iterable[str]) -> list[int]:
    """The numbers of the lines that these fields belong to."""
    return sorted({int(match[2]) for name in names if (match := NUMBERED.fullmatch(name))})


class QuoteForm(AnswerForm):
    """A price, how long it stands, when the work could begin; as a file, if there is one (S058)."""

    amount_net = MoneyField(_("Price without VAT"), [Optional()])
    vat_rate = PercentField(_("VAT in %"), [Optional()], description=_("For example 20, 10 or 5.5"))
    valid_until = DayField(_("The quote stands until"), [Optional()])
    lead_days = WholeField(_("Days until you can begin"), [Optional()], most=365)
    file = FilesField(_("Your quote as photo or PDF"))
    comment = comment()

    currency = "EUR"

    def process(self, formdata: Any = None, *data: Any, **more: Any) -> None:
        """Make room for the lines that were sent, and for a few more."""
        for number in sorted({*range(1, ROWS_SHOWN + 1), *numbers(formdata or ())}):
            for name, part in _row(number).items():
                self._fields[name] = self.meta.bind_field(self, part, {"name": name, "prefix": self._prefix})
        super().process(formdata, *data, **more)

    def fit(self, facts: Facts, party: Party) -> None:
        """The day until which a quote stands is proposed; the amounts are in the ticket's currency."""
        self.currency = facts.currency
        if self.valid_until.data is None and not self.valid_until.raw_data:
            self.valid_until.data = (facts.now + facts.playbook.quote_lasts).date()

    @property
    def rows(self) -> list[list[Field]]:
        """The lines, each as its fields."""
        numbered = [field for field in self if NUMBERED.fullmatch(field.name)]
        by_row = groupby(numbered, key=lambda field: field.name.rpartition("_")[2])
        return [list(fields) for _number, fields in by_row]

    @property
    def used(self) -> list[list[Field]]:
        """The lines in which something was written."""
        return [row for row in self.rows if any(field.data not in (None, "") for field in row)]

    def validate(self, extra_validators: Any = None) -> bool:
        """A line needs a name and a price, and is of one piece; without lines the amount is due."""
        valid = super().validate(extra_validators)
        if not self.used:
            _demand(self.amount_net, WANTED_AMOUNT)
            _demand(self.vat_rate, WANTED_RATE)
        for label, _quantity, price, rate in self.used:
            _demand(label, _("Say what this line is for"))
            _demand(price, _("Write the price, for example 120 or 120.50"))
            if self.vat_rate.data is None:
                _demand(rate, WANTED_RATE)
        if valid and not self.errors:
            self._compare()
        return valid and not self.errors

    def answer(self) -> dict[str, Any]:
        """What was typed, each line whole, and what it comes to."""
        values = super().answer()
        for label, quantity, _price, rate in self.used:
            values[quantity.name] = ONE if quantity.data is None else quantity.data
            values[rate.name] = self.vat_rate.data if rate.data is None else rate.data
            values[label.name] = label.data
        net, vat = priced(values)
        return {**values, "net": Money(net, self.currency), "gross": Money(net + vat, self.currency)}

    def _compare(self) -> None:
        """An amount beside lines must be their sum; and nobody quotes nothing."""
        answer = self.answer()
        net, typed = answer["net"], self.amount_net.data
        if typed is not None and typed != net.cents:
            wrong = _("The lines add up to %(sum)s. Put one of them right.", sum=net)
            self.amount_net.errors = [*self.amount_net.errors, wrong]
        if net.cents == 0:
            _demand(self.amount_net, WANTED_AMOUNT, missing=True)


def _row(number: int) -> dict[str, Any]:
    """The fields of one line, not bound to a form yet."""
    parts = (
        Line(_("Line %(number)s: what", number=number), [Optional()]),
        QuantityField(_("How many"), [Optional()]),
        MoneyField(_("Price of one, without VAT"), [Optional()]),
        PercentField(_("VAT in %"), [Optional()]),
    )
    return {f"{name}_{number}": part for name, part in zip(PARTS, parts, strict=True)}


def _demand(field: Field, message: str, *, missing: bool = False) -> None:
    if missing or (field.data in (None, "") and not field.errors):
        field.errors = [*field.errors, message]


def lines_of(answer: Answer) -> list[QuoteLine]:
    """The lines of a quote as it was answered; none when it is one amount."""
    return [
        QuoteLine(
            answer[f"label_{n}"],
            answer.get(f"quantity_{n}", ONE),
            answer[f"unit_price_{n}"],
            answer.get(f"vat_rate_{n}", 0),
        )
        for n in numbers(answer)
        if f"label_{n}" in answer
    ]


def priced(answer: Answer) -> tuple[int, int]:
    """Net and VAT of a quote in cents: of its lines, else of its one amount."""
    if lines := lines_of(answer):
        return sum_of(lines)
    net = answer.get("amount_net", 0)
    return net, vat_of(net, answer.get("vat_rate", 0))
