"""Customer: a wrong number or address is put right on the ticket (M20)."""

from dataclasses import replace
from typing import Any

from wtforms import BooleanField

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import Effect, Readdress
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import ChangeForm, Line, something_changes
from fieldtickets.exchanges.link import SENT_AGAIN, replaced
from fieldtickets.exchanges.reached import ReachedForm


class CorrectForm(ChangeForm, ReachedForm):
    """How the customer is reached; either may be emptied, not both."""

    phone = Line(_("Telephone"), description=_("Text messages go to this number."))
    email = Line(_("E-mail"))
    replace_link = BooleanField(
        _("The old one is somebody else's: replace the link, and send it to the new one")
    )

    reached_by: frozenset[str] = frozenset()

    def fit(self, facts: Facts, party: Party) -> None:
        """What is not sent stays as it is."""
        super().fit(facts, party)
        self.reached_by = facts.customer_reached_by

    def left_without(self) -> frozenset[str]:
        """Which of the two stays empty, what is kept counted in."""
        return super().left_without() - (self.reached_by - self.sent)

    def answer(self) -> dict[str, Any]:
        """The number in E.164."""
        number = {"phone": self.number()} if "phone" in self.sent else {}
        return super().answer() | number


def put_right(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    corrected = Readdress(answer.get("phone"), answer.get("email"))
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
            rules=(something_changes,),
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
