"""Who comes: what the customer hears of the first yes, at once, with an hour or without one yet (S004)."""

from fieldtickets.domain.acts import Answer, Facts, Notice, Still
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import HOLDER, LIVE
from fieldtickets.domain.words import _

# What must still hold when a message leaves: about a visit, and to whoever comes.
AGREED = Still(phase=LIVE, appointment=True)
HAS_THE_JOB = Still(standing=HOLDER, phase=LIVE)


def names_the_visit(facts: Facts, answer: Answer) -> bool:
    """Whether somebody comes at an hour that is known: the one chosen, or the one fixed before."""
    return "date" in answer or facts.appointment_fixed


def date_follows(facts: Facts, answer: Answer) -> bool:
    """Whether it is only known who comes."""
    return not names_the_visit(facts, answer)


WHO_COMES = (
    Notice(
        Party.CUSTOMER,
        when=names_the_visit,
        still=AGREED,
        sms=_("%(organisation)s: %(subcontractor)s comes %(appointment)s. Change it here: %(link)s"),
        subject=_("%(subcontractor)s comes %(appointment)s"),
        email=_("%(subcontractor)s comes for: %(problem)s. %(when)s"),
        button=_("See, change or cancel"),
        calendar=True,
    ),
    Notice(
        Party.CUSTOMER,
        when=date_follows,
        still=AGREED,
        sms=_("%(organisation)s: %(subcontractor)s does the work and contacts you: %(link)s"),
        subject=_("%(subcontractor)s does the work and contacts you"),
        email=_("%(subcontractor)s has taken the job (%(problem)s) and agrees on a date with you."),
        button=_("See who comes"),
    ),
)
