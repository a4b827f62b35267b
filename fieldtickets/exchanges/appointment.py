"""Appointment (rendez-vous): one side proposes up to three slots, the other chooses (S031, S034, S042)."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from wtforms import BooleanField
from wtforms.validators import Optional

from fieldtickets.domain.acts import ALWAYS, Act, Answer, Exchange, Facts, Notice, Refused, Still, Weight
from fieldtickets.domain.deadlines import ahead
from fieldtickets.domain.effects import Appoint, Effect, Propose, Raise, Settle, Slot, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, HOLDER_OR_TICKET, LIVE, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, DayField, HourField, Wanted, comment, options
from fieldtickets.exchanges.offer import comes_later_than_now, slot_of
from fieldtickets.exchanges.reckoning import call_owed, declined
from fieldtickets.exchanges.who_comes import AGREED

SUFFIXES = ("", "_2", "_3")
WAITING = Still(phase=LIVE, slots=True)
SETTLED = (Task.PROPOSAL, Task.NO_PRESENCE)  # by an agreed date, which is confirmed anew


class ProposeForm(AnswerForm):
    """One to three slots; with the customer's agreement a single one counts at once (S046, S047)."""

    date = DayField(_("The day"), [Wanted(_("Choose a day"))])
    time = HourField(_("The hour of arrival"), [Wanted(_("Choose an hour"))])
    date_2 = DayField(_("Second choice: day"), [Optional()])
    time_2 = HourField(_("Second choice: hour"), [Optional()])
    date_3 = DayField(_("Third choice: day"), [Optional()])
    time_3 = HourField(_("Third choice: hour"), [Optional()])
    agreed_with_customer = BooleanField(_("The customer agrees with this date"))
    comment = comment()

    def fit(self, facts: Facts, party: Party) -> None:
        """Only who comes can have asked the customer."""
        if party is Party.CUSTOMER or not facts.has_customer:
            del self.agreed_with_customer

    def answer(self) -> dict[str, Any]:
        """A box left empty is no answer."""
        return {name: value for name, value in super().answer().items() if value is not False}


class AgreeForm(AnswerForm):
    """Which of the proposed slots."""

    slot = Codes(_("Proposed dates"), {}, _("Choose a date"))

    def fit(self, facts: Facts, party: Party) -> None:
        """Offer the slots that wait for an answer."""
        self.slot.choices = options(
            (str(s.number), Message("%(at)s", {"at": s.starts_at})) for s in facts.proposed
        )


def every_slot_is_whole(facts: Facts, answer: Answer) -> None:
    for suffix in SUFFIXES:
        if (f"date{suffix}" in answer) != (f"time{suffix}" in answer):
            raise Refused(_("Give both the day and the hour"), field=f"date{suffix}")


def every_slot_lies_ahead(facts: Facts, answer: Answer) -> None:
    for slot in slots_of(facts, answer):
        ahead(slot.starts_at, facts.now)


def the_slot_still_lies_ahead(facts: Facts, answer: Answer) -> None:
    if chosen(facts, answer).starts_at < facts.now:
        raise Refused(_("This hour is past. Propose another one"), field="slot")


def slots_of(facts: Facts, answer: Answer) -> tuple[Slot, ...]:
    return tuple(slot_of(facts, answer, suffix) for suffix in SUFFIXES if f"date{suffix}" in answer)


def chosen(facts: Facts, answer: Answer) -> Slot:
    """The proposed slot that was chosen; refused when it is not among those that wait."""
    for slot in facts.proposed:
        if str(slot.number) == answer["slot"]:
            return slot
    raise Refused(_("Choose an hour"), field="slot")


def settled_already(facts: Facts, answer: Answer) -> bool:
    """A single slot that the customer already agreed to needs no second yes (S047)."""
    return bool(answer.get("agreed_with_customer")) and len(slots_of(facts, answer)) == 1


def still_open(facts: Facts, answer: Answer) -> bool:
    return not settled_already(facts, answer)


def proposed(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    slots = slots_of(facts, answer)
    if settled_already(facts, answer):
        return Appoint(slots[0]), Settle(SETTLED)
    return Propose(slots), Raise(Task.PROPOSAL)


def date_wanted(facts: Facts) -> bool:
    """Whether the company has to give a date now: it has none, or does not come on the one agreed (S031)."""
    missing = facts.appointment is None or declined(facts)
    return facts.standing is Standing.ASSIGNED and missing and not facts.proposed and not call_owed(facts)


NEW_DATE = _("%(organisation)s: new date for %(problem)s: %(appointment)s. Details: %(link)s")
NEW_DATES = tuple(
    Notice(
        party,
        still=AGREED if party is not Party.MANAGER else ALWAYS,
        receipt=party is not Party.MANAGER,
        sms=NEW_DATE if party is not Party.MANAGER else Message(""),
        subject=_("%(ref)s: appointment %(appointment)s"),
        email=_("%(subcontractor)s comes for: %(problem)s. %(when)s"),
        calendar=True,
    )
    for party in (Party.MANAGER, Party.SUBCONTRACTOR, Party.CUSTOMER)
)

APPOINTMENT = Exchange(
    name="appointment",
    title=_("Appointment"),
    icon="calendar",
    acts=(
        Act(
            "appointment.propose",
            by=(Party.SUBCONTRACTOR, Party.CUSTOMER, Party.MANAGER),
            label=_("Propose a date"),
            question=_("When can you come?"),
            then=_("We pass it on. As soon as it is agreed, we tell you."),
            line=_("%(who)s proposes %(slots)s."),
            form=ProposeForm,
            when=AT_WORK,
            standing=HOLDER_OR_TICKET,
            rules=(every_slot_is_whole, comes_later_than_now, every_slot_lies_ahead),
            effects=proposed,
            weight=Weight.PLAIN,
            asked_if=date_wanted,
            notices=(
                Notice(
                    Party.MANAGER,
                    when=still_open,
                    subject=_("%(ref)s: date proposed by %(who)s"),
                    email=_("%(who)s proposes %(slots)s for %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=still_open,
                    still=WAITING,
                    sms=_("%(organisation)s: %(problem)s. Date proposed: yes or no? Answer here: %(link)s"),
                    subject=_("%(ref)s: a date is proposed to you"),
                    email=_("%(who)s proposes %(slots)s. Is it good for you?"),
                    button=_("Choose"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    when=still_open,
                    still=WAITING,
                    sms=_("%(organisation)s: job %(ref)s, date proposed by the other side. Answer: %(link)s"),
                    subject=_("%(ref)s: a date is proposed to you"),
                    email=_("%(who)s proposes %(slots)s. Is it good for you?"),
                    button=_("Choose"),
                ),
                *(replace(settled, when=settled_already) for settled in NEW_DATES),
            ),
        ),
        Act(
            "appointment.agree",
            by=(Party.SUBCONTRACTOR, Party.CUSTOMER, Party.MANAGER),
            label=_("This date is good"),
            question=_("Which date is good for you?"),
            then=_("The date is agreed. Everybody is told."),
            line=_("%(who)s agrees: %(appointment)s."),
            form=AgreeForm,
            when=AT_WORK,
            standing=HOLDER_OR_TICKET,
            rules=(the_slot_still_lies_ahead,),
            effects=lambda facts, answer: (Appoint(chosen(facts, answer)),),
            open_if=lambda facts: bool(facts.proposed),
            not_by=lambda facts: facts.proposed_by,
            settles=SETTLED,
            weight=Weight.PRIMARY,
            notices=NEW_DATES,
        ),
    ),
    samples={
        "appointment.propose": {
            "date": date(2026, 11, 30),
            "time": time(14, 0),
            "agreed_with_customer": True,
        },
        "appointment.agree": {"slot": "1"},
    },
)
