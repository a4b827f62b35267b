"""What the acts of a visit bring: proofs, fees, a new search, the end of a wait."""

from datetime import datetime

from fieldtickets.domain.acts import Answer, Facts
from fieldtickets.domain.effects import DropAppointment, Effect, PauseOffers, Raise, Task
from fieldtickets.domain.fees import ABSENCE, charged, cost_of_absence
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges.offer import given_back
from fieldtickets.exchanges.under_way import leaves_at
from fieldtickets.exchanges.visit_forms import position_of
from fieldtickets.exchanges.visit_off import takes_a_visit_off


def on_site(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    position = position_of(answer.get("position", ""))
    return (position,) if position else ()


def with_proof(facts: Facts, answer: Answer) -> Answer:
    """What was proved; neither the position nor the code itself goes into the journal."""
    return {"proof": "code"} if "site_code" in answer else {}


def is_absence(facts: Facts, answer: Answer) -> bool:
    return bool(answer["reason"] == "customer_absent")


def is_no_absence(facts: Facts, answer: Answer) -> bool:
    return not is_absence(facts, answer)


def failed(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A new date can be given at once (S089); absence costs by the playbook (S084, S087)."""
    if is_absence(facts, answer):
        fee = charged(cost_of_absence(facts), Party.CUSTOMER, ABSENCE)
        return *fee, DropAppointment(), Raise(Task.NO_SHOW)
    return DropAppointment(), Raise(Task.INCIDENT)


def not_coming(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """The job goes to whoever comes next; several times in a row brings a pause (S111)."""
    rules = facts.playbook
    pause = (
        (PauseOffers(("visit.cannot_come",), rules.pause_after, rules.pause_within, rules.pause_lasts),)
        if rules.pause_after
        else ()
    )
    return *given_back(facts, answer), *pause


def fixed_visit(facts: Facts, answer: Answer) -> bool:
    return facts.appointment is not None and not takes_a_visit_off(facts, answer)


def may_leave(facts: Facts) -> tuple[datetime, ...]:
    until = leaves_at(facts)
    return (until,) if until else ()
