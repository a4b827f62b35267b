"""Playbooks: the rules a ticket follows, as data. The numbers are the table of the product page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_type_hints

from fieldtickets.domain.calendars import Calendar
from fieldtickets.domain.parties import Party


class Asks(StrEnum):
    """What an acceptance must bring with it."""

    DATE = "date"
    CALL = "call"
    NOTHING = "nothing"


class Disclosure(StrEnum):
    """When a subcontractor learns the exact address and the customer's details (S013)."""

    AT_ONCE = "at_once"
    ONCE_ASSIGNED = "once_assigned"


@dataclass(frozen=True)
class Rung:
    """One step of a cancellation ladder: cancelled later than `before` the visit, this much is due.

    percent: of the net price; at_most_cents: never more than this. A negative `before` is after the start.
    """

    before: timedelta
    percent: int
    at_most_cents: int | None = None

    def fee(self, price_cents: int) -> int:
        """The fee for a net price, both in cents, half a cent rounded up."""
        share = (price_cents * self.percent + 50) // 100
        return share if self.at_most_cents is None else min(share, self.at_most_cents)


@dataclass(frozen=True)
class Playbook:
    """One named set of rules; None means that the clock or the rule does not exist.

    working_days: whether the delays for answers, decisions, reports and invoices run from Monday to Friday
        alone, without the public holidays of the site's country; else on every day (T08).
    remind_after, task_after: from the offer.
    wave_lasts: how long a wave has before the next one is asked.
    wave_size: subcontractors asked at once when they are chosen by trade and area.
    calls_within: from the acceptance to the call of the customer (S025), of which call_remind_after reminds;
        call_tries, call_channels: before "no answer" may be said (S035).
    confirms_before: how long before the visit presence is confirmed (S043); presence_silence: from that
        question to its reminder, and from there to the manager, less where the visit would come first.
    asks_presence: whether presence is asked for at the hour of the visit itself (S048); on_site_silence: as
        above; on_site_lasts: from that hour, how long the answer still says something.
    calls_before: how long before the visit the customer is to be called once more (S045).
    arrives_from: how long before the start an arrival may be declared (S075).
    absent_after: from the start, how long an absent customer is waited for before that is reported (S085).
    leaves_after: from the start, when who waits in vain may leave (S083).
    absence: the fee when the customer is not there (S084); ladder: for cancelling late, the latest first.
    extra_by: who may agree to extra work (S068); extra_after: from its proposal, when a decision that is
        missing is asked for; the last time the manager hears of it.
    approver_from_cents: net amounts from here on need the approver.
    unit_cents: what 30 more minutes of work cost without VAT, where the company names no price (S064).
    photos_wanted: the least number of photos that prove completion; wants_signature, asks_payment (S095).
    report_after: from the visit, when a report that is missing is asked for; the last time the manager.
    declares_within: from the visit until declarations close (S105).
    invoice_after: from completion, when an invoice that is missing is asked for; then the manager's task.
    quote_lasts: how long a quote stands that names no day itself.
    pause_after, pause_within, pause_lasts: so many late cancellations pause offers to a company.
    instructions, hotline: the words and the telephone of a partner, shown on every ticket (S024, S057).
    """

    name: str
    version: int = 1
    asks_on_accept: Asks = Asks.DATE
    disclosure: Disclosure = Disclosure.AT_ONCE
    widens: bool = False
    wave_size: int = 3
    wave_lasts: timedelta | None = None
    working_days: bool = False
    remind_after: timedelta | None = None
    task_after: timedelta | None = None
    urgent_remind_after: timedelta | None = None
    urgent_task_after: timedelta | None = None
    calls_within: timedelta | None = None
    call_remind_after: timedelta | None = None
    call_tries: int = 5
    call_channels: int = 2
    confirms_before: timedelta | None = None
    presence_silence: timedelta = timedelta(hours=4)
    asks_presence: bool = False
    on_site_silence: timedelta = timedelta(minutes=15)
    on_site_lasts: timedelta = timedelta(hours=8)
    calls_before: timedelta | None = None
    arrives_from: timedelta | None = None
    absent_after: timedelta | None = None
    leaves_after: timedelta | None = None
    absence: Rung | None = None
    ladder: tuple[Rung, ...] = ()
    extra_by: tuple[Party, ...] = (Party.MANAGER, Party.APPROVER)
    extra_after: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=48))
    approver_from_cents: int | None = None
    unit_cents: int | None = None
    photos_wanted: int = 0
    wants_signature: bool = False
    asks_payment: bool = False
    report_after: tuple[timedelta, ...] = tuple(timedelta(hours=hours) for hours in (4, 24, 48))
    declares_within: timedelta | None = None
    invoice_after: tuple[timedelta, ...] = ()
    quote_lasts: timedelta = timedelta(days=30)
    pause_after: int | None = None
    pause_within: timedelta = timedelta(days=30)
    pause_lasts: timedelta = timedelta(days=7)
    instructions: str = ""
    hotline: str = ""

    def calendar(self, zone: str, country: str, urgent: bool) -> Calendar:
        """How its delays run at a site; what is urgent waits for no working day."""
        return Calendar(zone, country, self.working_days and not urgent)

    def tells_prices_to(self, party: Party) -> bool:
        """Whether a party reads amounts: a customer where it agrees to them, a technician never."""
        return party is not Party.DELEGATE and (party is not Party.CUSTOMER or party in self.extra_by)

    def needs_approver(self, net_cents: int) -> bool:
        """Whether an amount is too much for the manager alone."""
        return self.approver_from_cents is not None and net_cents >= self.approver_from_cents

    def reminder_delay(self, urgent: bool) -> timedelta | None:
        """How long after an offer its silence is answered by a reminder."""
        return self.urgent_remind_after if urgent and self.urgent_remind_after else self.remind_after

    def answer_delay(self, urgent: bool) -> timedelta | None:
        """How long a subcontractor has to answer before the search goes on without it."""
        if urgent and self.urgent_task_after:
            return self.urgent_task_after
        return self.wave_lasts or self.task_after


SYNDIC = Playbook(
    name="syndic",
    remind_after=timedelta(hours=24),
    task_after=timedelta(hours=48),
    urgent_remind_after=timedelta(minutes=30),
    urgent_task_after=timedelta(minutes=30),
    asks_presence=True,
    unit_cents=35_00,
    invoice_after=tuple(timedelta(days=days) for days in (0, 3, 7, 14)),
)

MARKETPLACE = Playbook(
    name="marketplace",
    asks_on_accept=Asks.CALL,
    disclosure=Disclosure.ONCE_ASSIGNED,
    widens=True,
    wave_size=5,
    wave_lasts=timedelta(hours=1),
    calls_within=timedelta(hours=12),
    call_remind_after=timedelta(hours=6),
    confirms_before=timedelta(hours=24),
    calls_before=timedelta(hours=2),
    absent_after=timedelta(minutes=10),
    leaves_after=timedelta(minutes=10),
    absence=Rung(timedelta(), 100),
    ladder=(Rung(timedelta(hours=24), 100),),
    extra_by=(Party.CUSTOMER,),
    extra_after=(timedelta(hours=1), timedelta(hours=2)),
    unit_cents=35_00,
    wants_signature=True,
    asks_payment=True,
    pause_after=3,
)

HOME_CLEANING = Playbook(
    name="home-cleaning",
    asks_on_accept=Asks.NOTHING,
    wave_size=1,
    arrives_from=timedelta(minutes=30),
    absent_after=timedelta(),
    leaves_after=timedelta(minutes=30),
    absence=Rung(timedelta(), 100, 40_00),
    ladder=(
        Rung(timedelta(), 100, 40_00),
        Rung(timedelta(hours=2), 80, 30_00),
        Rung(timedelta(hours=4), 50, 20_00),
        Rung(timedelta(hours=8), 100, 10_00),
    ),
    extra_by=(Party.CUSTOMER,),
    extra_after=(timedelta(hours=1), timedelta(hours=2)),
    unit_cents=15_00,
    declares_within=timedelta(days=5),
    pause_after=3,
)

PLAYBOOKS = {playbook.name: playbook for playbook in (SYNDIC, MARKETPLACE, HOME_CLEANING)}


class UnknownRule(ValueError):
    """A rule that no playbook has, or a value that cannot be one."""


MINUTE = timedelta(minutes=1)
NAMING = ("name", "version")  # what a copy has of its own


def changed(playbook: Playbook, rules: Mapping[str, Any]) -> Playbook:
    """A playbook with other rules: as JSON has them, in minutes, cents, percents and codes.

    Raises UnknownRule.
    """
    if unknown := rules.keys() - RULES.keys():
        raise UnknownRule(", ".join(sorted(unknown)))
    try:
        return replace(playbook, **{name: RULES[name].read(value) for name, value in rules.items()})
    except (TypeError, ValueError) as error:
        raise UnknownRule(str(error)) from error


def differences(playbook: Playbook, other: Playbook) -> dict[str, Any]:
    """What `changed` needs to make the playbook of another one."""
    return {
        name: rule.written(getattr(playbook, name))
        for name, rule in RULES.items()
        if getattr(playbook, name) != getattr(other, name)
    }


@dataclass(frozen=True)
class Rule:
    """How a kind of rule is written as JSON, and read again."""

    written: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _rung(steps: list[Any]) -> Rung:
    before, percent, at_most = steps
    return Rung(before * MINUTE, percent, at_most)


def _same(value: Any) -> Any:
    return value


MINUTES = Rule(lambda delay: delay // MINUTE, lambda minutes: minutes * MINUTE)
RUNG = Rule(lambda rung: [rung.before // MINUTE, rung.percent, rung.at_most_cents], _rung)
PLAIN = Rule(_same, _same)


def _or_none(rule: Rule) -> Rule:
    return Rule(
        lambda value: None if value is None else rule.written(value),
        lambda value: None if value is None else rule.read(value),
    )


def _each(rule: Rule) -> Rule:
    return Rule(lambda values: [*map(rule.written, values)], lambda values: tuple(map(rule.read, values)))


KINDS: Mapping[Any, Rule] = {
    Asks: Rule(str, Asks),
    Disclosure: Rule(str, Disclosure),
    timedelta: MINUTES,
    timedelta | None: _or_none(MINUTES),
    tuple[timedelta, ...]: _each(MINUTES),
    Rung | None: _or_none(RUNG),
    tuple[Rung, ...]: _each(RUNG),
    tuple[Party, ...]: _each(Rule(str, Party)),
    int: PLAIN,
    int | None: PLAIN,
    bool: PLAIN,
    str: PLAIN,
}
HINTS = get_type_hints(Playbook)
RULES = {field.name: KINDS[HINTS[field.name]] for field in fields(Playbook) if field.name not in NAMING}
