"""Extra work (supplément): more time, material or a package, agreed before it is done (S061 to S071).

Who agrees is the playbook's: the customer on its link or by word of mouth, else the manager or an approver.
Whoever says nothing is reminded, and in the end the manager asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Still, Weight, too_late
from fieldtickets.domain.effects import (
    Amount,
    Charge,
    ChargeKind,
    ChargeState,
    Decide,
    Effect,
    Raise,
    Settle,
    Task,
)
from fieldtickets.domain.money import vat_of
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, HOLDER, HOLDER_OR_TICKET
from fieldtickets.domain.words import Message, Money, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    FilesField,
    Line,
    MoneyField,
    NoQuestion,
    PercentField,
    Text,
    WholeField,
    at_most,
    comment,
)
from fieldtickets.exchanges.quote_rules import DecisionForm, same_amount
from fieldtickets.exchanges.who_comes import HAS_THE_JOB

DECISIONS = ("extra.accept", "extra.refuse")
WAITS = Still(phase=AT_WORK, undecided=ChargeKind.EXTRA)
LONGEST_LABEL = 200  # characters
MOST_UNITS = 48  # a day and a night of half hours
WHAT = _("Say what is added: time, material or a package")


class ProposeForm(AnswerForm):
    """What is added and why; what it costs is recalculated from it (S061, S064, S065)."""

    description = Text(_("What is to be done besides, and why"), [InputRequired(_("Say what is to be done"))])
    units = WholeField(_("More time, in units of 30 minutes"), [Optional()], least=1, most=MOST_UNITS)
    unit_price = MoneyField(_("Price of 30 minutes, without VAT"), [Optional()])
    material_net = MoneyField(_("Material, without VAT"), [Optional()])
    package = Line(_("Package"), [Optional(), at_most(LONGEST_LABEL)])
    package_net = MoneyField(
        _("Price of the package, without VAT"),
        [Optional()],
        description=_("Leave it empty where the time and the material make the price."),
    )
    vat_rate = PercentField(_("VAT in %"), [Optional()], description=_("For example 20, 10 or 5.5"))
    photo = FilesField(_("Photos"))
    agreed_with_customer = BooleanField(_("The customer agrees with this price"))

    currency = "EUR"

    def fit(self, facts: Facts, party: Party) -> None:
        """The price of a unit is recommended only; the customer's word counts where it is the customer's."""
        self.currency = facts.currency
        if self.unit_price.data is None and not self.unit_price.raw_data:
            self.unit_price.data = facts.playbook.unit_cents
        if Party.CUSTOMER not in deciders(facts):
            del self.agreed_with_customer

    def validate(self, extra_validators: Any = None) -> bool:
        """What is added needs its price, and a price needs what it is for."""
        valid = super().validate(extra_validators)
        net = net_of(super().answer()) if valid else 0
        if valid and self.units.data and self.unit_price.data is None:
            self.unit_price.errors = [_("Write the price of 30 minutes")]
        if valid and self.package.data and not net:
            self.package_net.errors = [_("Write the price of the package")]
        if valid and not self.errors and not net:
            self.units.errors = [WHAT]
        return valid and not self.errors

    def answer(self) -> dict[str, Any]:
        """What was typed, and what it comes to; a box left empty is no answer."""
        values = {name: value for name, value in super().answer().items() if value is not False}
        return {**values, "net": Money(net_of(values), self.currency)}


class ExtraDecisionForm(DecisionForm):
    """Yes or no to extra work."""

    comment = comment()

    kind = ChargeKind.EXTRA


def net_of(answer: Answer) -> int:
    """The price of extra work in cents: its units, its material and its package (S064, S065)."""
    time = answer.get("units", 0) * answer.get("unit_price", 0)
    return int(time + answer.get("material_net", 0) + answer.get("package_net", 0))


def deciders(facts: Facts) -> Sequence[Party]:
    """Who agrees to extra work by the playbook; the manager where no customer is there to ask (S068)."""
    by = facts.playbook.extra_by
    return by if by != (Party.CUSTOMER,) or facts.has_customer else (Party.MANAGER,)


def report_required(facts: Facts) -> bool:
    """Whether the work must be written up at the end: time, material or price changed (S069)."""
    agreed = [one for one in facts.amounts if one.state is ChargeState.AGREED]
    repriced = facts.kind != "quote" and any(one.kind is ChargeKind.QUOTE for one in agreed)
    return repriced or any(one.kind is ChargeKind.EXTRA for one in agreed)


def waits(facts: Facts) -> bool:
    return facts.waiting(ChargeKind.EXTRA) is not None


def of_same_amount(facts: Facts, answer: Answer) -> None:
    same_amount(ChargeKind.EXTRA, facts, answer)


def too_much_for_the_manager(party: Party, facts: Facts) -> Message | None:
    """Above the playbook's limit the approver decides, where it is among those who do."""
    waiting = facts.waiting(ChargeKind.EXTRA)
    limited = party is Party.MANAGER and Party.APPROVER in facts.playbook.extra_by
    if limited and waiting and facts.playbook.needs_approver(waiting.net_cents):
        return _("This amount needs the approver. Ask for the approval.")
    return None


def declared(facts: Facts, answer: Answer) -> bool:
    """Whether the customer agreed by word of mouth, and the company says so (S068)."""
    return bool(answer.get("agreed_with_customer")) and Party.CUSTOMER in deciders(facts)


def asks_the_customer(facts: Facts, answer: Answer) -> bool:
    return Party.CUSTOMER in deciders(facts) and not declared(facts, answer)


def tells_the_customer(facts: Facts, answer: Answer) -> bool:
    return Party.CUSTOMER in deciders(facts)


def proposed(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A new proposal takes the place of one that waits; one agreed by word of mouth counts at once."""
    net, agreed = net_of(answer), declared(facts, answer)
    payer = Party.CUSTOMER if Party.CUSTOMER in deciders(facts) else Party.MANAGER
    state = ChargeState.AGREED if agreed else ChargeState.PROPOSED
    vat, label = vat_of(net, answer.get("vat_rate", 0)), answer["description"][:LONGEST_LABEL]
    replaced = (Decide(ChargeKind.EXTRA, ChargeState.REFUSED),) if waits(facts) else ()
    charge = Charge(Amount(ChargeKind.EXTRA, net, vat, state, payer, label))
    return (*replaced, charge, Settle((Task.EXTRA,), here=True) if agreed else Raise(Task.EXTRA))


def decided(state: ChargeState) -> Any:
    """What follows from a yes or a no."""
    return lambda facts, answer: (Decide(ChargeKind.EXTRA, state),)


def undecided_since(facts: Facts) -> datetime | None:
    """When the proposal was made that has neither a yes nor a no; None when none waits."""
    of_people = (one for one in reversed(facts.history) if one.act in ("extra.propose", *DECISIONS))
    last = next(of_people, None)
    waits_for_it = last is not None and last.act == "extra.propose" and not declared(facts, last.answer)
    return last.at if last and waits_for_it else None


def reminded_at(facts: Facts) -> tuple[datetime, ...]:
    """When whoever decides is reminded by the playbook; the last time, the manager is told of the silence."""
    since = undecided_since(facts)
    return tuple(facts.calendar.after(since, delay) for delay in facts.playbook.extra_after) if since else ()


def still_waits(facts: Facts, answer: Answer) -> None:
    if not waits(facts):
        raise too_late(facts)


def in_vain(facts: Facts, answer: Answer) -> bool:
    return bool(answer["number"] >= len(facts.playbook.extra_after))


def not_yet_in_vain(facts: Facts, answer: Answer) -> bool:
    return not in_vain(facts, answer)


def approver_has_time(facts: Facts, answer: Answer) -> bool:
    return Party.APPROVER in deciders(facts) and not in_vain(facts, answer)


def with_amount(facts: Facts, answer: Answer) -> Answer:
    """The amount that waits beside the number of the reminder."""
    waiting = facts.waiting(ChargeKind.EXTRA)
    return {**answer, "net": Money(waiting.net_cents, facts.currency)} if waiting else answer


DECISION = _("%(who)s has decided on the extra work for %(problem)s, %(town)s: %(net)s without VAT.")


def verdict(sms: Message, subject: Message) -> tuple[Notice, ...]:
    """Everybody concerned is told what became of it; a customer where it pays."""
    return (
        Notice(Party.SUBCONTRACTOR, still=HAS_THE_JOB, sms=sms, subject=subject, email=DECISION),
        Notice(Party.MANAGER, subject=subject, email=DECISION, button=_("Open the ticket")),
        Notice(Party.CUSTOMER, when=tells_the_customer, subject=subject, email=DECISION, button=_("Read")),
        Notice(Party.APPROVER, subject=subject, email=DECISION, button=_("Read")),
    )


REMINDER = Notice(
    Party.CUSTOMER,
    when=not_yet_in_vain,
    reminder=True,
    still=WAITS,
    sms=_("%(organisation)s: reminder, extra work for %(net)s: yes or no? %(link)s"),
    subject=_("Reminder: extra work for %(net)s, yes or no? (%(ref)s)"),
    email=_("%(subcontractor)s waits for your answer before the work goes on: %(problem)s, %(town)s."),
    button=_("Read and decide"),
)
SILENCE = Notice(
    Party.MANAGER,
    subject=_("%(ref)s: extra work of %(net)s still waits for an answer"),
    email=_("Nobody has said yes or no, and %(subcontractor)s waits: %(problem)s, %(town)s."),
    button=_("Open the ticket"),
)


def reminds(name: str, owed_by: Party, line: Message, asks: Callable[[Facts], bool], *notices: Notice) -> Act:
    """The clock that waits for the decision of one side."""
    return Act(
        name,
        icon="send",
        by=(Party.CLOCK,),
        label=_("Remind"),
        line=line,
        form=NoQuestion,
        when=AT_WORK,
        standing=HOLDER,
        open_if=lambda facts: asks(facts) and undecided_since(facts) is not None,
        rules=(still_waits,),
        due=reminded_at,
        written=with_amount,
        owed_by=owed_by,
        on_silence=_("A reminder is sent; after the last one, the manager is told. The company waits."),
        weight=Weight.SILENT,
        notices=notices,
    )


EXTRA = Exchange(
    name="extra",
    title=_("Extra work"),
    icon="euro",
    acts=(
        Act(
            "extra.propose",
            by=(Party.SUBCONTRACTOR,),
            label=_("More work, time or material"),
            question=_("What is to be done besides?"),
            then=_("Wait for the yes before you begin with it. We tell you at once."),
            line=_("%(subcontractor)s proposes extra work: %(description)s, %(net)s without VAT."),
            form=ProposeForm,
            when=AT_WORK,
            standing=HOLDER,
            effects=proposed,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: extra work of %(net)s at %(town)s"),
                    email=_("%(subcontractor)s: %(description)s, %(net)s without VAT, for %(problem)s."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=asks_the_customer,
                    still=WAITS,
                    sms=_("%(organisation)s: %(problem)s: extra work for %(net)s, yes or no? %(link)s"),
                    subject=_("Extra work for %(net)s: yes or no? (%(ref)s)"),
                    email=_("%(subcontractor)s proposes: %(description)s. Price: %(net)s without VAT."),
                    button=_("Read and decide"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=declared,
                    subject=_("Extra work for %(net)s, as agreed with you (%(ref)s)"),
                    email=_(
                        "%(subcontractor)s says that you agreed to: %(description)s, %(net)s without VAT. "
                        "If not, write to us."
                    ),
                    button=_("Read"),
                ),
                Notice(
                    Party.APPROVER,
                    when=lambda facts, answer: Party.APPROVER in deciders(facts),
                    still=WAITS,
                    sms=_("%(organisation)s: %(problem)s: extra work for %(net)s, yes or no? %(link)s"),
                    subject=_("Extra work for %(net)s: yes or no? (%(ref)s)"),
                    email=_("%(subcontractor)s proposes: %(description)s. Price: %(net)s without VAT."),
                    button=_("Read and decide"),
                ),
            ),
        ),
        Act(
            "extra.accept",
            by=(Party.CUSTOMER, Party.APPROVER, Party.MANAGER),
            only=deciders,
            label=_("Yes, do it"),
            question=_("Do you agree to this extra work?"),
            then=_("The company is told at once."),
            line=_("%(who)s agrees to the extra work: %(net)s without VAT."),
            form=ExtraDecisionForm,
            when=AT_WORK,
            standing=HOLDER_OR_TICKET,
            open_if=waits,
            bars=too_much_for_the_manager,
            rules=(of_same_amount,),
            effects=decided(ChargeState.AGREED),
            settles=(Task.EXTRA,),
            weight=Weight.PRIMARY,
            strict=True,
            notices=verdict(
                _("%(organisation)s: job %(ref)s: extra work agreed, %(net)s. Write it up: %(link)s"),
                _("%(ref)s: extra work agreed, %(net)s"),
            ),
        ),
        Act(
            "extra.refuse",
            by=(Party.CUSTOMER, Party.APPROVER, Party.MANAGER),
            only=deciders,
            label=_("No"),
            question=_("Refuse this extra work?"),
            then=_("The company is told at once."),
            line=_("%(who)s refuses the extra work: %(net)s without VAT."),
            form=ExtraDecisionForm,
            when=AT_WORK,
            standing=HOLDER_OR_TICKET,
            open_if=waits,
            rules=(of_same_amount,),
            effects=decided(ChargeState.REFUSED),
            settles=(Task.EXTRA,),
            notices=verdict(
                _("%(organisation)s: job %(ref)s: extra work refused, do not do it: %(link)s"),
                _("%(ref)s: extra work refused, %(net)s"),
            ),
        ),
        reminds(
            "extra.remind_customer",
            Party.CUSTOMER,
            _("The customer is reminded of the extra work: %(net)s without VAT."),
            lambda facts: Party.CUSTOMER in deciders(facts),
            REMINDER,
            replace(SILENCE, when=in_vain),
        ),
        reminds(
            "extra.remind_decider",
            Party.MANAGER,
            _("Whoever decides is reminded of the extra work: %(net)s without VAT."),
            lambda facts: Party.CUSTOMER not in deciders(facts),
            replace(REMINDER, to=Party.APPROVER, when=approver_has_time),
            SILENCE,
        ),
    ),
    samples={
        "extra.propose": {
            "description": "Remplacer aussi le robinet d'arrêt, qui fuit.",
            "units": 2,
            "unit_price": 3500,
            "material_net": 4890,
            "vat_rate": 1000,
            "net": Money(12_345_67),
        },
        "extra.remind_customer": {"number": 1, "net": Money(12_345_67)},
        "extra.remind_decider": {"number": 1, "net": Money(12_345_67)},
        "extra.accept": {"net": Money(12_345_67)},
        "extra.refuse": {"net": Money(12_345_67), "comment": "Pas cette fois."},
    },
)
