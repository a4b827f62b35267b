"""The form of a subcontractor: what it does, where, and how its people are reached."""

import re
from typing import Any

from flask import g
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from fieldtickets.contacts import email
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Line, Text, at_most, one_line
from fieldtickets.phones import pretty
from fieldtickets.store.models import Person, Subcontractor
from fieldtickets.web.dashboard.new_form import CHOOSE, LANGUAGE_CHOICES, a_phone, an_email
from fieldtickets.web.intake import phone_of

EMPTY_ROWS = 2  # for technicians to be added
OFFICE, TECHNICIAN = "office", "technician"
MOST_WORDS = 40


def listed(text: str | None) -> list[str]:
    """Words between commas, each once."""
    words = (one_line(word) for word in re.split(r"[,;\n]", text or ""))
    return list(dict.fromkeys(word for word in words if word))


def short_words(_form: Any, field: Field) -> None:
    """Few, and none longer than its place."""
    words = listed(field.data)
    if len(words) > MOST_WORDS or any(len(word) > 40 for word in words):
        raise ValidationError(_("Write short words with commas between them."))


def bare(text: str | None) -> str:
    """A number of an authority, without the blanks and dots that people put between."""
    return re.sub(r"[\s.]", "", one_line(text)).upper()


class TechnicianForm(AnswerForm):
    """Somebody who goes there; an empty name takes the row away."""

    id = HiddenField()
    name = Line(_("Name"), [at_most(120)])
    phone = Line(_("Telephone"), [at_most(40), a_phone])
    email = Line(_("E-mail"), [at_most(254), an_email])

    def validate_name(self, field: Field) -> None:
        """Whoever is called has a name."""
        if not field.data and not self.id.data and (self.phone.data or self.email.data):
            raise ValidationError(_("Say who that is"))


class SubcontractorForm(AnswerForm):
    """A company and its people."""

    name = Line(_("Name of the company"), [InputRequired(_("Give the name")), at_most(120)])
    phone = Line(_("Telephone"), [at_most(40), a_phone], description=_("Text messages go to this number."))
    email = Line(_("E-mail"), [at_most(254), an_email])
    language = SelectField(_("Language"), choices=LANGUAGE_CHOICES, invalid_choice_message=CHOOSE)
    trades = Line(
        _("Trades"),
        [short_words],
        description=_("With commas between them: plumbing, heating"),
        render_kw={"list": "trades", "autocomplete": "off", "data-several": ""},
    )
    areas = Line(
        _("Areas"), [short_words], description=_("Beginnings of postcodes: 69, 38100. None: everywhere")
    )
    siret = StringField(_("SIRET"), filters=(bare,))
    vat_number = StringField(_("VAT number"), filters=(bare,))
    external_no = Line(_("Your own number for it (optional)"), [at_most(40)])
    note = Text(_("Note, for managers only"), [at_most(1000)])
    active = BooleanField(_("May be asked for work"), default=True)
    cut_links = BooleanField(_("The old number is no longer theirs: replace the links sent to it"))
    technicians = FieldList(FormField(TechnicianForm))
    version = HiddenField()

    def validate_phone(self, field: Field) -> None:
        """It can be reached one way or the other."""
        if not field.data and not self.email.data:
            raise ValidationError(_("Give a telephone number or an e-mail."))

    def validate_siret(self, field: Field) -> None:
        """Fourteen digits, or nothing."""
        if field.data and not re.fullmatch(r"[0-9]{14}", field.data):
            raise ValidationError(_("A SIRET has 14 digits."))

    def validate_vat_number(self, field: Field) -> None:
        """A country and its number, or nothing."""
        if field.data and not re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", field.data):
            raise ValidationError(_("A VAT number looks like FR12345678901."))

    def write_to(self, company: Subcontractor) -> None:
        """Put what was typed on the row and its people."""
        company.name = self.name.data
        company.language = self.language.data
        company.trades, company.areas = listed(self.trades.data), listed(self.areas.data)
        company.siret, company.vat_number = self.siret.data, self.vat_number.data
        company.external_no = self.external_no.data or None
        company.note, company.active = self.note.data, self.active.data
        office = next(iter(company.people), None) or Person(kind=OFFICE, organisation_id=g.organisation_id)
        office.name = self.name.data
        office.phone, office.email = phone_of(self.phone.data), email(self.email.data)
        company.people = [office, *self._technicians(company.people[1:])]

    def _technicians(self, known: list[Person]) -> list[Person]:
        by_id = {str(person.id): person for person in known}
        people = []
        for row in self.technicians:
            if row.form.name.data:
                person = by_id.pop(row.form.id.data or "", None)
                person = person or Person(kind=TECHNICIAN, organisation_id=g.organisation_id)
                person.name = row.form.name.data
                person.phone, person.email = phone_of(row.form.phone.data), email(row.form.email.data)
                people.append(person)
        return people


def values(company: Subcontractor, language: str) -> dict[str, Any]:
    """What the form of a company shows before anything is typed."""
    office, *technicians = company.people
    empty: list[dict[str, str]] = [{} for _row in range(EMPTY_ROWS)]
    return {
        "name": company.name,
        "phone": shown(office.phone, language),
        "email": office.email,
        "language": company.language,
        "trades": ", ".join(company.trades),
        "areas": ", ".join(company.areas),
        "siret": company.siret,
        "vat_number": company.vat_number,
        "external_no": company.external_no or "",
        "note": company.note,
        "active": company.active,
        "technicians": [
            *({"id": str(one.id), "name": one.name, "phone": shown(one.phone, language), "email": one.email}
              for one in technicians),
            *empty,
        ],
        "version": str(company.version),
    }  # fmt: skip


def shown(phone: str, language: str) -> str:
    """A number as it is read; nothing when there is none."""
    return pretty(phone, language) if phone else ""
