"""Fees: what a visit costs that did not take place, by the playbook. Amounts are net cents."""

from datetime import datetime

from fieldtickets.domain.acts import Facts
from fieldtickets.domain.effects import Amount, Charge, ChargeKind, ChargeState
from fieldtickets.domain.money import totals
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.domain.words import Message, _

ABSENCE = _("Fee: nobody was there")
CANCELLATION = _("Fee: cancelled late")
FEE_STATES = {
    ChargeState.AGREED: _("due"),
    ChargeState.CONTESTED: _("contested, the manager decides"),
    ChargeState.WAIVED: _("dropped"),
}
FEE_REASONS = {
    str(ABSENCE): _("The company came and nobody opened."),
    str(CANCELLATION): _("A visit was cancelled late."),
}


def cancellation_fee(playbook: Playbook, price_cents: int, starts_at: datetime, now: datetime) -> int:
    """What cancelling a visit at `now` costs, in cents; 0 while it is free (S107, S108).

    The latest step that was passed counts. At its very instant it is not passed yet: exactly 24 hours
    before the visit is still free where the ladder begins at 24 hours.
    """
    rungs = sorted(playbook.ladder, key=lambda rung: rung.before)
    passed = (rung for rung in rungs if now > starts_at - rung.before)
    return next((rung.fee(price_cents) for rung in passed), 0)


def agreed_price(facts: Facts) -> int | None:
    """The net price of the job in cents: of the quote that was accepted, else the one recommended."""
    return totals(facts.price_cents, facts.amounts).agreed


def cost_of_cancelling(facts: Facts) -> int:
    """What whoever cancels now will owe; 0 as long as nobody has the job, or no visit or price is agreed."""
    price = agreed_price(facts)
    if facts.phase not in AT_WORK or facts.appointment is None or price is None:
        return 0
    return cancellation_fee(facts.playbook, price, facts.appointment.starts_at, facts.now)


def cost_of_absence(facts: Facts) -> int:
    """What a customer owes who was not there (S084)."""
    price = agreed_price(facts)
    return facts.playbook.absence.fee(price) if facts.playbook.absence and price is not None else 0


def charged(cents: int, payer: Party, label: Message) -> tuple[Charge, ...]:
    """The fee as it stands on the ticket; nothing when nothing is due."""
    fee = Amount(ChargeKind.FEE, cents, state=ChargeState.AGREED, payer=payer, label=str(label))
    return (Charge(fee),) if cents else ()


def latest_fee(facts: Facts) -> Amount | None:
    """The fee that was charged last, whatever became of it."""
    return next((one for one in reversed(facts.amounts) if one.kind is ChargeKind.FEE), None)
