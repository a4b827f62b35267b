"""Delegate (technicien): the company sends somebody with a link of their own, and can take it back alone."""

from typing import Any

from wtforms import Field
from wtforms.validators import InputRequired, ValidationError

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Still
from fieldtickets.domain.effects import Dismiss, Effect, Invite
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, HOLDER
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import Line, NoQuestion, at_most
from fieldtickets.exchanges.reached import NumberForm
from fieldtickets.phones import can_text


class DelegateForm(NumberForm):
    """Who goes there, and the telephone that gets the link."""

    name = Line(_("Name of the technician"), [InputRequired(_("Give the name")), at_most(120)])
    phone = Line(
        _("Mobile of the technician"),
        [InputRequired(_("Give the mobile number"))],
        description=_("The link goes there by text message. It shows no prices."),
        render_kw={"inputmode": "tel"},
    )

    def validate_phone(self, field: Field) -> None:
        """A number that a text message reaches (M15)."""
        try:
            number = self.number()
        except ValueError as error:
            raise ValidationError(error.args[0]) from None
        if not (number and can_text(number)):
            raise ValidationError(_("Text messages do not reach this number. Give a mobile number."))

    def answer(self) -> dict[str, Any]:
        """The number as it is dialled from anywhere."""
        return {**super().answer(), "phone": self.number()}


def sent_there(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (Invite(Party.DELEGATE, answer["name"], answer["phone"]),)


def somebody_goes(facts: Facts) -> bool:
    last = facts.last("delegate")
    return last is not None and last.act == "delegate.create"


DELEGATE = Exchange(
    name="delegate",
    title=_("Technician"),
    icon="person",
    acts=(
        Act(
            "delegate.create",
            by=(Party.SUBCONTRACTOR,),
            label=_("Send the job to a technician"),
            question=_("Who goes there?"),
            then=_("The technician has a link by text message. You keep yours."),
            line=_("%(who)s sends %(name)s to the site."),
            form=DelegateForm,
            when=AT_WORK,
            standing=HOLDER,
            effects=sent_there,
            notices=(
                Notice(
                    Party.DELEGATE,
                    still=Still(standing=HOLDER, phase=AT_WORK),
                    sms=_("%(organisation)s: %(problem)s, %(town)s: your job. Address and report: %(link)s"),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(name)s comes for %(who)s"),
                    email=_("%(who)s sends %(name)s for %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "delegate.revoke",
            by=(Party.SUBCONTRACTOR,),
            label=_("Take the technician's link back"),
            question=_("Take the link back? It stops working at once."),
            then=_("The technician's link does not open any more."),
            line=_("%(who)s takes the technician's link back."),
            form=NoQuestion,
            standing=HOLDER,
            open_if=somebody_goes,
            effects=lambda facts, answer: (Dismiss(Party.DELEGATE),),
        ),
    ),
    samples={"delegate.create": {"name": "Sofiane", "phone": "+33639980001"}},
)
