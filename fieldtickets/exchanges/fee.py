"""Fee (frais): the customer contests what it is charged, the manager decides, the customer is told."""

from dataclasses import replace

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Done, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import ChargeKind, ChargeState, Decide, Raise, Task
from fieldtickets.domain.fees import latest_fee
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Text, comment

CHARGING = ("visit.fail", "ticket.cancel")


class ContestForm(AnswerForm):
    """Why the customer does not owe it."""

    comment = Text(_("Why do you contest this fee?"), [InputRequired(_("Say why you contest it"))])


class DecideForm(AnswerForm):
    """What the customer is told with the decision."""

    comment = comment(_("Words for the customer (optional)"))


def contested_since(facts: Facts) -> Done | None:
    """The contest of the latest fee; None while there was none since it was charged."""
    for done in reversed(facts.history):
        if done.act in CHARGING:
            return None
        if done.act == "fee.contest":
            return done
    return None


def can_be_contested(facts: Facts) -> bool:
    """A fee that the customer owes is contested once."""
    fee = latest_fee(facts)
    owed = fee is not None and fee.payer is Party.CUSTOMER and fee.state is ChargeState.AGREED
    return owed and contested_since(facts) is None


def waits_for_decision(facts: Facts) -> bool:
    fee = latest_fee(facts)
    return fee is not None and fee.state is ChargeState.CONTESTED


DECISION = Notice(Party.CUSTOMER)

FEE = Exchange(
    name="fee",
    title=_("Fee"),
    acts=(
        Act(
            "fee.contest",
            by=(Party.CUSTOMER,),
            label=_("Contest the fee"),
            question=_("Why do you contest this fee?"),
            then=_("The manager reads what you wrote and decides. You are told."),
            line=_("%(who)s contests the fee."),
            form=ContestForm,
            when=EVERY_PHASE,
            open_if=can_be_contested,
            effects=lambda facts, answer: (
                Decide(ChargeKind.FEE, ChargeState.CONTESTED),
                Raise(Task.FEE),
            ),
            weight=Weight.ASIDE,
            keeps_clocks=True,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: the customer contests the fee"),
                    email=_("%(who)s contests the fee for %(problem)s, %(town)s. Please decide."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "fee.waive",
            by=(Party.MANAGER,),
            label=_("Drop the fee"),
            question=_("Drop the fee? The customer owes nothing."),
            line=_("The fee is dropped by %(who)s."),
            form=DecideForm,
            when=EVERY_PHASE,
            open_if=waits_for_decision,
            effects=lambda facts, answer: (Decide(ChargeKind.FEE, ChargeState.WAIVED),),
            settles=(Task.FEE,),
            weight=Weight.PRIMARY,
            keeps_clocks=True,
            notices=(
                replace(
                    DECISION,
                    sms=_("%(organisation)s: the fee for %(problem)s is dropped, nothing to pay: %(link)s"),
                    subject=_("%(ref)s: the fee is dropped"),
                    email=_("The fee for %(problem)s is dropped. You have nothing to pay for it."),
                ),
            ),
        ),
        Act(
            "fee.uphold",
            by=(Party.MANAGER,),
            label=_("Keep the fee"),
            question=_("Keep the fee?"),
            line=_("The fee is kept by %(who)s."),
            form=DecideForm,
            when=EVERY_PHASE,
            open_if=waits_for_decision,
            effects=lambda facts, answer: (Decide(ChargeKind.FEE, ChargeState.AGREED),),
            settles=(Task.FEE,),
            weight=Weight.PRIMARY,
            keeps_clocks=True,
            notices=(
                replace(
                    DECISION,
                    sms=_("%(organisation)s: the fee for %(problem)s remains due. Why: %(link)s"),
                    subject=_("%(ref)s: the fee remains due"),
                    email=_("We read what you wrote. The fee for %(problem)s remains due."),
                ),
            ),
        ),
    ),
    samples={
        "fee.contest": {"comment": "J'étais là, la sonnette est en panne."},
        "fee.waive": {"comment": "La sonnette était bien en panne."},
        "fee.uphold": {"comment": "Le plombier a aussi appelé deux fois."},
    },
)
