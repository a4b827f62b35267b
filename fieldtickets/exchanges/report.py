"""The report of a work that is done: its forms, and what it must bring by playbook (S069, S092 to S100)."""

from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from fieldtickets.domain.acts import Answer, Facts, Refused
from fieldtickets.domain.effects import ChargeKind
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges.extra import report_required
from fieldtickets.exchanges.fields import (
    AnswerForm,
    Codes,
    FilesField,
    Line,
    Text,
    WholeField,
    at_most,
    comment,
)
from fieldtickets.exchanges.signature import signature_field

MOST_MINUTES = 24 * 60
PAYMENTS = {
    "online": _("The customer pays online"),
    "invoice": _("The customer gets an invoice"),
    "paid": _("The customer has paid"),
}
DETAILS = {
    "minutes": _("Time on site: %(value)s minutes"),
    "payment": _("Payment: %(value)s"),
    "signer_name": _("Signed by: %(value)s"),
    "no_signature_reason": _("No signature: %(value)s"),
}
CONFIRMS = _("By signing, the customer confirms that the work was done as wished.")


class SubmitForm(AnswerForm):
    """The report with its proofs; what it asks depends on the playbook (S095, S096, S099, S100)."""

    done = Text(_("What did you do?"), [InputRequired(_("Say what you did"))])
    minutes = WholeField(_("Time on site, in minutes"), [Optional()], least=1, most=MOST_MINUTES)
    photos_before = FilesField(_("Photos from before the work"))
    photos = FilesField(_("Photos of the finished work"))
    invoice_file = FilesField(_("Your invoice, if it is ready"))
    payment = Codes(_("How does the customer pay?"), PAYMENTS, _("Say how the customer pays"))
    signature = signature_field(CONFIRMS)
    signer_name = Line(_("Name of who signs"), [at_most(120)])
    no_signature_reason = Line(_("No signature? Say why"), [at_most(500)])

    def fit(self, facts: Facts, party: Party) -> None:
        """Whoever is sent by the company has nothing to do with its invoice, nor with what it asks for."""
        if party is Party.DELEGATE:
            del self.invoice_file
        elif facts.waiting(ChargeKind.EXTRA):
            self.done.description = _(
                "Extra work without a yes is not part of the job once you report it done."
            )
        if not facts.playbook.asks_payment:
            del self.payment
        if not facts.playbook.wants_signature:
            del self.signature, self.signer_name, self.no_signature_reason


class SignForm(AnswerForm):
    """The customer's signature from its own telephone, after the company has left."""

    signature = signature_field(_("By signing, you confirm that the work was done as you wished."))
    signer_name = Line(_("Your name"), [InputRequired(_("Give your name")), at_most(120)])


class ReturnForm(AnswerForm):
    """What is missing or not right."""

    comment = Text(_("What has to be done again?"), [InputRequired(_("Say what is missing"))])


class AcceptForm(AnswerForm):
    """A word of thanks, for those who want."""

    comment = comment()


class ExceptForm(AnswerForm):
    """Why declarations open again after their last day, with the customer's agreement (S106)."""

    reason = Text(_("Why may it be declared after all?"), [InputRequired(_("Say why"))])
    customer_agreed = BooleanField(
        _("The customer agrees"), [InputRequired(_("Ask the customer first, then tick this box"))]
    )


def has_its_proofs(facts: Facts, answer: Answer) -> None:
    """The least number of photos (S099); the minutes, when more was agreed than ordered (S069)."""
    wanted = facts.playbook.photos_wanted
    if answer.get("photos", 0) < wanted:
        raise Refused(_("Add photos of the finished work: at least %(count)s", count=wanted), field="photos")
    if report_required(facts) and "minutes" not in answer:
        raise Refused(_("Extra work was agreed: say how many minutes it took in all"), field="minutes")


def is_signed_or_says_why(facts: Facts, answer: Answer) -> None:
    """A signature with a name, or the reason why there is none (S092, S096)."""
    if not facts.playbook.wants_signature or "no_signature_reason" in answer:
        return
    if "signature" not in answer:
        raise Refused(_("Let the customer sign, or say why there is no signature"), field="signature")
    if "signer_name" not in answer:
        raise Refused(_("Give the name of who signed"), field="signer_name")


def says_who_pays(facts: Facts, answer: Answer) -> None:
    if facts.playbook.asks_payment and "payment" not in answer:
        raise Refused(_("Say how the customer pays"), field="payment")


def carries_a_signature(facts: Facts, answer: Answer) -> None:
    if "signature" not in answer:
        raise Refused(_("Please sign in the field"), field="signature")
