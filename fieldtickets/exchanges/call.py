"""Call (appel): the customer is called within hours of the acceptance, and once more before the visit."""

from datetime import datetime

from wtforms.validators import Optional

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Still, Weight
from fieldtickets.domain.deadlines import outside_quiet_hours
from fieldtickets.domain.effects import Effect, Raise, Settle, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, HOLDER, Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, NoQuestion, Several, Text, options
from fieldtickets.exchanges.presence import unanswered
from fieldtickets.exchanges.reckoning import (
    agreed_at,
    call_owed,
    enough_with,
    held_since,
    last_of,
    set_out,
    tries,
)
from fieldtickets.exchanges.who_comes import HAS_THE_JOB

OUTCOMES = {
    "reached": _("I talked to the customer"),
    "no_answer": _("No answer"),
    "wrong_number": _("The number is wrong"),
}
CHANNELS = {"phone": _("By telephone"), "sms": _("By text message"), "email": _("By e-mail")}
CHECKLIST = {
    "introduce": _("I said who I am, and for whom I come"),
    "scope": _("I said what will be done, and what is not part of it"),
    "equipment": _("I asked whether other devices need work too"),
    "access": _("I asked how to get in: code, floor, parking, somebody at home"),
    "appointment": _("We agreed on the day and hour"),
}


def tries_so_far(facts: Facts) -> Message | None:
    """How often the customer was called in vain, of how many tries; None where nobody counts them."""
    count, channels = tries(facts)
    if not count or facts.playbook.calls_within is None:
        return None
    return _(
        "Tries without an answer: %(count)s of %(most)s, in %(ways)s of %(wanted)s ways.",
        count=count,
        most=facts.playbook.call_tries,
        ways=channels,
        wanted=facts.playbook.call_channels,
    )


class CallForm(AnswerForm):
    """How the call went; the list of what to say serves while it lasts (S027)."""

    outcome = Codes(_("How did it go?"), OUTCOMES, _("Say how the call went"))
    checked = Several(_("What to say and ask"), [Optional()], choices=options(CHECKLIST.items()))
    channel = Codes(_("How did you try?"), CHANNELS, default="phone")
    note = Text(_("Note (optional)"), [Optional()])

    def fit(self, facts: Facts, party: Party) -> None:
        """Say how many tries there were, and how many are asked before it may be given up (S035)."""
        self.outcome.description = tries_so_far(facts) or ""


def logged(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """Reached settles the matter; a wrong number, or enough tries in vain, are for the manager (S034)."""
    if answer["outcome"] == "reached":
        return (Settle((Task.NO_CALL,)),)
    needs_manager = wrong_number(facts, answer) or unreachable(facts, answer)
    return (Raise(Task.NO_CALL),) if needs_manager else ()


def wrong_number(facts: Facts, answer: Answer) -> bool:
    return bool(answer["outcome"] == "wrong_number")


def unreachable(facts: Facts, answer: Answer) -> bool:
    return facts.playbook.calls_within is not None and enough_with(facts, answer)


def reminded_at(facts: Facts) -> tuple[datetime, ...]:
    """When the call is reminded of by the playbook; at night that is left to the end of the time for it."""
    since, delay = held_since(facts), facts.playbook.call_remind_after
    if since is None or delay is None:
        return ()
    at = since + delay
    return (at,) if outside_quiet_hours(at, facts.zone) == at else ()


def owed_until(facts: Facts) -> tuple[datetime, ...]:
    """The end of the time that the playbook gives for the call (S025)."""
    since, within = held_since(facts), facts.playbook.calls_within
    return () if since is None or within is None else (since + within,)


def prompts_at(facts: Facts) -> datetime | None:
    """When the customer is to be called once more before the visit (S045); nobody is called in the night."""
    before, visit = facts.playbook.calls_before, facts.appointment
    if before is None or visit is None or not facts.has_customer:
        return None
    since, at = agreed_at(facts), outside_quiet_hours(visit.starts_at - before, facts.zone)
    return at if at < visit.starts_at and (since is None or at > since) else None


def not_called_since(facts: Facts, instant: datetime | None) -> bool:
    last = last_of(facts, "call.log")
    return instant is not None and (last is None or last.at < instant)


def prompted(facts: Facts) -> bool:
    """Whether it is time for the call before the visit, and it was not made yet."""
    at, visit = prompts_at(facts), facts.appointment
    due = at is not None and visit is not None and at <= facts.now < visit.starts_at
    return due and facts.phase is Phase.ASSIGNED and not set_out(facts) and not_called_since(facts, at)


def asked_to_call(facts: Facts) -> bool:
    return call_owed(facts) or (prompted(facts) and unanswered(facts) is None)


def in_time_for_the_call(facts: Facts, answer: Answer) -> bool:
    """Whether the reminder still comes before the end of the time; after an outage that alone speaks."""
    return any(facts.now < until for until in owed_until(facts))


def prompt_still_helps(facts: Facts, answer: Answer) -> bool:
    return prompted(facts)


CALL_NOW = _("Please call the customer for %(problem)s, %(town)s, and say here how it went.")
HERE = (Phase.ASSIGNED,)

CALL = Exchange(
    name="call",
    title=_("Call to the customer"),
    icon="phone",
    acts=(
        Act(
            "call.log",
            by=(Party.SUBCONTRACTOR,),
            label=_("Note the call to the customer"),
            question=_("Call the customer. How did it go?"),
            then=_(
                "It is noted. No answer? Try again in another way; an agreed visit takes place all the same."
            ),
            line=_("%(subcontractor)s tried to reach the customer: %(outcome)s. %(channel)s."),
            form=CallForm,
            when=AT_WORK,
            standing=HOLDER,
            open_if=lambda facts: facts.has_customer,
            asked_if=asked_to_call,
            effects=logged,
            codes={"outcome": OUTCOMES, "channel": CHANNELS},
            notices=(
                Notice(
                    Party.MANAGER,
                    when=wrong_number,
                    subject=_("%(ref)s: the customer's number is wrong"),
                    email=_(
                        "%(subcontractor)s cannot reach the customer for %(problem)s: correct the number."
                    ),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.MANAGER,
                    when=unreachable,
                    subject=_("%(ref)s: the customer does not answer"),
                    email=_("%(subcontractor)s has tried often enough for %(problem)s. It is your turn."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "call.remind",
            by=(Party.CLOCK,),
            label=_("Remind"),
            line=_("%(subcontractor)s is reminded to call the customer."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=call_owed,
            due=reminded_at,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("A reminder is sent."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    when=in_time_for_the_call,
                    reminder=True,
                    still=HAS_THE_JOB,
                    sms=_("%(organisation)s: job %(ref)s, please call the customer now: %(link)s"),
                    subject=_("%(ref)s: please call the customer"),
                    email=CALL_NOW,
                    button=_("See the number"),
                ),
            ),
        ),
        Act(
            "call.lapse",
            by=(Party.CLOCK,),
            label=_("Customer not called"),
            line=_("%(subcontractor)s has not called the customer in time."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=call_owed,
            due=owed_until,
            effects=lambda facts, answer: (Raise(Task.NO_CALL),),
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The manager is told."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s has not called the customer"),
                    email=_("The time for the call is over: %(problem)s, %(town)s. It is your turn."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    reminder=True,
                    still=HAS_THE_JOB,
                    sms=_("%(organisation)s: job %(ref)s, the customer still waits for your call: %(link)s"),
                    subject=_("%(ref)s: the customer still waits for your call"),
                    email=CALL_NOW,
                    button=_("See the number"),
                ),
            ),
        ),
        Act(
            "call.prompt",
            by=(Party.CLOCK,),
            label=_("Remind"),
            line=_("%(subcontractor)s is asked to call before leaving."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=lambda facts: not_called_since(facts, prompts_at(facts)),
            due=lambda facts: tuple(at for at in (prompts_at(facts),) if at),
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The company is asked to call before leaving."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    when=prompt_still_helps,
                    reminder=True,
                    still=Still(standing=HOLDER, phase=HERE, appointment=True),
                    sms=_(
                        "%(organisation)s: visit %(appointment)s. Call the customer before leaving: %(link)s"
                    ),
                    subject=_("%(ref)s: call the customer before you leave"),
                    email=_("A call before %(problem)s, %(town)s saves a trip for nothing. %(when)s"),
                    button=_("See the number"),
                ),
            ),
        ),
    ),
    samples={
        "call.log": {
            "outcome": "no_answer",
            "channel": "phone",
            "checked": ["introduce", "scope"],
            "note": "Sonne dans le vide.",
        }
    },
)
