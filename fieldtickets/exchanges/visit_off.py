"""A company that gives its job back: for which reasons, what it says, and what the customer is told."""

from dataclasses import replace

from fieldtickets.domain.acts import Answer, Facts, Notice, Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, comment
from fieldtickets.exchanges.reckoning import tried_enough

WITHDRAWALS = {
    "no_time": _("I have no time any more"),
    "expertise": _("I cannot do this work"),
    "no_answer": _("The customer does not answer"),
    "other": _("Another reason"),
}
TOLD = {"yes": _("Yes, the customer knows"), "no": _("No, tell the customer for me")}

VISIT_OFF = Notice(
    Party.CUSTOMER,
    sms=_("%(organisation)s: no visit %(appointment)s, we look for another company: %(link)s"),
    subject=_("%(ref)s: the visit of %(appointment)s is off"),
    email=_("The company cannot come after all. We are looking for another one and will tell you."),
    calendar=True,
)


def takes_a_visit_off(facts: Facts, answer: Answer) -> bool:
    """A date that was agreed goes with the company; one fixed with the ticket stands, whoever comes."""
    agreed = facts.appointment is not None and not facts.appointment_fixed
    return agreed and facts.standing is Standing.ASSIGNED


VISIT_TAKEN_BACK = (
    replace(
        VISIT_OFF,
        when=takes_a_visit_off,
        email=_("This visit does not take place. We look for another company and will tell you."),
    ),
    replace(
        VISIT_OFF,
        to=Party.MANAGER,
        when=takes_a_visit_off,
        sms=Message(""),
        email=_("The visit for %(problem)s is cancelled."),
        button=_("Open the ticket"),
    ),
)


def told_by_the_company(facts: Facts, answer: Answer) -> bool:
    return takes_a_visit_off(facts, answer) and answer["told_customer"] == "yes"


def told_by_us(facts: Facts, answer: Answer) -> bool:
    return takes_a_visit_off(facts, answer) and answer["told_customer"] == "no"


class WithdrawForm(AnswerForm):
    """Why the job is given back, and whether the customer knows (S021, S023)."""

    reason = Codes(_("Why?"), WITHDRAWALS, _("Say why you give the job back"))
    told_customer = Codes(_("Did you tell the customer?"), TOLD, _("Say whether the customer knows"))
    comment = comment()

    def fit(self, facts: Facts, party: Party) -> None:
        """A customer who does not answer is a reason where calling is a duty."""
        if facts.playbook.calls_within is None or not facts.has_customer:
            self.reason.choices = [one for one in self.reason.choices if one.value != "no_answer"]


def tried_before_giving_up(facts: Facts, answer: Answer) -> None:
    """That nobody answers is a reason once there were tries enough, in ways enough (S035)."""
    if answer["reason"] == "no_answer" and not tried_enough(facts):
        raise Refused(
            _(
                "First try %(most)s times, in %(ways)s different ways, and note each try here.",
                most=facts.playbook.call_tries,
                ways=facts.playbook.call_channels,
            ),
            field="reason",
        )


def says_the_other_reason(facts: Facts, answer: Answer) -> None:
    """What is on no list has to be said in words (S112)."""
    if answer["reason"] == "other" and not answer.get("comment"):
        raise Refused(_("Say the reason in a few words"), field="comment")
