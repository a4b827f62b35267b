"""Offer (demande): the job is proposed to subcontractors; the first to accept has it."""

from dataclasses import replace
from datetime import timedelta

from fieldtickets.domain.acts import (
    Act,
    Alarm,
    Answer,
    Exchange,
    Facts,
    Notice,
    Reach,
    Refused,
    Still,
    Weight,
)
from fieldtickets.domain.deadlines import ahead, at_site
from fieldtickets.domain.effects import (
    Appoint,
    Assign,
    DropAppointment,
    Effect,
    Raise,
    Redistribute,
    Release,
    Settle,
    Slot,
    Stand,
    Task,
    Widen,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import HOLDER, LIVE, Phase, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, DayField, HourField, NoQuestion, Wanted, comment
from fieldtickets.exchanges.quote_rules import QUOTE_WANTED, amounts_fall, is_quote
from fieldtickets.exchanges.visit_off import (
    TOLD,
    VISIT_OFF,
    VISIT_TAKEN_BACK,
    WITHDRAWALS,
    WithdrawForm,
    says_the_other_reason,
    told_by_the_company,
    told_by_us,
    tried_before_giving_up,
)
from fieldtickets.exchanges.who_comes import WHO_COMES

REFUSALS = {
    "no_time": _("I am not free"),
    "not_my_trade": _("It is not my trade"),
    "too_far": _("It is too far"),
    "price": _("The price is too low"),
    "other": _("Another reason"),
}

ASKED = Still(standing=(Standing.OFFERED,), phase=LIVE)
OWED_NO_MORE = Settle((Task.NO_CALL, Task.NO_PRESENCE))  # by a company that has the job no more
FAR_AHEAD = timedelta(days=366)
ASKABLE = (None, Standing.CHOSEN, Standing.LOST, Standing.STAND_BY, Standing.REFUSED, Standing.WITHDRAWN)


class AcceptForm(AnswerForm):
    """The two facts that make an appointment, when the playbook asks for them (S037, S038)."""

    date = DayField(_("The day"), [Wanted(_("Choose a day"))])
    time = HourField(_("The hour of arrival"), [Wanted(_("Choose an hour"))])
    comment = comment()

    def fit(self, facts: Facts, party: Party) -> None:
        """Ask for no date where it is fixed, or where the customer is called first."""
        if not facts.asks_date:
            del self.date
            del self.time


class RefuseForm(AnswerForm):
    """Why not: one code, and free text for those who want (S009)."""

    reason = Codes(_("Why?"), REFUSALS, _("Say why you refuse"))
    comment = comment()


def slot_of(facts: Facts, answer: Answer, suffix: str = "") -> Slot:
    """The instant that a date and hour at the site mean. Raises Refused for an hour that does not exist."""
    number = int(suffix.lstrip("_") or 1)
    return Slot(at_site(answer[f"date{suffix}"], answer[f"time{suffix}"], facts.zone), number)


def comes_later_than_now(facts: Facts, answer: Answer) -> None:
    if "date" not in answer:
        return
    starts_at = ahead(slot_of(facts, answer).starts_at, facts.now)
    if starts_at > facts.now + FAR_AHEAD:
        raise Refused(_("This day is more than a year away. Choose another day"), field="date")


def accepted(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    agreed = (Appoint(slot_of(facts, answer)),) if "date" in answer else ()
    return (Assign(), *agreed)


def refused(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """A refusal widens the search (S010); the last one of all hands over to whoever comes next."""
    over = *amounts_fall(facts), Stand(Standing.REFUSED)
    if facts.widens:
        return *over, Widen()
    return over if facts.others_asked else (*over, Redistribute())


def given_back(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    dropped = () if facts.appointment_fixed else (DropAppointment(),)
    over = *amounts_fall(facts), Release(Standing.WITHDRAWN)
    return *over, *dropped, OWED_NO_MORE, Raise(Task.WITHDRAWN), Redistribute()


def answer_clocks(facts: Facts, answer: Answer) -> tuple[Alarm, ...]:
    """Remind, then turn to the manager or to the next wave."""
    number = sum(1 for done in facts.history if done.act == "offer.send") + 1
    delays = (
        ("offer.remind", facts.playbook.reminder_delay(facts.urgent)),
        ("offer.lapse", facts.playbook.answer_delay(facts.urgent)),
    )
    after = facts.calendar.after
    return tuple(Alarm(act, after(facts.now, delay), number) for act, delay in delays if delay is not None)


def lapsed(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """Silence widens to the next wave, or becomes the manager's task."""
    return (Widen(),) if facts.widens else (Raise(Task.SILENT),)


def recalled(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """Only the one who has the job sets off a new search when it is taken back (R13)."""
    if facts.standing is not Standing.ASSIGNED:
        nobody_left = () if facts.others_asked or facts.taken_at else (Raise(Task.NO_TAKER),)
        return *amounts_fall(facts), Stand(Standing.RECALLED), *nobody_left
    dropped = () if facts.appointment_fixed else (DropAppointment(),)
    return *amounts_fall(facts), Release(Standing.RECALLED), *dropped, OWED_NO_MORE, Redistribute()


OFFER = Exchange(
    name="offer",
    title=_("Request"),
    icon="check",
    acts=(
        Act(
            "offer.send",
            icon="send",
            by=(Party.MANAGER, Party.CLOCK),
            label=_("Send the request"),
            line=_("Request sent to %(subcontractor)s."),
            form=NoQuestion,
            when=(Phase.DRAFT, Phase.OFFERED),
            standing=(*ASKABLE, Standing.RECALLED),
            leads_to=Phase.OFFERED,
            effects=lambda facts, answer: (Stand(Standing.OFFERED),),
            alarms=answer_clocks,
            settles=(Task.NO_TAKER, Task.SILENT, Task.WITHDRAWN, Task.UNDELIVERABLE),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    sms=_("%(organisation)s: %(problem)s, %(town)s. Accept or refuse: %(link)s"),
                    subject=_("%(problem)s, %(town)s: can you come? (%(ref)s)"),
                    email=_("%(organisation)s asks you for this job. Accept or refuse, no account needed."),
                    button=_("See the job and answer"),
                    order=True,
                    still=ASKED,
                    when=lambda facts, answer: not is_quote(facts, answer),
                ),
                QUOTE_WANTED,
            ),
        ),
        Act(
            "offer.accept",
            by=(Party.SUBCONTRACTOR,),
            label=_("I accept"),
            question=_("Can you take this job?"),
            then=_("The job is yours. Everything you need is on this page."),
            line=_("%(subcontractor)s accepts the job. %(when)s"),
            form=AcceptForm,
            when=(Phase.OFFERED,),
            standing=(Standing.OFFERED, Standing.REFUSED),
            open_if=lambda facts: facts.kind != "quote",
            leads_to=Phase.ASSIGNED,
            rules=(comes_later_than_now,),
            effects=accepted,
            settles=(Task.NO_TAKER, Task.SILENT, Task.WITHDRAWN),
            weight=Weight.PRIMARY,
            asked_if=lambda facts: facts.standing is Standing.OFFERED,
            instead="offer.come_late",
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s accepts"),
                    email=_("%(subcontractor)s accepts %(problem)s, %(town)s. %(when)s"),
                    button=_("Open the ticket"),
                    calendar=True,
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    receipt=True,
                    still=Still(standing=HOLDER, phase=LIVE, appointment=True),
                    subject=_("%(ref)s: the job is yours"),
                    email=_("The job is yours. All details are behind this button. %(when)s"),
                    calendar=True,
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    reach=Reach.RIVALS,
                    sms=_("%(organisation)s: job %(ref)s, %(problem)s, is taken: %(link)s"),
                    subject=_("%(ref)s: taken by another company"),
                    email=_("Another company has accepted this job. You have nothing to do. Thank you."),
                    button=_("Stay on stand-by"),
                ),
                *WHO_COMES,
            ),
        ),
        Act(
            "offer.refuse",
            icon="cross",
            by=(Party.SUBCONTRACTOR,),
            label=_("I refuse"),
            question=_("Why do you refuse?"),
            then=_("Thank you for telling us. You have nothing more to do."),
            line=_("%(subcontractor)s refuses: %(reason)s."),
            form=RefuseForm,
            when=(Phase.OFFERED,),
            standing=(Standing.OFFERED,),
            effects=refused,
            codes={"reason": REFUSALS},
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s refuses"),
                    email=_("%(subcontractor)s refuses %(problem)s, %(town)s. Reason: %(reason)s."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "offer.come_late",
            by=(Party.SUBCONTRACTOR,),
            label=_("I accept"),
            line=_("Late acceptance by %(subcontractor)s, after the job was given to another company."),
            form=NoQuestion,
            standing=(Standing.LOST, Standing.STAND_BY),
            open_if=lambda facts: facts.taken_at is not None,
            after=("offer.send", "offer.remind", "offer.refuse", "offer.lapse", None),
            weight=Weight.SILENT,
        ),
        Act(
            "offer.stand_by",
            by=(Party.SUBCONTRACTOR,),
            label=_("Ask me first if it is free again"),
            question=_("Shall we ask you first if the job is free again?"),
            then=_("If the job is free again, we ask you first."),
            line=_("%(subcontractor)s stays on stand-by."),
            form=NoQuestion,
            when=(Phase.ASSIGNED,),
            standing=(Standing.LOST,),
            effects=lambda facts, answer: (Stand(Standing.STAND_BY),),
            weight=Weight.PRIMARY,
        ),
        Act(
            "offer.withdraw",
            by=(Party.SUBCONTRACTOR,),
            label=_("I cannot do this job after all"),
            question=_("Why do you give the job back?"),
            then=_("We look for another company. Do not go."),
            line=_("%(subcontractor)s gives the job back: %(reason)s. Customer told: %(told_customer)s."),
            form=WithdrawForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            leads_to=Phase.OFFERED,
            rules=(tried_before_giving_up, says_the_other_reason),
            effects=given_back,
            codes={"reason": WITHDRAWALS, "told_customer": TOLD},
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s gives the job back"),
                    email=_("%(subcontractor)s gives back %(problem)s, %(town)s. Reason: %(reason)s."),
                    button=_("Open the ticket"),
                    calendar=True,
                ),
                replace(VISIT_OFF, when=told_by_us),
                replace(VISIT_OFF, when=told_by_the_company, sms=Message("")),
                Notice(
                    Party.SUBCONTRACTOR,
                    receipt=True,
                    when=lambda facts, answer: facts.appointment is not None,
                    still=Still(standing=(Standing.WITHDRAWN,)),
                    subject=_("%(ref)s: you gave the job back"),
                    email=_("We look for another company. Do not go."),
                    calendar=True,
                ),
            ),
        ),
        Act(
            "offer.recall",
            by=(Party.MANAGER,),
            label=_("Withdraw the offer"),
            question=_("Take this job back from the subcontractor?"),
            line=_("Offer to %(subcontractor)s withdrawn."),
            form=NoQuestion,
            when=(Phase.OFFERED, Phase.ASSIGNED),
            standing=(Standing.OFFERED, Standing.ASSIGNED, Standing.STAND_BY),
            leads_to=lambda facts: facts.phase if facts.taken_at else Phase.OFFERED,
            effects=recalled,
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    still=Still(standing=(Standing.RECALLED,)),
                    sms=_("%(organisation)s: job %(ref)s (%(problem)s) is withdrawn. Do not go: %(link)s"),
                    subject=_("%(ref)s: job withdrawn"),
                    email=_("This job was taken back. You have nothing to do, do not go. Thank you."),
                    calendar=True,
                ),
                *VISIT_TAKEN_BACK,
            ),
        ),
        Act(
            "offer.remind",
            by=(Party.CLOCK, Party.MANAGER),
            label=_("Remind"),
            line=_("Reminder sent to %(subcontractor)s."),
            form=NoQuestion,
            when=(Phase.OFFERED,),
            standing=(Standing.OFFERED,),
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("A reminder is sent."),
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    reminder=True,
                    still=ASKED,
                    sms=_("%(organisation)s: reminder, %(problem)s, %(town)s. Yes or no: %(link)s"),
                    subject=_("Reminder: your answer, please (%(ref)s)"),
                    email=_("%(problem)s, %(town)s: yes or no? One minute is enough."),
                    button=_("See the job and answer"),
                ),
            ),
        ),
        Act(
            "offer.lapse",
            by=(Party.CLOCK,),
            label=_("No answer in time"),
            line=_("No answer from %(subcontractor)s in time."),
            form=NoQuestion,
            when=(Phase.OFFERED,),
            standing=(Standing.OFFERED,),
            effects=lapsed,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The next company is asked, or the manager decides."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.MANAGER,
                    when=lambda facts, answer: not facts.widens,
                    subject=_("%(ref)s: no answer from %(subcontractor)s"),
                    email=_(
                        "%(subcontractor)s has not answered in time: %(problem)s, %(town)s. It is your turn."
                    ),
                    button=_("Open the ticket"),
                ),
            ),
        ),
    ),
    samples={
        "offer.refuse": {"reason": "no_time", "comment": "Chantier à Vienne jusqu'à vendredi."},
        "offer.withdraw": {"reason": "expertise", "told_customer": "yes"},
    },
)
