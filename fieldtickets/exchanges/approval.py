"""Approval (accord): the manager lets an approver in, who decides by a link of their own (S058)."""

from typing import Any

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import Amount, ChargeKind, Dismiss, Effect, Invite
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import LIVE, Standing
from fieldtickets.domain.words import Money, _
from fieldtickets.exchanges.fields import Line, NoQuestion, at_most, comment
from fieldtickets.exchanges.reached import ReachedForm

LONGEST_NAME = 200  # characters
DECIDED_ON = (ChargeKind.QUOTE, ChargeKind.EXTRA)


class AskForm(ReachedForm):
    """Who decides, and how they are reached: by telephone, by e-mail, or by both."""

    name = Line(_("Name"), [InputRequired(_("Say who decides")), at_most(LONGEST_NAME)])
    phone = Line(_("Telephone"))
    email = Line(_("E-mail"))
    comment = comment()

    amount: Money | None = None

    def fit(self, facts: Facts, party: Party) -> None:
        """The message names what waits."""
        super().fit(facts, party)
        waiting = to_decide(facts)
        self.amount = Money(waiting.net_cents, facts.currency) if waiting else None

    def answer(self) -> dict[str, Any]:
        """The number in E.164, and the amount that waits."""
        number = {"phone": self.number()} if self.phone.data else {}
        return super().answer() | number | ({"net": self.amount} if self.amount else {})


def to_decide(facts: Facts) -> Amount | None:
    """What an approver would decide on now: a quote before extra work, since it comes first."""
    waiting = [facts.waiting(ChargeKind.QUOTE)]
    if Party.APPROVER in facts.playbook.extra_by:
        waiting.append(facts.waiting(ChargeKind.EXTRA))
    return next((one for one in waiting if one), None)


def needs_the_approver(facts: Facts) -> bool:
    """Whether the manager may not decide alone, and has not asked since the amount came."""
    waiting, last = to_decide(facts), facts.last("approval")
    if waiting is None or not facts.playbook.needs_approver(waiting.net_cents):
        return False
    sent = [one.at for one in facts.history if one.act in ("quote.submit", "extra.propose")]
    return not somebody_is_asked(facts) or bool(last and sent and last.at < sent[-1])


def somebody_is_asked(facts: Facts) -> bool:
    """Whether an approver holds a link on this company's amounts."""
    last = facts.last("approval")
    return last is not None and last.act == "approval.ask"


def let_in(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    invited = Invite(Party.APPROVER, answer["name"], answer.get("phone", ""), answer.get("email", ""))
    return (invited,)


APPROVAL = Exchange(
    name="approval",
    title=_("Approval"),
    icon="send",
    acts=(
        Act(
            "approval.ask",
            by=(Party.MANAGER,),
            label=_("Ask for the approval"),
            question=_("Who decides?"),
            line=_("%(who)s asks %(name)s for the approval: %(net)s without VAT."),
            form=AskForm,
            when=LIVE,
            standing=(Standing.OFFERED, Standing.ASSIGNED),
            open_if=lambda facts: to_decide(facts) is not None,
            asked_if=needs_the_approver,
            effects=let_in,
            notices=(
                Notice(
                    Party.APPROVER,
                    sms=_("%(organisation)s: %(problem)s: %(net)s to accept or refuse: %(link)s"),
                    subject=_("%(net)s to accept or refuse: %(problem)s (%(ref)s)"),
                    email=_(
                        "%(subcontractor)s asks %(net)s without VAT for %(problem)s, %(town)s. %(comment)s"
                    ),
                    button=_("Read and decide"),
                ),
            ),
        ),
        Act(
            "approval.dismiss",
            icon="cross",
            by=(Party.MANAGER,),
            label=_("Take the approver's link back"),
            question=_("Take the link back? It stops working at once, and the approver is told."),
            line=_("%(who)s takes the approver's link back."),
            form=NoQuestion,
            standing=tuple(Standing),
            open_if=somebody_is_asked,
            effects=lambda facts, answer: (Dismiss(Party.APPROVER),),
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.APPROVER,
                    farewell=True,
                    sms=_("%(organisation)s: %(problem)s: you need not decide any more: %(link)s"),
                    subject=_("You need not decide any more: %(problem)s (%(ref)s)"),
                    email=_("%(organisation)s does not need your decision any more. You have nothing to do."),
                    button=_("See"),
                ),
            ),
        ),
    ),
    samples={
        "approval.ask": {
            "name": "Jean Moreau",
            "email": "jean.moreau@conseil.example",
            "net": Money(12_345_67),
        }
    },
)
