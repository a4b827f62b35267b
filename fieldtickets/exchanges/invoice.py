"""Invoice (facture): asked for after completion, sent, then approved, disputed or paid (S100 to S103)."""

from datetime import date, datetime

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import (
    NOTHING,
    Act,
    Answer,
    Exchange,
    Facts,
    Notice,
    Refused,
    Still,
    Weight,
)
from fieldtickets.domain.effects import Effect, FileInvoice, Raise, SetInvoice, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, HOLDER, REPORTED, Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    DayField,
    FilesField,
    Line,
    MoneyField,
    NoQuestion,
    Wanted,
    at_most,
    comment,
)

ROUNDING_CENTS = 1  # by which net and VAT may miss the gross total
WITH_THE_JOB = (*AT_WORK, *REPORTED, Phase.CLOSED)
MISSING = (NOTHING, "invoice.ask")
MAY_COME = (
    *MISSING,
    "invoice.dispute",
    "invoice.pay",
)  # one at a time; after the last is paid, a further one
DONE = Still(standing=HOLDER, phase=(Phase.DONE,))
BOOKS = (Party.ACCOUNTANT, Party.MANAGER)


class InvoiceForm(AnswerForm):
    """The invoice itself and what it says: number, day and three totals, as the company claims them."""

    file = FilesField(_("Invoice: photo or PDF"))
    number = Line(
        _("Number of the invoice"), [InputRequired(_("Write the number of the invoice")), at_most(60)]
    )
    date = DayField(_("Date of the invoice"), [Wanted(_("Choose a day"))])
    total_net = MoneyField(_("Total without VAT"), [Wanted(_("Write the total without VAT"))])
    total_vat = MoneyField(_("VAT"), [Wanted(_("Write the VAT, 0 if there is none"))])
    total_gross = MoneyField(_("Total with VAT"), [Wanted(_("Write the total with VAT"))])


class CommentForm(AnswerForm):
    """What the books have to say about an invoice."""

    comment = comment()


def came_with_completion(facts: Facts) -> bool:
    """Whether the invoice was attached to a report already, also to one that came back (S100)."""
    reports = (done for done in facts.history if done.act == "completion.submit")
    return any(done.answer.get("invoice_file") for done in reports)


def brings_the_file(facts: Facts, answer: Answer) -> None:
    if not answer.get("file") and not came_with_completion(facts):
        raise Refused(_("Add the invoice, as photo or PDF"), field="file")


def adds_up(facts: Facts, answer: Answer) -> None:
    off = answer["total_net"] + answer["total_vat"] - answer["total_gross"]
    if abs(off) > ROUNDING_CENTS:
        raise Refused(
            _("The total without VAT and the VAT do not make this total. Check the three amounts."),
            field="total_gross",
        )


def counted(facts: Facts) -> Phase:
    """An invoice that comes while the work goes on changes nothing of where the job stands."""
    return Phase.INVOICED if facts.phase is Phase.DONE else facts.phase


def worth_sending(facts: Facts) -> bool:
    """A job that was closed takes the invoice of work that was done, and a corrected one."""
    return facts.phase is not Phase.CLOSED or facts.last("completion.submit") is not None


def asked_for(facts: Facts) -> bool:
    """After the work, where the playbook asks for one; elsewhere the report itself leads to the payment."""
    last = facts.last("invoice")
    disputed = last is not None and last.act == "invoice.dispute"
    missing = facts.phase is Phase.DONE and (last is None or last.act in MISSING)
    return disputed or (missing and bool(facts.playbook.invoice_after))


def filed(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    figures = (answer["total_net"], answer["total_vat"], answer["total_gross"])
    return FileInvoice(answer["number"], answer["date"], *figures), Raise(Task.INVOICE)


def asking_times(facts: Facts) -> tuple[datetime, ...]:
    """When an invoice, or the figures of one that came with the report, is asked for after it (S101)."""
    done = facts.last("completion.submit")
    if done is None:
        return ()
    return tuple(facts.calendar.days_after(done.at, delay) for delay in facts.playbook.invoice_after)


def nothing_came(facts: Facts, answer: Answer) -> bool:
    return not came_with_completion(facts)


def figures_lack(facts: Facts, answer: Answer) -> bool:
    """Whether the file came with the report, and nobody wrote what it says."""
    return came_with_completion(facts)


def asked_in_vain(facts: Facts, answer: Answer) -> bool:
    return bool(answer["number"] == len(facts.playbook.invoice_after))


def gives_up(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (Raise(Task.NO_INVOICE),) if asked_in_vain(facts, answer) else ()


def verdict(name: str, label: Message, line: Message, state: str, notice: Notice, *after: str) -> Act:
    """What the books decide about the invoice that came last; its company is told."""
    return Act(
        name,
        by=BOOKS,
        label=label,
        line=line,
        form=CommentForm,
        when=WITH_THE_JOB,
        standing=HOLDER,
        after=after,
        leads_to=counted,
        effects=lambda facts, answer: (SetInvoice(state),),
        settles=(Task.INVOICE,),
        weight=Weight.PLAIN if state == "disputed" else Weight.PRIMARY,
        notices=(notice,),
    )


INVOICE = Exchange(
    name="invoice",
    title=_("Invoice"),
    icon="euro",
    acts=(
        Act(
            "invoice.submit",
            by=(Party.SUBCONTRACTOR,),
            label=_("Send the invoice"),
            question=_("Send your invoice"),
            then=_("We have your invoice. It is checked, then paid; you are told of both."),
            line=_("%(subcontractor)s sends invoice %(number)s."),
            form=InvoiceForm,
            when=WITH_THE_JOB,
            standing=HOLDER,
            after=MAY_COME,
            leads_to=counted,
            rules=(brings_the_file, adds_up),
            effects=filed,
            settles=(Task.NO_INVOICE,),
            weight=Weight.ASIDE,
            open_if=worth_sending,
            asked_if=asked_for,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: invoice %(number)s of %(subcontractor)s"),
                    email=_("%(subcontractor)s sends invoice %(number)s for %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        verdict(
            "invoice.approve",
            _("Approve the invoice"),
            _("%(who)s approves the invoice."),
            "approved",
            Notice(
                Party.SUBCONTRACTOR,
                sms=_("%(organisation)s: your invoice for job %(ref)s is approved. Details: %(link)s"),
                subject=_("%(ref)s: your invoice is approved"),
                email=_("Your invoice for %(problem)s, %(town)s is approved and will be paid. %(comment)s"),
                button=_("Open the job"),
            ),
            "invoice.submit",
        ),
        verdict(
            "invoice.dispute",
            _("Dispute the invoice"),
            _("%(who)s disputes the invoice."),
            "disputed",
            Notice(
                Party.SUBCONTRACTOR,
                sms=_("%(organisation)s: please correct your invoice for job %(ref)s. Why: %(link)s"),
                subject=_("%(ref)s: please correct your invoice"),
                email=_("Your invoice for %(problem)s, %(town)s cannot be paid as it is. %(comment)s"),
                button=_("Send a corrected invoice"),
            ),
            "invoice.submit",
            "invoice.approve",
        ),
        verdict(
            "invoice.pay",
            _("Mark the invoice as paid"),
            _("%(who)s marks the invoice as paid."),
            "paid",
            Notice(
                Party.SUBCONTRACTOR,
                sms=_("%(organisation)s: your invoice for job %(ref)s is paid. Details: %(link)s"),
                subject=_("%(ref)s: your invoice is paid"),
                email=_("Your invoice for %(problem)s, %(town)s is paid. Thank you. %(comment)s"),
                button=_("Open the job"),
            ),
            "invoice.approve",
        ),
        Act(
            "invoice.ask",
            by=(Party.CLOCK,),
            label=_("Ask for the invoice"),
            line=_("%(subcontractor)s is asked for its invoice."),
            form=NoQuestion,
            when=(Phase.DONE,),
            standing=HOLDER,
            after=MISSING,
            due=asking_times,
            effects=gives_up,
            owed_by=Party.SUBCONTRACTOR,
            on_silence=_("The company is asked for its invoice; after the last time, the manager calls."),
            notices=(
                Notice(
                    Party.SUBCONTRACTOR,
                    when=nothing_came,
                    reminder=True,
                    still=DONE,
                    sms=_("%(organisation)s: your invoice for job %(ref)s is missing. Send it: %(link)s"),
                    subject=_("%(ref)s: please send your invoice"),
                    email=_("Your invoice for %(problem)s, %(town)s is missing. A photo or a PDF is enough."),
                    button=_("Send your invoice"),
                ),
                Notice(
                    Party.MANAGER,
                    when=asked_in_vain,
                    subject=_("%(ref)s: still no invoice of %(subcontractor)s"),
                    email=_("%(subcontractor)s sent no invoice for %(problem)s, %(town)s. Please call."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    when=figures_lack,
                    reminder=True,
                    still=DONE,
                    sms=_("%(organisation)s: job %(ref)s, please write the totals of your invoice: %(link)s"),
                    subject=_("%(ref)s: please write the number and the totals of your invoice"),
                    email=_(
                        "We have your invoice for %(problem)s, %(town)s. To be paid, please write its "
                        "number, its date and its totals. The file is there already."
                    ),
                    button=_("Write the totals"),
                ),
            ),
        ),
    ),
    samples={
        "invoice.submit": {
            "file": 1,
            "number": "F-2031-0042",
            "date": date(2031, 5, 7),
            "total_net": 10000,
            "total_vat": 2000,
            "total_gross": 12000,
        },
        "invoice.ask": {"number": 4},
    },
)
