"""A visit that its company does not make after all: when that is so, and what the customer is told."""

from fieldtickets.domain.acts import Answer, Facts, Notice
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.domain.words import _

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


def told_by_the_company(facts: Facts, answer: Answer) -> bool:
    return takes_a_visit_off(facts, answer) and answer["told_customer"] == "yes"


def told_by_us(facts: Facts, answer: Answer) -> bool:
    return takes_a_visit_off(facts, answer) and answer["told_customer"] == "no"
