"""Customer: a wrong number or address is put right on the ticket (M20)."""

from dataclasses import replace
from email.headerregistry import Address
from typing import Any

from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import Effect, Readdress
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Line
from fieldtickets.exchanges.link import SENT_AGAIN, replaced
from fieldtickets.phones import normalise

LONGEST_EMAIL = 254  # characters (RFC 5321)


class CorrectForm(AnswerForm):
    """How the customer is reached; both fields are shown filled, and either may be emptied."""

    phone = Line(_("Telephone"), description=_("Text messages go to this number."))
    email = Line(_("E-mail"))
    replace_link = BooleanField(
        _("The old one is somebody else's: replace the link, and send it to the new one")
    )

    country = "FR"

    def fit(self, facts: Facts, party: Party) -> None:
        """Numbers are read as those of the site's country."""
        self.country = facts.country

    def validate_phone(self, field: Field) -> None:
        """A number that can be reached; none, where there is an e-mail address (M15)."""
        if not field.data and not self.email.data:
            raise ValidationError(_("Give a telephone number or an e-mail."))
        try:
            self._number()
        except ValueError as error:
            raise ValidationError(error.args[0]) from None

    def validate_email(self, field: Field) -> None:
        """An address that can be written to, or none (X04)."""
        try:
            whole = not field.data or bool(Address(addr_spec=field.data).domain)
        except (ValueError, IndexError):
            whole = False
        if not whole or len(field.data or "") > LONGEST_EMAIL:
            raise ValidationError(_("This is not an e-mail address."))

    def answer(self) -> dict[str, Any]:
        """All fields, so that one can be emptied."""
        values = {name: field.data or "" for name, field in self._fields.items()}
        return {**values, "phone": self._number()}

    def _number(self) -> str:
        return normalise(self.phone.data, self.country) if self.phone.data else ""


def put_right(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    corrected = Readdress(answer["phone"], answer["email"])
    return (corrected, *replaced()) if answer.get("replace_link") else (corrected,)


CUSTOMER = Exchange(
    name="customer",
    title=_("Customer"),
    icon="person",
    of_ticket=True,
    acts=(
        Act(
            "customer.correct",
            by=(Party.MANAGER,),
            label=_("Save"),
            question=_("Correct the number or the e-mail"),
            line=_("%(who)s corrects how the customer is reached."),
            form=CorrectForm,
            when=EVERY_PHASE,
            open_if=lambda facts: facts.has_customer,
            effects=put_right,
            strict=True,
            weight=Weight.SILENT,
            notices=(
                replace(
                    SENT_AGAIN,
                    to=Party.CUSTOMER,
                    when=lambda facts, answer: bool(answer.get("replace_link")),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    subject=_("%(ref)s: the customer's number or e-mail has changed"),
                    email=_(
                        "The customer for %(problem)s, %(town)s is reached in another way now: look it up."
                    ),
                    button=_("Open the request"),
                ),
            ),
        ),
    ),
    samples={"customer.correct": {"phone": "+33612345678", "email": "anna@rossi.example"}},
)
