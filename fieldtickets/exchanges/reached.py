"""Parts of forms that ask how somebody is reached: by telephone, by e-mail, or by both."""

from collections.abc import Sequence

from wtforms import Field
from wtforms.validators import ValidationError

from fieldtickets import contacts
from fieldtickets.domain.acts import Facts
from fieldtickets.domain.countries import PHONE_COUNTRIES
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Line

EITHER = frozenset(("phone", "email"))


class NumberForm(AnswerForm):
    """A form with a field `phone` of its own; numbers are read as those of the site's country."""

    phone: Line
    country = "FR"
    allowed: Sequence[str] = PHONE_COUNTRIES

    def fit(self, facts: Facts, party: Party) -> None:
        """Take the country of the site, and those to whose numbers we send."""
        self.country, self.allowed = facts.country, facts.phone_countries

    def number(self) -> str:
        """The number in E.164, or nothing. Raises ValueError with a sentence for whoever typed it."""
        return contacts.phone(self.phone.data or "", self.country, self.allowed)


class ReachedForm(NumberForm):
    """A form with a field `email` besides."""

    email: Line

    def left_without(self) -> frozenset[str]:
        """Which of the two stays empty once this form is answered."""
        return frozenset(name for name in EITHER if not self[name].data)

    def validate_phone(self, field: Field) -> None:
        """A number that can be reached; none, where there is an e-mail address (M15)."""
        if self.left_without() == EITHER:
            raise ValidationError(_("Give a telephone number or an e-mail."))
        try:
            self.number()
        except ValueError as error:
            raise ValidationError(error.args[0]) from None

    def validate_email(self, field: Field) -> None:
        """An address that can be written to, or none (X04)."""
        try:
            contacts.email(field.data or "")
        except ValueError as error:
            raise ValidationError(error.args[0]) from None
