"""Completion (fin d'intervention): the work is reported, signed for and looked at (S092 to S106)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Still, Weight
from fieldtickets.domain.effects import (
    Effect,
    EndOffers,
    LetLinksEnd,
    Raise,
    Settle,
    StopClocks,
    Task,
)
from fieldtickets.domain.parties import OF_THE_COMPANY, Party
from fieldtickets.domain.phases import AT_WORK, HOLDER, REPORTED, Phase
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import NoQuestion
from fieldtickets.exchanges.quote_rules import amounts_fall
from fieldtickets.exchanges.report import (
    PAYMENTS,
    AcceptForm,
    ExceptForm,
    ReturnForm,
    SignForm,
    SubmitForm,
    carries_a_signature,
    has_its_proofs,
    is_signed_or_says_why,
    says_who_pays,
)
from fieldtickets.exchanges.under_way import MISSED, nobody_opens

TO_DO = Still(phase=AT_WORK, standing=HOLDER)


def latest(facts: Facts, *acts: str) -> str:
    """Which of these acts was done last; empty for none."""
    return next((done.act for done in reversed(facts.history) if done.act in acts), "")


def expired(facts: Facts) -> bool:
    """Whether the days to declare ran out and nobody made an exception (S106)."""
    return latest(facts, "completion.expire", "completion.except") == "completion.expire"


def reported(facts: Facts) -> bool:
    """Whether a report stands: one was handed in, and did not come back since."""
    return latest(facts, "completion.submit", "completion.return") == "completion.submit"


def accepted(facts: Facts) -> bool:
    return latest(facts, "completion.submit", "completion.accept") == "completion.accept"


def signed(facts: Facts) -> bool:
    last = facts.last("completion.submit")
    later = latest(facts, "completion.submit", "completion.sign") == "completion.sign"
    return later or (last is not None and "signature" in last.answer)


def visit_came(facts: Facts) -> bool:
    """Whether the work can be over: somebody is there, or the hour of the visit has struck (R10)."""
    return (
        facts.phase is Phase.ON_SITE or facts.appointment is None or facts.appointment.starts_at <= facts.now
    )


def may_report(facts: Facts) -> bool:
    return visit_came(facts) and not expired(facts)


def is_asked(facts: Facts) -> bool:
    """What the page asks first, once there is something to report: not before a door that stays shut."""
    there_is = facts.phase is Phase.ON_SITE or facts.appointment is not None
    return there_is and not nobody_opens(facts)


def is_looked_at(facts: Facts, answer: Answer) -> bool:
    """Whether the manager checks the report: nobody signed for it, and it is no mere declaration."""
    return "signature" not in answer and facts.playbook.declares_within is None


def handed_in(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """What was asked before is answered; the report itself may be something to look at.

    Extra work is agreed before it is done: what has no yes by now is no part of it (S068).
    """
    answered = *amounts_fall(facts), Settle((Task.REPORT, *MISSED))
    return (*answered, Raise(Task.REPORT)) if is_looked_at(facts, answer) else answered


def lacks_signature(facts: Facts, answer: Answer) -> bool:
    return facts.playbook.wants_signature and "signature" not in answer


def carries_all(facts: Facts, answer: Answer) -> bool:
    return not lacks_signature(facts, answer)


def where_work_goes_on(facts: Facts) -> Phase:
    """Back on site for who had said so, else to the job as it was accepted."""
    there = facts.last("visit.start") or facts.last("visit.arrive")
    return Phase.ON_SITE if there else Phase.ASSIGNED


def asked_at(facts: Facts) -> Sequence[datetime]:
    """When the end is asked for: after the visit, or after the report came back (S098)."""
    since = facts.appointment.starts_at if facts.appointment else None
    back = facts.last("completion.return")
    if back is not None:
        since = max(since, back.at) if since else back.at
    return [facts.calendar.after(since, delay) for delay in facts.playbook.report_after] if since else []


def declared_until(facts: Facts) -> Sequence[datetime]:
    """The last moment to declare: days after the visit, or after the exception (S105, S106)."""
    days, again = facts.playbook.declares_within, facts.last("completion.except")
    if days is None or facts.appointment is None:
        return []
    since = facts.appointment.starts_at
    return [facts.calendar.days_after(max(since, again.at) if again else since, days)]


def asks_the_company(facts: Facts, answer: Answer) -> bool:
    return int(answer["number"]) < len(facts.playbook.report_after)


def asks_the_manager(facts: Facts, answer: Answer) -> bool:
    return not asks_the_company(facts, answer)


def asked_in_vain(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (Raise(Task.REPORT),) if asks_the_manager(facts, answer) else ()


def put_away(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return *amounts_fall(facts), EndOffers(), StopClocks(), Settle(), LetLinksEnd()


ASK_THE_END = Notice(
    Party.SUBCONTRACTOR,
    reminder=True,
    still=TO_DO,
    when=asks_the_company,
    sms=_("%(organisation)s: %(problem)s, %(town)s finished? Report and photos here: %(link)s"),
    subject=_("%(ref)s: is the work finished?"),
    email=_("Please confirm the end of the work for %(problem)s, %(town)s, with photos. Two minutes."),
    button=_("Confirm the end of the work"),
)
COME_BACK = Notice(
    Party.SUBCONTRACTOR,
    still=TO_DO,
    sms=_("%(organisation)s: %(problem)s, %(ref)s: something is missing. Please complete: %(link)s"),
    subject=_("%(ref)s: the report comes back to you"),
    email=_("Something is missing for %(problem)s, %(town)s: %(comment)s"),
    button=_("Complete the report"),
)

COMPLETION = Exchange(
    name="completion",
    title=_("Completion"),
    icon="check",
    acts=(
        Act(
            "completion.submit",
            by=OF_THE_COMPANY,
            label=_("The work is done"),
            question=_("Is the work done?"),
            then=_("Your report is with the manager. Thank you."),
            line=_("%(who)s reports the work done."),
            form=SubmitForm,
            when=AT_WORK,
            standing=HOLDER,
            leads_to=Phase.DONE,
            rules=(has_its_proofs, is_signed_or_says_why, says_who_pays),
            effects=handed_in,
            codes={"payment": PAYMENTS},
            open_if=may_report,
            asked_if=is_asked,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: work done, says %(who)s"),
                    email=_("%(who)s reports the work done for %(problem)s, %(town)s: %(done)s"),
                    button=_("See the report"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    subject=_("%(ref)s: work done, says %(who)s"),
                    email=_("%(who)s reports the work done for %(problem)s, %(town)s."),
                    button=_("See the report"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=carries_all,
                    sms=_("%(organisation)s: the work is done (%(problem)s). Not right? Tell us: %(link)s"),
                    subject=_("%(ref)s: the work is done"),
                    email=_("The work for %(problem)s is done. If something is not right, please tell us."),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=lacks_signature,
                    still=Still(phase=REPORTED),
                    sms=_("%(organisation)s: the work is done (%(problem)s). Please sign here: %(link)s"),
                    subject=_("%(ref)s: the work is done, please sign"),
                    email=_("The work for %(problem)s is done. Please sign for it on this page."),
                    button=_("Sign"),
                ),
            ),
        ),
        Act(
            "completion.sign",
            by=(Party.CUSTOMER,),
            label=_("Sign"),
            question=_("Was the work done as you wished?"),
            then=_("Your signature is with the manager. Thank you."),
            line=_("%(signer_name)s signs for the work."),
            form=SignForm,
            when=REPORTED,
            open_if=lambda facts: reported(facts) and not signed(facts),
            asked_if=lambda facts: facts.playbook.wants_signature,
            rules=(carries_a_signature,),
            settles=(Task.REPORT,),
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: signed by %(who)s"),
                    email=_("%(who)s has signed for the work: %(problem)s, %(town)s."),
                    button=_("See the report"),
                ),
            ),
        ),
        Act(
            "completion.accept",
            by=(Party.MANAGER,),
            label=_("The work is right"),
            question=_("Is the report complete and the work right?"),
            line=_("%(who)s accepts the report. %(comment)s"),
            form=AcceptForm,
            when=REPORTED,
            standing=HOLDER,
            open_if=lambda facts: reported(facts) and not accepted(facts),
            settles=(Task.REPORT,),
            weight=Weight.PRIMARY,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    subject=_("%(ref)s: your report is accepted"),
                    email=_("Your report for %(problem)s, %(town)s is accepted. Thank you. %(comment)s"),
                ),
            ),
        ),
        Act(
            "completion.return",
            by=(Party.MANAGER,),
            label=_("Something is missing"),
            question=_("Send the report back?"),
            line=_("%(who)s sends the report back: %(comment)s"),
            form=ReturnForm,
            when=REPORTED,
            standing=HOLDER,
            open_if=lambda facts: reported(facts) and not accepted(facts),
            leads_to=where_work_goes_on,
            settles=(Task.REPORT,),
            notices=(
                COME_BACK,
                replace(COME_BACK, to=Party.DELEGATE),
            ),
        ),
        Act(
            "completion.ask",
            by=(Party.CLOCK,),
            label=_("Ask for the end of the work"),
            line=_("%(subcontractor)s is asked whether the work is finished."),
            form=NoQuestion,
            when=AT_WORK,
            standing=HOLDER,
            due=asked_at,
            effects=asked_in_vain,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_(
                "The company is asked whether the work is finished; after the last time, the manager."
            ),
            weight=Weight.SILENT,
            notices=(
                ASK_THE_END,
                replace(ASK_THE_END, to=Party.DELEGATE),
                Notice(
                    Party.MANAGER,
                    when=asks_the_manager,
                    subject=_("%(ref)s: no report from %(subcontractor)s"),
                    email=_("%(subcontractor)s has not said whether %(problem)s, %(town)s is finished."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "completion.expire",
            by=(Party.CLOCK,),
            label=_("Too late to declare"),
            line=_("Nobody declared the visit in time: billing is cancelled."),
            form=NoQuestion,
            when=AT_WORK,
            standing=HOLDER,
            open_if=lambda facts: not expired(facts),
            due=declared_until,
            leads_to=Phase.CLOSED,
            effects=put_away,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("Billing is cancelled, and nothing can be declared any more."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    sms=_("%(organisation)s: job %(ref)s was not declared in time. Not billed: %(link)s"),
                    subject=_("%(ref)s: not declared in time, billing is cancelled"),
                    email=_("The days to declare are over. If there was a reason, write to the manager."),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: not declared in time, billing is cancelled"),
                    email=_(
                        "%(subcontractor)s has not declared %(problem)s, %(town)s in time. You can make an "
                        "exception, if the customer agrees."
                    ),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "completion.except",
            by=(Party.MANAGER,),
            label=_("Let it be declared after all"),
            question=_("Make an exception?"),
            line=_("%(who)s makes an exception, the customer agrees: %(reason)s"),
            form=ExceptForm,
            when=(*AT_WORK, Phase.CLOSED),
            standing=HOLDER,
            open_if=expired,
            leads_to=lambda facts: facts.phase_before if facts.phase is Phase.CLOSED else facts.phase,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    still=TO_DO,
                    sms=_("%(organisation)s: you can declare job %(ref)s after all, do it now: %(link)s"),
                    subject=_("%(ref)s: you can declare the work after all"),
                    email=_("Please declare the work for %(problem)s, %(town)s now."),
                    button=_("Confirm the end of the work"),
                ),
            ),
        ),
    ),
    samples={
        "completion.submit": {
            "done": "Siphon changé, plus de fuite.",
            "minutes": 45,
            "photos": 2,
            "payment": "online",
            "signer_name": "Anna Rossi",
            "signature": [[[100, 100], [180, 60], [260, 140]], [[300, 90], [420, 110]]],
        },
        "completion.sign": {
            "signer_name": "Anna Rossi",
            "signature": [[[100, 100], [180, 60], [260, 140]], [[300, 90], [420, 110]]],
        },
        "completion.accept": {"comment": "Merci."},
        "completion.return": {"comment": "Il manque la photo du siphon."},
        "completion.ask": {"number": 1},
        "completion.except": {"reason": "Le téléphone de l'artisan était volé.", "customer_agreed": True},
    },
)
