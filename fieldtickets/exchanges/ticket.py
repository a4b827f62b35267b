"""Ticket: opened, cancelled, closed, opened again; these acts concern everybody on it."""

from dataclasses import replace
from typing import ClassVar

from wtforms import Field
from wtforms.validators import InputRequired, StopValidation

from fieldtickets.domain.acts import (
    Act,
    Answer,
    Exchange,
    Facts,
    Notice,
    Outcome,
    Reach,
    Still,
    Weight,
)
from fieldtickets.domain.effects import (
    Amend,
    CallOff,
    DropAppointment,
    Effect,
    EndOffers,
    HoldAnew,
    LetLinksEnd,
    Raise,
    Reinstate,
    Settle,
    StopClocks,
    Task,
)
from fieldtickets.domain.fees import CANCELLATION, charged, cost_of_cancelling
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, EVERY_PHASE, HOLDER, LIVE, Phase
from fieldtickets.domain.words import Message, Money, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    ChangeForm,
    Codes,
    Line,
    MoneyField,
    NoQuestion,
    Text,
    at_most,
    options,
    something_changes,
)
from fieldtickets.exchanges.who_comes import AGREED

SOURCES = {
    "customer": _("The customer"),
    "subcontractor": _("The subcontractor"),
    "manager": _("The manager"),
}


COSTS = _("Cancelling now costs %(fee)s without VAT, charged to whoever cancels.")
COSTS_NOTHING = _("Cancelling now costs nothing.")

CALLED_OFF = Still(phase=(Phase.CANCELLED,))
PUT_AWAY = Still(phase=(Phase.CLOSED,))


class CancelForm(AnswerForm):
    """Who cancels, since the one recorded as cancelling is the one who may be charged (S107, S109)."""

    source = Codes(_("Who cancels?"), SOURCES, _("Say who cancels"))
    reason = Text(_("Why?"), [InputRequired(_("Say why"))])

    def fit(self, facts: Facts, party: Party) -> None:
        """A customer cancels in its own name only; what it costs is said before the button."""
        if party is Party.CUSTOMER:
            self.source.choices = options([("customer", SOURCES["customer"])])
        if facts.appointment and facts.playbook.ladder:
            cost = Money(cost_of_cancelling(facts), facts.currency)
            self.reason.description = (COSTS if cost.cents else COSTS_NOTHING).given(fee=cost)


class NeverEmptied:
    """Refuse a field that was sent empty, where something has to stand."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Message) -> None:
        self.message = message

    def __call__(self, form: "AmendForm", field: Field) -> None:
        if field.name in form.sent and not field.data:
            raise StopValidation(self.message)


class AmendForm(ChangeForm):
    """The details of a job that may change while it lives."""

    title = Line(_("What is the problem?"), [NeverEmptied(_("Say what the problem is")), at_most(120)])
    description = Text(_("Description"))
    price_cents = MoneyField(_("Price without VAT, at most"))
    access = Text(_("Access: floor, door code, keys"), [at_most(500)])


class ReopenForm(AnswerForm):
    """Why a closed ticket lives again."""

    reason = Text(_("Why?"), [InputRequired(_("Say why"))])


class Cancelling(Act):
    """The end of a job: the manager has to see it when it was the customer's own doing."""

    def play(self, party: Party, facts: Facts, answer: Answer) -> Outcome:
        """As any act; a customer's leaves a task, once those of the job are settled."""
        outcome = super().play(party, facts, answer)
        if party is not Party.CUSTOMER:
            return outcome
        return replace(outcome, effects=(*outcome.effects, Raise(Task.CANCELLED)))


def called_off(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """Whoever is recorded as the source pays what the playbook asks for cancelling so late (S109, S113)."""
    fee = charged(cost_of_cancelling(facts), Party(answer["source"]), CANCELLATION)
    return *fee, CallOff(), EndOffers(), StopClocks(), Settle(), LetLinksEnd()


def visit_ahead(facts: Facts, answer: Answer) -> bool:
    """Whether closing calls a visit off; one that is past was made, and stays agreed."""
    return facts.appointment is not None and facts.appointment.starts_at > facts.now


def ends_before_the_work(facts: Facts, answer: Answer) -> bool:
    return facts.phase is Phase.OFFERED or visit_ahead(facts, answer)


def put_away(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    off = (CallOff(),) if visit_ahead(facts, answer) else ()
    return *off, EndOffers(), StopClocks(), Settle(), LetLinksEnd()


def where_it_was(facts: Facts) -> Phase:
    """A job that somebody had goes on; one that was still offered has to be sent again."""
    return Phase.DRAFT if facts.phase_before in (Phase.DRAFT, Phase.OFFERED) else facts.phase_before


VISIT_CANCELLED = Notice(
    Party.CUSTOMER,
    receipt=True,
    sms=_("%(organisation)s: the visit for %(problem)s is cancelled. Details: %(link)s"),
    subject=_("%(ref)s: the visit is cancelled"),
    email=_("The visit for %(problem)s is cancelled."),
    calendar=True,
)


OUT_OF_OUR_CALENDAR = replace(
    VISIT_CANCELLED, to=Party.MANAGER, receipt=False, sms=Message(""), button=_("Open the ticket")
)


def reopened(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A visit that still lies ahead takes place; else whoever has the job is asked for a date again."""
    stands = lies_ahead_again(facts) or goes_on(facts, answer)
    return Reinstate() if stands else DropAppointment(), HoldAnew()


def lies_ahead_again(facts: Facts) -> bool:
    return facts.called_off is not None and facts.called_off.starts_at > facts.now


def comes_again(facts: Facts, answer: Answer) -> bool:
    return where_it_was(facts) is Phase.ASSIGNED and lies_ahead_again(facts)


def asked_for_a_date(facts: Facts, answer: Answer) -> bool:
    return where_it_was(facts) is Phase.ASSIGNED and not lies_ahead_again(facts)


def goes_on(facts: Facts, answer: Answer) -> bool:
    return where_it_was(facts) not in (Phase.DRAFT, Phase.ASSIGNED)


def customer_waits_again(facts: Facts, answer: Answer) -> bool:
    """Whether the customer believes the job off, and no visit can be named yet."""
    cancelled = facts.phase is Phase.CANCELLED and facts.phase_before is not Phase.DRAFT
    return (cancelled or facts.called_off is not None) and not comes_again(facts, answer)


TAKES_PLACE = Notice(
    Party.CUSTOMER,
    when=comes_again,
    still=AGREED,
    sms=_("%(organisation)s: the visit %(appointment)s takes place after all: %(link)s"),
    subject=_("%(ref)s: the visit of %(appointment)s takes place after all"),
    email=_("%(subcontractor)s comes after all for: %(problem)s. %(when)s"),
    button=_("See, change or cancel"),
    calendar=True,
)

TICKET = Exchange(
    name="ticket",
    title=_("Ticket"),
    icon="pen",
    of_ticket=True,
    acts=(
        Act(
            "ticket.open",
            icon="plus",
            by=(Party.MANAGER,),
            label=_("Create the ticket"),
            line=_("%(who)s creates the ticket."),
            form=NoQuestion,
            when=(Phase.DRAFT,),
            weight=Weight.SILENT,
        ),
        Act(
            "ticket.amend",
            by=(Party.MANAGER,),
            label=_("Save the changes"),
            question=_("Change the job"),
            line=_("%(who)s changes the details of the job."),
            form=AmendForm,
            rules=(something_changes,),
            effects=lambda facts, answer: (Amend(answer),),
            strict=True,
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    reach=Reach.ALL_ASKED,
                    still=Still(phase=LIVE),
                    subject=_("%(ref)s: the details of the job have changed"),
                    email=_("The details of %(problem)s, %(town)s have changed. Please read them again."),
                ),
            ),
        ),
        Cancelling(
            "ticket.cancel",
            icon="cross",
            by=(Party.MANAGER, Party.CUSTOMER),
            label=_("Cancel the job"),
            question=_("Cancel the job?"),
            then=_("The job is cancelled. Everybody is told."),
            line=_("Job cancelled. Source: %(source)s. %(reason)s"),
            form=CancelForm,
            when=(Phase.DRAFT, Phase.OFFERED, *AT_WORK),
            leads_to=Phase.CANCELLED,
            effects=called_off,
            codes={"source": SOURCES},
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    reach=Reach.ALL_ASKED,
                    still=CALLED_OFF,
                    sms=_("%(organisation)s: job %(ref)s (%(problem)s) is CANCELLED. Do not go: %(link)s"),
                    subject=_("CANCELLED: %(problem)s, %(town)s (%(ref)s)"),
                    email=_("This job is cancelled. Do not go."),
                    button=_("See why"),
                    calendar=True,
                ),
                replace(
                    VISIT_CANCELLED,
                    when=lambda facts, answer: facts.appointment is not None,
                    still=CALLED_OFF,
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: job cancelled by %(who)s"),
                    email=_("%(who)s cancels %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                    calendar=True,
                ),
            ),
        ),
        Act(
            "ticket.close",
            by=(Party.MANAGER,),
            label=_("Close the ticket"),
            line=_("%(who)s closes the ticket."),
            form=NoQuestion,
            when=LIVE,
            leads_to=Phase.CLOSED,
            effects=put_away,
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    reach=Reach.ALL_ASKED,
                    when=ends_before_the_work,
                    still=PUT_AWAY,
                    sms=_("%(organisation)s: job %(ref)s (%(problem)s) is closed. Do not go: %(link)s"),
                    subject=_("%(ref)s: the job is closed, do not go"),
                    email=_("This job is closed. You have nothing more to do, do not go. Thank you."),
                    calendar=True,
                ),
                replace(VISIT_CANCELLED, when=visit_ahead, still=PUT_AWAY),
                replace(OUT_OF_OUR_CALENDAR, when=visit_ahead),
            ),
        ),
        Act(
            "ticket.reopen",
            by=(Party.MANAGER,),
            label=_("Open again"),
            question=_("Open the ticket again?"),
            line=_("%(who)s opens the ticket again: %(reason)s"),
            form=ReopenForm,
            when=(Phase.CLOSED, Phase.CANCELLED),
            leads_to=where_it_was,
            effects=reopened,
            settles=(Task.CANCELLED,),
            weight=Weight.PRIMARY,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    when=goes_on,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: job %(ref)s (%(problem)s) is open again. Details: %(link)s"),
                    subject=_("%(ref)s: the job is open again"),
                    email=_("This job is open again. Please read the details."),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    when=asked_for_a_date,
                    still=Still(standing=HOLDER, phase=(Phase.ASSIGNED,)),
                    sms=_("%(organisation)s: job %(ref)s is open again. Please give a date: %(link)s"),
                    subject=_("%(ref)s: the job is open again, when can you come?"),
                    email=_("This job is open again and it is yours. Please give a date."),
                    button=_("Propose a date"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    when=comes_again,
                    still=Still(standing=HOLDER, phase=LIVE, appointment=True),
                    sms=_(
                        "%(organisation)s: job %(ref)s is open again. Please come %(appointment)s: %(link)s"
                    ),
                    subject=_("%(ref)s: the job is open again, please come %(appointment)s"),
                    email=_("This job is open again and it is yours. %(when)s If you cannot come, tell us."),
                    calendar=True,
                ),
                TAKES_PLACE,
                replace(
                    TAKES_PLACE,
                    to=Party.MANAGER,
                    receipt=True,
                    sms=Message(""),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=customer_waits_again,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: your request (%(problem)s) is open again. Details: %(link)s"),
                    subject=_("%(ref)s: your request is open again"),
                    email=_("Your request for %(problem)s is open again. We tell you when somebody comes."),
                ),
            ),
        ),
        Act(
            "ticket.settle",
            by=(Party.MANAGER,),
            label=_("Done, nothing more to do"),
            line=_("%(who)s: nothing more to do for now."),
            form=NoQuestion,
            when=EVERY_PHASE,
            effects=lambda facts, answer: (Settle(),),
            weight=Weight.SILENT,
        ),
    ),
    samples={
        "ticket.amend": {
            "title": "Fuite sous évier",
            "description": "",
            "price_cents": 12000,
            "access": "2e",
        },
        "ticket.cancel": {"source": "customer", "reason": "Le client a réparé lui-même."},
        "ticket.reopen": {"reason": "La fuite est revenue."},
    },
)
