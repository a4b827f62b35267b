"""The form of a new ticket: what, where, who is on site, by when, at what price, and whom to ask."""

import re
from collections.abc import Callable, Iterable
from typing import Final, Literal

from flask import g
from wtforms import Field, Form, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from fieldtickets.contacts import email
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.deadlines import ahead, at_site
from fieldtickets.domain.refs import can_be_ref
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    DayField,
    FilesField,
    HourField,
    Line,
    MoneyField,
    Text,
    at_most,
    options,
)
from fieldtickets.language import LANGUAGES
from fieldtickets.store.models import LARGEST_ID
from fieldtickets.web.dashboard.words import PLAYBOOK_NAMES
from fieldtickets.web.intake import (
    CustomerWanted,
    PlaceWanted,
    TicketWanted,
    VisitWanted,
    phone_of,
)
from fieldtickets.web.parts import parts

MATCHING: Final = "matching"  # a value of `offer_to` beside the ids of subcontractors
LATER: Final = "later"  # another
PLACE, CUSTOMER = ("name", "address", "postcode", "city", "access"), ("name", "phone", "email", "language")
MOST_CENTS = 10**11
CHOOSE = _("Choose from the list.")
LANGUAGE_CHOICES = [SelectChoice(value=code, label=name) for code, name in LANGUAGES.items()]
ID = re.compile(r"[0-9]{1,16}")


def a_phone(_form: Form, field: Field) -> None:
    """A number that can be reached, or nothing (M15)."""
    _readable(phone_of, field)


def an_email(_form: Form, field: Field) -> None:
    """An address that can be written to, or nothing (X04)."""
    _readable(email, field)


def _readable(read: Callable[[str], str], field: Field) -> None:
    try:
        read(field.data or "")
    except ValueError as error:
        raise ValidationError(error.args[0]) from None


def payable(_form: Form, field: Field) -> None:
    """A price is not negative, and not a slip of the keys."""
    if field.data is not None and not 0 <= field.data <= MOST_CENTS:
        raise ValidationError(_("Write the price, for example 120 or 120.50"))


def is_id(text: str) -> bool:
    """Whether a row of ours may have it."""
    return ID.fullmatch(text) is not None and int(text) <= LARGEST_ID


class Companies(SelectMultipleField):
    """Ids of subcontractors, or one of the two words; which ids exist is asked of the database."""

    def pre_validate(self, form: Form) -> None:
        """Only numbers and the two words; and somebody, unless it is for later."""
        if not self.data:
            raise ValidationError(_("Choose whom to ask, or keep the ticket for later."))
        if not all(one in (MATCHING, LATER) or is_id(one) for one in self.data):
            raise ValidationError(CHOOSE)


class NewTicketForm(AnswerForm):
    """One page. Only the title is needed; everything typed stays when something is refused."""

    title = Line(_("What is the problem?"), [InputRequired(_("Say what the problem is")), at_most(120)])
    description = Text(_("Details"))
    trade = Line(_("Trade"), [at_most(40)], render_kw={"list": "trades", "autocomplete": "off"})
    urgency = RadioField(
        _("How urgent?"),
        choices=options([("normal", _("Normal")), ("urgent", _("Urgent"))]),
        default="normal",
        invalid_choice_message=CHOOSE,
    )
    kind = SelectField(
        _("What do you ask for?"),
        choices=options([("order", _("The work")), ("quote", _("A quote first"))]),
        invalid_choice_message=CHOOSE,
    )
    playbook = SelectField(_("Rules"), choices=(), invalid_choice_message=CHOOSE)
    ref = Line(_("Your own number (optional)"), [at_most(40)])
    site_name = Line(_("Name of the place"), [at_most(120)])
    site_address = Line(_("Street and number"), [at_most(200)])
    site_postcode = Line(_("Postcode"), [at_most(12)])
    site_city = Line(_("Town"), [at_most(80)])
    site_access = Line(_("Access: floor, door code, keys"), [at_most(500)])
    customer_name = Line(_("Name"), [at_most(120)])
    customer_phone = Line(_("Telephone"), [at_most(40), a_phone])
    customer_email = Line(_("E-mail"), [at_most(254), an_email])
    customer_language = SelectField(_("Language"), choices=LANGUAGE_CHOICES, invalid_choice_message=CHOOSE)
    price = MoneyField(_("Price without VAT, at most"), [payable])
    date = DayField(_("Date"))
    time = HourField(_("Hour"))
    files = FilesField(_("Photos and documents"))
    offer_to = Companies(_("Who is asked?"), choices=())
    company = Line(_("Find a company"), [at_most(120)])  # narrows the list; no part of the ticket

    def follow(self, own: Iterable[str]) -> "NewTicketForm":
        """Offer the organisation's own rules beside those that come with the program; the form itself."""
        names = {**PLAYBOOK_NAMES, **{name: Message(name) for name in own if name not in PLAYBOOK_NAMES}}
        self.playbook.choices = options(names.items())
        return self

    def validate_trade(self, field: Field) -> None:
        """Whoever suits is found by trade."""
        if MATCHING in (self.offer_to.data or ()) and not self.named and not field.data:
            raise ValidationError(_("Say which trade, so that we know who suits."))

    def validate_ref(self, field: Field) -> None:
        """A number that can stand in an address, and that nobody has yet (checked when it is kept)."""
        if field.data and not can_be_ref(field.data):
            raise ValidationError(_("Only letters, digits, dots and hyphens."))

    def validate_customer_name(self, field: Field) -> None:
        """Whoever is called has a name."""
        if not field.data and (self.customer_phone.data or self.customer_email.data):
            raise ValidationError(_("Say who that is"))

    def validate_date(self, _field: Field) -> None:
        """A visit is still to come."""
        self._check_visit("date")

    def validate_time(self, field: Field) -> None:
        """Day and hour go together, and exist at the site (T01)."""
        if bool(self.date.data) != (field.data is not None):
            raise ValidationError(_("Give the day and the hour, or neither."))
        self._check_visit("time")

    def _check_visit(self, name: str) -> None:
        """Raise what is to be said beside this field, once both are given."""
        if not self.date.data or self.time.data is None:
            return
        try:
            ahead(at_site(self.date.data, self.time.data, g.organisation.time_zone), parts().clock.now())
        except Refused as refused:
            if refused.field == name:
                raise ValidationError(refused.message) from None

    def wanted(self) -> TicketWanted:
        """What was asked for."""
        place = {name: self[f"site_{name}"].data for name in PLACE}
        customer = {name: self[f"customer_{name}"].data for name in CUSTOMER}
        day, hour = self.date.data, self.time.data
        return TicketWanted(
            ref=self.ref.data or None,
            title=self.title.data,
            description=self.description.data,
            trade=self.trade.data,
            urgency=self.urgency.data,
            playbook=self.playbook.data,
            kind=self.kind.data,
            site=PlaceWanted(**place),
            customer=CustomerWanted(**customer) if self.customer_name.data else None,
            price_cents=self.price.data,
            appointment=VisitWanted(day, hour) if day and hour is not None else None,
            offer_to=self.whom,
        )

    @property
    def whom(self) -> list[int] | Literal["matching"]:
        """To whom it is offered: nobody when it is kept for later, else those named, else who suits."""
        if LATER in self.offer_to.data:
            return []
        return self.named or MATCHING

    @property
    def named(self) -> list[int]:
        """The companies chosen by name: they win over "whoever suits", which is ticked from the start."""
        return [int(one) for one in self.offer_to.data or () if one not in (MATCHING, LATER)]
