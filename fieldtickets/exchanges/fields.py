"""Parts of forms: plain WTForms, so that a test fills one without a web request."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import MultipleFileField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import DateInput, TimeInput

from fieldtickets.domain.acts import Answer, Facts, Refused
from fieldtickets.domain.money import cents
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Message, _

LONGEST_TEXT = 10_000  # characters (R16)
INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)  # zero width, direction overrides


def clean(text: str | None) -> str:
    """What a person typed, without what cannot be seen: NUL, controls, direction overrides (R16, X04)."""
    tidy = INVISIBLE.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    visible = (c for c in tidy if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", "".join(visible)).strip()


def one_line(text: str | None) -> str:
    """The same on a single line, for names and subjects."""
    return " ".join(clean(text).split())


def not_too_long(form: Form, field: Field) -> None:
    """Refuse, with the count, what no one will read (R16)."""
    count = len(field.data or "")
    if count > LONGEST_TEXT:
        raise ValidationError(
            _("%(count)s characters are too many: shorten it to %(most)s.", count=count, most=LONGEST_TEXT)
        )


def at_most(count: int) -> Callable[[Form, Field], None]:
    """Refuse more characters than the place has."""

    def check(_form: Form, field: Field) -> None:
        if len(field.data or "") > count:
            raise ValidationError(_("At most %(count)s characters.", count=count))

    return check


class Cleaned(Field):
    """What is nothing once cleaned counts as not given, so that a required text is never blank."""

    raw_data: list[Any] | None

    def process(self, formdata: Any, *data: Any, **more: Any) -> None:
        """Read it, and forget what was sent when there is nothing in it."""
        super().process(formdata, *data, **more)
        if not any(map(clean, self.raw_data or ())):
            self.raw_data = None


class Text(Cleaned, TextAreaField):
    """Several lines of free text, cleaned, of at most 10,000 characters."""

    def __init__(self, label: str = "", validators: Any = (), **more: Any) -> None:
        super().__init__(label, (*validators, not_too_long), filters=(clean,), **more)


class Line(Cleaned, StringField):
    """One line of free text, cleaned."""

    def __init__(self, label: str = "", validators: Any = (), **more: Any) -> None:
        super().__init__(label, (*validators, not_too_long), filters=(one_line,), **more)


def options(codes: Iterable[tuple[str, Message]]) -> list[SelectChoice]:
    """Codes and their words as WTForms wants them."""
    return [SelectChoice(value=code, label=words) for code, words in codes]


class Codes(RadioField):
    """One of a few codes, each with its words.

    missing: what is said when there is none; without it, or with a default, it may be left out.
    """

    def __init__(
        self, label: str, codes: Mapping[str, Message], missing: Message | None = None, **more: Any
    ) -> None:
        needed = DataRequired if "default" in more else InputRequired
        wanted = needed(missing) if missing else Optional()
        super().__init__(label, [wanted], choices=options(codes.items()), **more)
        self._missing = missing or _("Choose from the list.")

    def pre_validate(self, form: Form) -> None:
        """A code that is not on the list counts as no answer."""
        if self.data is not None and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(self._missing)


class Several(SelectMultipleField):
    """Any number of a few codes."""

    def pre_validate(self, form: Form) -> None:
        """Codes that are not on the list are refused together."""
        if set(self.data or ()) - {choice.value for choice in self.choices}:
            raise ValidationError(_("Choose from the list."))


class WithOther(Field):
    """A field of tiles with a second, free input: `<name>_other` wins over the tile when it is filled."""

    def process(self, formdata: Any, *data: Any, **more: Any) -> None:
        """Read the free input first."""
        super().process(formdata, *data, **more)
        other = (formdata.getlist(f"{self.name}_other") if formdata else None) or [""]
        if other[0].strip():
            self.process_errors.clear()
            self.raw_data = other
            self._read()

    def _read(self) -> None:
        try:
            self.process_formdata(self.raw_data or [])
        except ValueError as error:
            self.process_errors.append(error.args[0])


class DayField(WithOther):
    """A day, typed or chosen as YYYY-MM-DD."""

    widget = DateInput()

    def process_formdata(self, values: list[str]) -> None:
        """Text to a date, or a sentence that says what to choose."""
        self.data: date | None = None
        if values and values[0].strip():
            try:
                self.data = date.fromisoformat(values[0].strip())
            except ValueError:
                raise ValueError(_("Choose a day")) from None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else (self.data.isoformat() if self.data else "")


class HourField(WithOther):
    """An hour in the site's time zone, typed or chosen as HH:MM."""

    widget = TimeInput()

    def process_formdata(self, values: list[str]) -> None:
        """Text to a time, or a sentence that says what to choose."""
        self.data: time | None = None
        if values and values[0].strip():
            try:
                self.data = time.fromisoformat(values[0].strip()).replace(
                    second=0, microsecond=0, tzinfo=None
                )
            except ValueError:
                raise ValueError(_("Choose an hour")) from None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else (self.data.strftime("%H:%M") if self.data else "")


class MoneyField(StringField):
    """An amount as people type it, to whole cents: `1 234,50`, `1234.50`, `1'234.50 CHF` (R15)."""

    def process_formdata(self, values: list[str]) -> None:
        """Text to cents, or a sentence with an example."""
        self.data: int | None = None
        if values and values[0].strip():
            try:
                self.data = cents(values[0])
            except ValueError:
                raise ValueError(_("Write the price, for example 120 or 120.50")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 100}.{self.data % 100:02d}"


class Wanted:
    """Refuse an empty date or hour with the words of the field."""

    field_flags = {"required": True}

    def __init__(self, message: Message) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(self.message)


class FilesField(MultipleFileField):
    """Photos and PDFs; each is checked by content before it gets here (`uploads`)."""

    @property
    def count(self) -> int:
        """How many files came; an input left empty is none."""
        return sum(bool(getattr(one, "filename", "")) for one in self.data or ())


class WholeField(Cleaned, StringField):
    """A whole number from `least` to `most`, such as minutes or units; unit and range are in its label.

    usual: minutes that a page offers as buttons: one tap is the whole answer.
    """

    def __init__(
        self,
        label: Message,
        validators: Any = (),
        least: int = 0,
        most: int = 9999,
        usual: Sequence[int] = (),
        **more: Any,
    ) -> None:
        super().__init__(label, validators, **more)
        self.least, self.most, self.usual = least, most, usual

    def process_formdata(self, values: list[str]) -> None:
        """Text to a number, or a sentence that says which ones are possible."""
        if self.usual:  # what was tapped comes beside an input that may be empty
            self.raw_data = values = [one for one in values if one.strip()]
        self.data: int | None = None
        typed = one_line(values[0]) if values else ""
        if typed:
            if not (typed.isascii() and typed.isdecimal() and self.least <= int(typed[:9]) <= self.most):
                raise ValueError(
                    _("Write a whole number from %(least)s to %(most)s", least=self.least, most=self.most)
                )
            self.data = int(typed)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ("" if self.data is None else str(self.data))


class PercentField(Cleaned, StringField):
    """A rate of VAT as people type it, `20`, `5,5` or `8.1 %`, in hundredths of a percent: 2000, 550, 810."""

    def process_formdata(self, values: list[str]) -> None:
        """Text to hundredths, or a sentence with an example."""
        self.data: int | None = None
        typed = one_line(values[0]).replace("%", "").strip() if values else ""
        if typed:
            try:
                self.data = cents(typed)
            except ValueError:
                raise ValueError(_("Write the rate, for example 20 or 5.5")) from None
            if self.data > 100_00:
                raise ValueError(_("Write the rate, for example 20 or 5.5"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:g}"


class AnswerForm(Form):
    """The form of an act. After `validate()`, `answer()` gives its values, the empty ones left out."""

    def fit(self, facts: Facts, party: Party) -> None:
        """Adapt the form to the ticket and its reader: drop a settled question, fill a list of choices."""

    def answer(self) -> dict[str, Any]:
        """What was answered, typed: days are dates, hours times; of files, how many came."""
        values = {
            name: field.count if isinstance(field, FilesField) else field.data
            for name, field in self._fields.items()
        }
        files = {name for name, field in self._fields.items() if isinstance(field, FilesField)}
        return {
            name: value
            for name, value in values.items()
            if value not in (None, "", []) and not (name in files and value == 0)
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a question answered twice differently, instead of silently taking the first (X10)."""
        valid = bool(super().validate(extra_validators))
        for field in self._fields.values():
            twice = (
                not isinstance(field, SelectMultipleField | FilesField) and len(set(field.raw_data or ())) > 1
            )
            if twice:
                field.errors = [*field.errors, _("This was answered twice. Choose one answer.")]
                valid = False
        return valid

    @property
    def takes_files(self) -> bool:
        """Whether the form carries files, and so needs multipart."""
        return any(isinstance(field, FilesField) for field in self._fields.values())


class ChangeForm(AnswerForm):
    """The form of an act that changes what is there; every field is shown filled.

    What was not sent stays as it is, so that a program can change one detail alone.
    """

    sent: frozenset[str] = frozenset()

    def process(self, formdata: Any = None, *more: Any, **values: Any) -> None:
        """Note which fields came, also those that came empty."""
        self.sent = frozenset(formdata or ())
        super().process(formdata, *more, **values)

    def answer(self) -> dict[str, Any]:
        """The fields that were sent, also when one was emptied."""
        return {name: field.data for name, field in self._fields.items() if name in self.sent}


def something_changes(facts: Facts, answer: Answer) -> None:
    """The rule of a form of changes: one of nothing is none."""
    if not answer:
        raise Refused(_("Say what changes."))


class NoQuestion(AnswerForm):
    """The form of an act that asks nothing: its button is the answer."""


def comment(label: Message = _("Comment (optional)")) -> Text:
    """The optional free text that many acts take (S038)."""
    text: Text = Text(label, [Optional()])
    return text
