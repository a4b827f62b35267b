"""Quote (devis): a company names its price; the manager or an approver says yes, no, or once more (S058).

On a ticket that asks for quotes several companies send one, and the yes gives one of them the job. The
company that has the job sends one to change the recommended price (S059, S060, S067).
"""

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Reach, Still, Weight
from fieldtickets.domain.effects import Effect, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import LIVE, Phase, Standing
from fieldtickets.domain.words import Money, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, NoQuestion, comment
from fieldtickets.exchanges.offer import REFUSALS, refused
from fieldtickets.exchanges.quote_form import QuoteForm
from fieldtickets.exchanges.quote_rules import (
    QUOTABLE,
    QUOTING,
    DecisionForm,
    accepted,
    may_quote,
    names_a_day_to_come,
    not_wanted,
    of_same_amount,
    still_stands,
    submitted,
    too_much_for_the_manager,
    turned_down,
    validity_clocks,
    waits,
)
from fieldtickets.exchanges.who_comes import HAS_THE_JOB


class DeclineForm(AnswerForm):
    """Why there will be no quote."""

    reason = Codes(_("Why?"), REFUSALS, _("Say why you send no quote"))
    comment = comment()


def declined(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """The same as a refusal of the job: the search goes on."""
    return refused(facts, answer)


def wants_a_date(facts: Facts, answer: Answer) -> bool:
    return facts.appointment is None


DECIDERS = (Party.MANAGER, Party.APPROVER)
DECIDED = Notice(
    Party.APPROVER,
    subject=_("%(ref)s: the quote of %(subcontractor)s was decided on"),
    email=_("%(who)s has decided. There is nothing more to do for you."),
    button=_("Read"),
)

QUOTE = Exchange(
    name="quote",
    title=_("Quote"),
    icon="euro",
    acts=(
        Act(
            "quote.submit",
            by=(Party.SUBCONTRACTOR,),
            label=_("Send the quote"),
            question=_("What is your price?"),
            then=_("Your quote is on its way. We tell you as soon as it is decided on."),
            line=_("%(subcontractor)s sends a quote: %(net)s without VAT."),
            form=QuoteForm,
            when=QUOTABLE,
            standing=QUOTING,
            open_if=may_quote,
            rules=(names_a_day_to_come,),
            effects=submitted,
            alarms=validity_clocks,
            settles=(Task.SILENT,),
            asked_if=lambda facts: facts.standing is Standing.OFFERED and not waits(facts),
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: quote of %(net)s from %(subcontractor)s"),
                    email=_("%(subcontractor)s quotes %(net)s without VAT for %(problem)s, %(town)s."),
                    button=_("Decide"),
                ),
                Notice(
                    Party.APPROVER,
                    sms=_("%(organisation)s: %(problem)s: new quote of %(net)s, yes or no? %(link)s"),
                    subject=_("Quote of %(net)s to accept or refuse (%(ref)s)"),
                    email=_("%(subcontractor)s quotes %(net)s without VAT for %(problem)s, %(town)s."),
                    button=_("Read and decide"),
                ),
            ),
        ),
        Act(
            "quote.decline",
            by=(Party.SUBCONTRACTOR,),
            label=_("I send no quote"),
            question=_("Why do you send no quote?"),
            then=_("Thank you for telling us. You have nothing more to do."),
            line=_("%(subcontractor)s sends no quote: %(reason)s."),
            form=DeclineForm,
            when=(Phase.OFFERED,),
            standing=(Standing.OFFERED,),
            open_if=may_quote,
            effects=declined,
            codes={"reason": REFUSALS},
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: no quote from %(subcontractor)s"),
                    email=_(
                        "%(subcontractor)s sends no quote for %(problem)s, %(town)s. Reason: %(reason)s."
                    ),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "quote.accept",
            by=DECIDERS,
            label=_("Accept the quote"),
            question=_("Do you accept this quote?"),
            then=_("The company is told at once."),
            line=_("%(who)s accepts the quote of %(subcontractor)s: %(net)s without VAT."),
            form=DecisionForm,
            when=QUOTABLE,
            standing=QUOTING,
            leads_to=lambda facts: Phase.ASSIGNED if facts.phase is Phase.OFFERED else facts.phase,
            open_if=waits,
            bars=too_much_for_the_manager,
            rules=(still_stands, of_same_amount),
            effects=accepted,
            weight=Weight.PRIMARY,
            strict=True,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    when=wants_a_date,
                    still=HAS_THE_JOB,
                    sms=_("%(organisation)s: quote %(ref)s accepted: %(net)s. Now give the date: %(link)s"),
                    subject=_("Your quote is accepted: %(net)s (%(ref)s)"),
                    email=_("The job is yours: %(problem)s, %(town)s. Give the day of your visit."),
                    button=_("Give the date"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    when=lambda facts, answer: not wants_a_date(facts, answer),
                    still=HAS_THE_JOB,
                    sms=_("%(organisation)s: your quote for job %(ref)s is accepted: %(net)s. %(link)s"),
                    subject=_("Your quote is accepted: %(net)s (%(ref)s)"),
                    email=_("Your price for %(problem)s, %(town)s is agreed."),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    reach=Reach.RIVALS,
                    sms=_("%(organisation)s: job %(ref)s, %(problem)s: another quote was chosen: %(link)s"),
                    subject=_("%(ref)s: another quote was chosen"),
                    email=_("Another company has this job. You have nothing to do. Thank you."),
                    button=_("Stay on stand-by"),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(who)s accepts the quote of %(subcontractor)s"),
                    email=_("%(net)s without VAT is agreed for %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                ),
                DECIDED,
            ),
        ),
        Act(
            "quote.return",
            by=DECIDERS,
            label=_("Ask for another quote"),
            question=_("What should be different?"),
            then=_("The company is told, and may send another quote."),
            line=_("%(who)s asks %(subcontractor)s for another quote."),
            form=DecisionForm,
            when=QUOTABLE,
            standing=QUOTING,
            open_if=waits,
            rules=(of_same_amount,),
            effects=turned_down,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    still=Still(standing=QUOTING, phase=LIVE),
                    sms=_("%(organisation)s: please change your quote for %(problem)s, %(ref)s: %(link)s"),
                    subject=_("%(ref)s: please send another quote"),
                    email=_("Your quote for %(problem)s comes back to you. %(comment)s"),
                    button=_("Send another quote"),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(who)s wants another quote"),
                    email=_("%(subcontractor)s is asked for another quote. %(comment)s"),
                    button=_("Open the ticket"),
                ),
                DECIDED,
            ),
        ),
        Act(
            "quote.refuse",
            by=DECIDERS,
            label=_("Refuse the quote"),
            question=_("Refuse this quote?"),
            then=_("The company is told."),
            line=_("%(who)s refuses the quote of %(subcontractor)s."),
            form=DecisionForm,
            when=QUOTABLE,
            standing=QUOTING,
            open_if=waits,
            rules=(of_same_amount,),
            effects=not_wanted,
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    sms=_("%(organisation)s: your quote for %(problem)s, %(ref)s, is not accepted: %(link)s"),
                    subject=_("%(ref)s: your quote is not accepted"),
                    email=_("Your quote for %(problem)s, %(town)s is not accepted. %(comment)s"),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(who)s refuses the quote of %(subcontractor)s"),
                    email=_("The quote for %(problem)s, %(town)s is refused. %(comment)s"),
                    button=_("Open the ticket"),
                ),
                DECIDED,
            ),
        ),
        Act(
            "quote.remind",
            by=(Party.CLOCK,),
            label=_("The quote ends soon"),
            line=_("The quote of %(subcontractor)s ends soon."),
            form=NoQuestion,
            when=QUOTABLE,
            standing=QUOTING,
            open_if=waits,
            owed_by=Party.MANAGER,
            on_silence=_("A reminder is sent."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.MANAGER,
                    reminder=True,
                    subject=_("%(ref)s: the quote of %(subcontractor)s ends soon"),
                    email=_("Accept, return or refuse it; after its last day it cannot be accepted."),
                    button=_("Decide"),
                ),
                Notice(
                    Party.APPROVER,
                    reminder=True,
                    sms=_("%(organisation)s: %(problem)s: a quote ends soon, yes or no? %(link)s"),
                    subject=_("%(ref)s: the quote of %(subcontractor)s ends soon"),
                    email=_("Accept, return or refuse it; after its last day it cannot be accepted."),
                    button=_("Read and decide"),
                ),
            ),
        ),
        Act(
            "quote.expire",
            by=(Party.CLOCK,),
            label=_("The quote has ended"),
            line=_("The quote of %(subcontractor)s has ended without an answer."),
            form=NoQuestion,
            when=QUOTABLE,
            standing=QUOTING,
            open_if=waits,
            effects=turned_down,
            owed_by=Party.MANAGER,
            on_silence=_("The quote ends and cannot be accepted any more."),
            weight=Weight.SILENT,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: the quote of %(subcontractor)s has ended"),
                    email=_("It cannot be accepted any more. %(subcontractor)s can send a new one."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    reminder=True,
                    still=Still(standing=QUOTING, phase=LIVE),
                    sms=_(
                        "%(organisation)s: your quote for %(problem)s, %(ref)s, has ended. New one: %(link)s"
                    ),
                    subject=_("%(ref)s: your quote has ended"),
                    email=_("Nobody has answered it in time. If your price still holds, send it again."),
                    button=_("Send another quote"),
                ),
            ),
        ),
    ),
    samples={
        "quote.submit": {
            "amount_net": 31200,
            "vat_rate": 1000,
            "net": Money(12_345_67),
            "gross": Money(13_580_24),
            "lead_days": 3,
        },
        "quote.decline": {"reason": "too_far"},
        "quote.accept": {"net": Money(12_345_67), "comment": "D'accord."},
        "quote.return": {"comment": "Sans la dépose, s'il vous plaît."},
        "quote.refuse": {"comment": "Le conseil syndical préfère attendre."},
    },
)
