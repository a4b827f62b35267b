"""What quotes go by: until when they stand, who decides on them, and what follows from it (S058, S060)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fieldtickets.domain.acts import Alarm, Answer, Facts, Notice, Refused, Still, TooLate
from fieldtickets.domain.deadlines import at_site
from fieldtickets.domain.effects import (
    Amount,
    Assign,
    Charge,
    ChargeKind,
    ChargeState,
    Decide,
    DecideRivals,
    Effect,
    Raise,
    Settle,
    Stand,
    StopClocks,
    Task,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, LIVE, Phase, Standing
from fieldtickets.domain.words import Message, Money, _
from fieldtickets.exchanges.fields import AnswerForm, comment
from fieldtickets.exchanges.quote_form import priced

QUOTABLE = (Phase.OFFERED, *AT_WORK)
QUOTING = (Standing.OFFERED, Standing.ASSIGNED)
REMINDED_BEFORE = timedelta(days=3)
LAST_HOUR = time(23, 59)
LONGEST = timedelta(days=366)
CHANGED = _("The amount has changed meanwhile. Read it again before you decide.")


class DecisionForm(AnswerForm):
    """Yes or no to an amount, which the answer names; a word with it, if somebody wants."""

    comment = comment()

    kind = ChargeKind.QUOTE
    amount: Money | None = None

    def fit(self, facts: Facts, party: Party) -> None:
        """Remember what is decided on."""
        waiting = facts.waiting(self.kind)
        self.amount = Money(waiting.net_cents, facts.currency) if waiting else None

    def answer(self) -> dict[str, Any]:
        """The amount that was before the reader's eyes."""
        return super().answer() | ({"net": self.amount} if self.amount else {})


def waits(facts: Facts) -> bool:
    return facts.waiting(ChargeKind.QUOTE) is not None


def ended_undecided(facts: Facts) -> bool:
    """Whether the last quote stood until its day, and nobody said yes or no (S058)."""
    last = facts.last("quote")
    return last is not None and last.act == "quote.expire"


def may_quote(facts: Facts) -> bool:
    """Who was asked for a quote, or has the job already."""
    return facts.standing is Standing.ASSIGNED or facts.kind == "quote"


def same_amount(kind: ChargeKind, facts: Facts, answer: Answer) -> None:
    """What was read is what is decided on, whatever was sent in between."""
    waiting, read = facts.waiting(kind), answer.get("net")
    if read and waiting and read.cents != waiting.net_cents:
        raise TooLate(CHANGED, "version.conflict")


def of_same_amount(facts: Facts, answer: Answer) -> None:
    same_amount(ChargeKind.QUOTE, facts, answer)


def too_much_for_the_manager(party: Party, facts: Facts) -> Message | None:
    """Above the playbook's limit the approver decides."""
    waiting = facts.waiting(ChargeKind.QUOTE)
    if party is Party.MANAGER and waiting and facts.playbook.needs_approver(waiting.net_cents):
        return _("This amount needs the approver. Ask for the approval.")
    return None


def today(facts: Facts) -> date:
    return facts.now.astimezone(ZoneInfo(facts.zone)).date()


def names_a_day_to_come(facts: Facts, answer: Answer) -> None:
    last = answer.get("valid_until")
    if last is not None and not today(facts) <= last <= today(facts) + LONGEST:
        raise Refused(_("Choose a day from today on, within a year"), field="valid_until")


def ends_at(facts: Facts, answer: Answer) -> datetime:
    """The instant until which a quote that is sent now can be accepted."""
    last = answer.get("valid_until") or today(facts) + facts.playbook.quote_lasts
    return at_site(last, LAST_HOUR, facts.zone)


def still_stands(facts: Facts, answer: Answer) -> None:
    sent = facts.last("quote.submit")
    last = sent.answer.get("valid_until") if sent else None
    if last is not None and last < today(facts):
        raise TooLate(_("This quote stood until %(day)s. Ask for a new one.", day=last), "quote.expired")


def submitted(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A new quote takes the place of one that waits; who has quoted is not reminded of the offer."""
    net, vat = priced(answer)
    replaced = (Decide(ChargeKind.QUOTE, ChargeState.REFUSED),) if waits(facts) else ()
    payer = Party.CUSTOMER if Party.CUSTOMER in facts.playbook.extra_by else Party.MANAGER
    charge = Charge(Amount(ChargeKind.QUOTE, net, vat, payer=payer))
    return (*replaced, charge, StopClocks(("offer", "quote")), Raise(Task.QUOTE))


def validity_clocks(facts: Facts, answer: Answer) -> tuple[Alarm, ...]:
    """A word to the manager before the quote ends, and its end."""
    end = ends_at(facts, answer)
    number = sum(1 for done in facts.history if done.act == "quote.submit") + 1
    remind_at = max(end - REMINDED_BEFORE, facts.now + (end - facts.now) / 2)
    return Alarm("quote.remind", remind_at, number), Alarm("quote.expire", end, number)


def accepted(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """The job goes to the company that was chosen; whoever else quoted is refused with it."""
    agreed = (Decide(ChargeKind.QUOTE, ChargeState.AGREED), StopClocks(("quote",)))
    if facts.standing is Standing.ASSIGNED:
        return *agreed, Settle((Task.QUOTE,), here=True)
    rivals = DecideRivals(ChargeKind.QUOTE, ChargeState.REFUSED)
    return Assign(), *agreed, rivals, Settle((Task.QUOTE, Task.NO_TAKER, Task.SILENT))


def turned_down(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (
        Decide(ChargeKind.QUOTE, ChargeState.REFUSED),
        StopClocks(("quote",)),
        Settle((Task.QUOTE,), here=True),
    )


def not_wanted(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A no to the price alone where the company has the job; else it is asked no more."""
    if facts.standing is Standing.ASSIGNED:
        return turned_down(facts, answer)
    nobody_left = () if facts.others_asked else (Raise(Task.NO_TAKER),)
    return *turned_down(facts, answer), Stand(Standing.RECALLED), *nobody_left


def amounts_fall(facts: Facts) -> tuple[Effect, ...]:
    """What still waits for a yes is worth nothing once its company is out of it, or the work is over."""
    quote = turned_down(facts, {}) if waits(facts) else ()
    if facts.waiting(ChargeKind.EXTRA) is None:
        return quote
    return *quote, Decide(ChargeKind.EXTRA, ChargeState.REFUSED), Settle((Task.EXTRA,), here=True)


def is_quote(facts: Facts, answer: Answer) -> bool:
    """Whether the ticket asks for a price first (S020)."""
    return facts.kind == "quote"


QUOTE_WANTED = Notice(
    Party.SUBCONTRACTOR,
    when=is_quote,
    order=True,
    still=Still(standing=(Standing.OFFERED,), phase=LIVE),
    sms=_("%(organisation)s: quote wanted: %(problem)s, %(town)s. Price or no: %(link)s"),
    subject=_("Quote wanted: %(problem)s, %(town)s (%(ref)s)"),
    email=_("%(organisation)s asks for your price, or for a photo of your quote."),
    button=_("See the job and quote"),
)
