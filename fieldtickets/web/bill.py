"""What a ticket costs, as its pages show it: the running total, and what waits for a yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldtickets.domain.acts import Facts
from fieldtickets.domain.effects import Amount, ChargeKind
from fieldtickets.domain.money import QuoteLine, Totals, totals
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.quote_form import lines_of

MONEY = ("quote", "extra", "approval")  # exchanges whose every line names an amount
SENT_BY = {ChargeKind.QUOTE: "quote.submit", ChargeKind.EXTRA: "extra.propose"}
WAITING_NAMES = {ChargeKind.QUOTE: _("The quote"), ChargeKind.EXTRA: _("Extra work")}


@dataclass(frozen=True)
class Waiting:
    """An amount to be decided on: its lines, where it has some, and the act that sent it."""

    name: Message
    amount: Amount
    lines: Sequence[QuoteLine]
    act: str


@dataclass(frozen=True)
class Bill:
    """The running total, and what would change it."""

    sums: Totals
    waiting: Sequence[Waiting]

    @property
    def moved(self) -> bool:
        """Whether it is more than the recommended price by itself."""
        return bool(self.sums.agreed != self.sums.recommended or self.sums.extra or self.sums.fee)

    @property
    def rows(self) -> list[tuple[Message, int]]:
        """What the total is made of, in cents without VAT (S066, S097)."""
        parts = (
            (_("Agreed price"), self.sums.agreed),
            (_("Extra work"), self.sums.extra),
            (_("Fees"), self.sums.fee),
        )
        return [(name, cents) for name, cents in parts if cents]


def bill(facts: Facts) -> Bill:
    """The amounts of a ticket as seen from one dispatch."""
    waiting = [_waiting(facts, kind) for kind in SENT_BY if facts.waiting(kind)]
    sums = totals(facts.price_cents, facts.amounts, called_off=facts.phase is Phase.CANCELLED)
    return Bill(sums, [one for one in waiting if one])


def _waiting(facts: Facts, kind: ChargeKind) -> Waiting | None:
    amount, sent = facts.waiting(kind), facts.last(SENT_BY[kind])
    if amount is None:
        return None
    return Waiting(WAITING_NAMES[kind], amount, lines_of(sent.answer) if sent else (), SENT_BY[kind])
