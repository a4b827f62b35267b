"""Presence (présence): the company says the day before, or at the hour of the visit, that it is there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Still, Weight
from fieldtickets.domain.deadlines import outside_quiet_hours
from fieldtickets.domain.effects import Effect, Raise, Settle, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import HOLDER, LIVE, Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, NoQuestion, Text, comment
from fieldtickets.exchanges.reckoning import agreed_at, answer_since, awake, set_out, there
from fieldtickets.exchanges.who_comes import AGREED

COMING = Still(standing=HOLDER, phase=LIVE, appointment=True)


@dataclass(frozen=True)
class Question:
    """One time that presence is asked for: then, once more, and until the manager is told of the silence.

    ends_at: from then on the answer says nothing any more.
    on_site: whether it is asked at the hour of the visit itself (S048).
    """

    asked_at: datetime
    reminded_at: datetime
    lapses_at: datetime
    ends_at: datetime
    on_site: bool = False


def questions(facts: Facts) -> tuple[Question, ...]:
    """When presence is asked for the appointment that stands; a date agreed later than that is fresh enough.

    The time before the visit is counted in real hours, whatever the clocks on the wall do (T02).
    """
    if facts.appointment is None:
        return ()
    start, since, found = facts.appointment.starts_at, agreed_at(facts), []
    rules = facts.playbook
    if rules.confirms_before:
        found.append(_ahead(facts, start, rules.confirms_before, rules.presence_silence))
    if rules.asks_presence:
        reminded, lapses = start + rules.on_site_silence, start + 2 * rules.on_site_silence
        found.append(Question(start, reminded, lapses, start + rules.on_site_lasts, on_site=True))
    return tuple(one for one in found if since is None or one.asked_at > since)


def _ahead(facts: Facts, start: datetime, before: timedelta, silence: timedelta) -> Question:
    """The question of the day before; where the night or short rules leave less, silences share the time."""
    asked = awake(start - before, facts)
    reminded = awake(asked + min(silence, (start - asked) / 3), facts)
    return Question(asked, reminded, awake(reminded + min(silence, (start - reminded) / 2), facts), start)


def waiting(facts: Facts) -> tuple[Question, ...]:
    """The questions that have no answer yet, those included that are still to be asked."""
    return tuple(
        one
        for one in questions(facts)
        if answer_since(facts, one.asked_at) is None and not answered_by_coming(facts, one)
    )


def answered_by_coming(facts: Facts, question: Question) -> bool:
    """Who has left comes, and who has arrived is there: no further word is needed."""
    return there(facts) if question.on_site else set_out(facts)


def asked(facts: Facts) -> Question | None:
    """The question that is open now, answered or not."""
    begun = [one for one in questions(facts) if one.asked_at <= facts.now < one.ends_at]
    return begun[-1] if begun else None


def unanswered(facts: Facts) -> Question | None:
    """The question that the company has to answer now."""
    question = asked(facts)
    return question if question in waiting(facts) else None


def may_confirm(facts: Facts) -> bool:
    """Who said no may still say yes, as long as the question stands."""
    question = asked(facts)
    if question is None or answered_by_coming(facts, question):
        return False
    answer = answer_since(facts, question.asked_at)
    return answer is None or answer.act == "presence.deny"


def asked_first(facts: Facts) -> bool:
    """Whether the question comes before all else; who is on the way is asked to say when it arrives."""
    return unanswered(facts) is not None and not set_out(facts)


def instants(step: Callable[[Question], datetime]) -> Callable[[Facts], tuple[datetime, ...]]:
    """When a step of each question that waits falls due."""
    return lambda facts: tuple(step(one) for one in waiting(facts))


def asks_day_before(facts: Facts, answer: Answer) -> bool:
    question = unanswered(facts)
    return question is not None and not question.on_site


def asks_on_site(facts: Facts, answer: Answer) -> bool:
    question = unanswered(facts)
    return question is not None and question.on_site


def after_the_question(
    asks: Callable[[Facts, Answer], bool],
) -> Callable[[Facts, Answer], bool]:
    """Remind only who was asked before the reminder was due: after an outage one message is enough."""

    def reminds(facts: Facts, answer: Answer) -> bool:
        question, sent = unanswered(facts), facts.last("presence.ask")
        in_time = question is not None and sent is not None and sent.at < question.reminded_at
        return in_time and asks(facts, answer)

    return reminds


def lies_ahead(facts: Facts, answer: Answer) -> bool:
    return facts.appointment is not None and facts.now < facts.appointment.starts_at


def would_wake(facts: Facts, answer: Answer) -> bool:
    """Whether a text to the customer would ring in the night, and come too late once the night is over."""
    visit, rings_at = facts.appointment, outside_quiet_hours(facts.now, facts.zone)
    return (
        lies_ahead(facts, answer) and not facts.urgent and visit is not None and rings_at >= visit.starts_at
    )


def rings_in_time(facts: Facts, answer: Answer) -> bool:
    return lies_ahead(facts, answer) and not would_wake(facts, answer)


def confirmed_now(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (Settle((Task.NO_PRESENCE,)),)


def task_raised(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (Raise(Task.NO_PRESENCE),)


class ConfirmForm(AnswerForm):
    """Yes, with a word for the manager if there is one."""

    comment = comment()


class DenyForm(AnswerForm):
    """Why not, in the company's own words."""

    reason = Text(_("What is in the way?"), [InputRequired(_("Say why you cannot come"))])


ASK_BEFORE = Notice(
    Party.SUBCONTRACTOR,
    when=asks_day_before,
    reminder=True,
    still=COMING,
    sms=_("%(organisation)s: you come %(appointment)s, job %(ref)s. Yes or no: %(link)s"),
    subject=_("%(ref)s: do you come %(appointment)s?"),
    email=_("Please confirm your visit for %(problem)s, %(town)s. One tap is enough. %(when)s"),
    button=_("Confirm the visit"),
)
ASK_ON_SITE = Notice(
    Party.SUBCONTRACTOR,
    when=asks_on_site,
    still=COMING,
    sms=_("%(organisation)s: job %(ref)s is now. Are you on site? Yes or no: %(link)s"),
    subject=_("%(ref)s: are you on site?"),
    email=_("It is the hour of your visit for %(problem)s, %(town)s. Please confirm that you are there."),
    button=_("Confirm my presence"),
)
CUSTOMER_REMINDER = Notice(
    Party.CUSTOMER,
    when=rings_in_time,
    reminder=True,
    still=AGREED,
    sms=_("%(organisation)s: reminder, %(subcontractor)s comes %(appointment)s. Change it: %(link)s"),
    subject=_("Reminder: %(subcontractor)s comes %(appointment)s"),
    email=_("%(subcontractor)s has confirmed the visit for: %(problem)s. %(when)s"),
    button=_("See, change or cancel"),
    calendar=True,
)
HERE = (Phase.ASSIGNED,)

PRESENCE = Exchange(
    name="presence",
    title=_("Presence"),
    icon="check",
    acts=(
        Act(
            "presence.confirm",
            by=(Party.SUBCONTRACTOR,),
            label=_("Yes, I confirm"),
            question=_("Do you confirm your presence at the appointment?"),
            then=_("Thank you. Your confirmation is noted."),
            line=_("%(subcontractor)s confirms the appointment."),
            form=ConfirmForm,
            when=HERE,
            standing=HOLDER,
            open_if=may_confirm,
            asked_if=asked_first,
            effects=confirmed_now,
            notices=(
                CUSTOMER_REMINDER,
                replace(CUSTOMER_REMINDER, when=would_wake, reminder=False, sms=Message("")),
            ),
        ),
        Act(
            "presence.deny",
            icon="cross",
            by=(Party.SUBCONTRACTOR,),
            label=_("No, I cannot come"),
            question=_("Why can you not come?"),
            then=_("The manager knows. Propose another date, or give the job back."),
            line=_("%(subcontractor)s cannot come as agreed: %(reason)s"),
            form=DenyForm,
            when=HERE,
            standing=HOLDER,
            open_if=lambda facts: unanswered(facts) is not None,
            effects=task_raised,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s cannot come %(appointment)s"),
                    email=_(
                        "%(subcontractor)s does not come for %(problem)s, %(town)s: %(reason)s. "
                        "The customer has not been told."
                    ),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "presence.ask",
            icon="send",
            by=(Party.CLOCK,),
            label=_("Ask for the presence"),
            line=_("%(subcontractor)s is asked to confirm its presence."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=lambda facts: bool(waiting(facts)),
            due=instants(lambda question: question.asked_at),
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The company is asked to confirm its presence."),
            weight=Weight.SILENT,
            notices=(ASK_BEFORE, ASK_ON_SITE),
        ),
        Act(
            "presence.remind",
            icon="send",
            by=(Party.CLOCK,),
            label=_("Remind"),
            line=_("%(subcontractor)s is reminded to confirm its presence."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=lambda facts: bool(waiting(facts)),
            due=instants(lambda question: question.reminded_at),
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("A reminder is sent."),
            weight=Weight.SILENT,
            notices=tuple(
                replace(
                    notice,
                    when=after_the_question(notice.when),
                    subject=_("Reminder: please confirm your presence (%(ref)s)"),
                )
                for notice in (ASK_BEFORE, ASK_ON_SITE)
            ),
        ),
        Act(
            "presence.lapse",
            icon="warning",
            by=(Party.CLOCK,),
            label=_("Presence not confirmed"),
            line=_("%(subcontractor)s has not confirmed its presence."),
            form=NoQuestion,
            when=HERE,
            standing=HOLDER,
            open_if=lambda facts: bool(waiting(facts)),
            due=instants(lambda question: question.lapses_at),
            effects=task_raised,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The manager is told."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s has not confirmed %(appointment)s"),
                    email=_("%(subcontractor)s does not answer: %(problem)s, %(town)s. Please call."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
    ),
    samples={"presence.deny": {"reason": "Ma camionnette est au garage."}},
)
