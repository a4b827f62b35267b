"""The invoice: sent once, checked, paid or corrected; asked for while it is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused, TooLate
from fieldtickets.domain.effects import FileInvoice, Raise, SetInvoice, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.invoice import InvoiceForm
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Delivery, Invoice, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do, some_facts

submit, ask = ACTS["invoice.submit"], ACTS["invoice.ask"]
approve, dispute, pay = (ACTS[f"invoice.{name}"] for name in ("approve", "dispute", "pay"))
FIGURES = {
    "file": 1,
    "number": "F-42",
    "date": date(2031, 5, 5),
    "total_net": 10000,
    "total_vat": 2000,
    "total_gross": 12000,
}
HAS_THE_JOB = {"standing": Standing.ASSIGNED, "phase": Phase.ASSIGNED}


def done(*acts, **changes):
    """The work is done, with the report of noon on Monday, then the acts named here."""
    return some_facts(
        "offer.accept",
        "completion.submit",
        *acts,
        **{**HAS_THE_JOB, "phase": Phase.INVOICED if acts else Phase.DONE, **changes},
    )


def test_an_invoice_after_the_work_moves_the_job_on_and_waits_for_a_check():
    """S100 S102"""
    outcome = submit.play(Party.SUBCONTRACTOR, done(), FIGURES)

    assert outcome.phase is Phase.INVOICED
    assert outcome.effects == (
        FileInvoice("F-42", date(2031, 5, 5), 10000, 2000, 12000),
        Raise(Task.INVOICE),
    )


@pytest.mark.parametrize(
    ("playbook", "asked"), [(SYNDIC, True), (MARKETPLACE, False), (HOME_CLEANING, False)]
)
def test_the_page_asks_for_an_invoice_only_where_the_playbook_does(playbook, asked):
    """S101: elsewhere the report leads to the payment; an invoice may still be sent."""
    facts = done(playbook=playbook)

    assert submit.asked_now(Party.SUBCONTRACTOR, facts) is asked
    assert submit.open_to(Party.SUBCONTRACTOR, facts)


@pytest.mark.parametrize("phase", [Phase.ASSIGNED, Phase.ON_SITE])
def test_an_invoice_may_come_while_the_work_goes_on(phase):
    """S100"""
    facts = some_facts("offer.accept", **{**HAS_THE_JOB, "phase": phase})

    assert submit.play(Party.SUBCONTRACTOR, facts, FIGURES).phase is phase
    assert not submit.asked_now(Party.SUBCONTRACTOR, facts)
    assert submit.asked_now(Party.SUBCONTRACTOR, done())


@pytest.mark.parametrize("gross", [11999, 12000, 12001])
def test_one_cent_of_rounding_is_nobodys_mistake(gross):
    """R15"""
    assert submit.play(Party.SUBCONTRACTOR, done(), {**FIGURES, "total_gross": gross})


@pytest.mark.parametrize("gross", [11998, 12002, 0])
def test_totals_that_do_not_add_up_are_refused_beside_the_field(gross):
    """R15"""
    with pytest.raises(Refused, match="do not make") as refused:
        submit.play(Party.SUBCONTRACTOR, done(), {**FIGURES, "total_gross": gross})
    assert refused.value.field == "total_gross"


def test_an_invoice_without_its_file_is_refused_unless_the_report_brought_it():
    """S100"""
    figures = {name: value for name, value in FIGURES.items() if name != "file"}
    with pytest.raises(Refused) as refused:
        submit.play(Party.SUBCONTRACTOR, done(), figures)
    assert refused.value.field == "file"

    report = Done("completion.submit", MONDAY_NOON, {"invoice_file": 1})
    assert submit.play(Party.SUBCONTRACTOR, done(history=(report,)), figures)


def test_a_file_that_came_with_a_report_counts_although_the_report_came_back():
    """S100"""
    reports = [Done("completion.submit", MONDAY_NOON, answer) for answer in ({"invoice_file": 1}, {})]
    figures = {name: value for name, value in FIGURES.items() if name != "file"}

    assert submit.play(Party.SUBCONTRACTOR, done(history=tuple(reports)), figures)


def test_a_file_that_came_with_the_report_is_asked_for_its_figures_then_the_manager_calls():
    """S100 S101: until somebody writes them nothing can be checked or paid."""
    facts = done(history=(Done("completion.submit", MONDAY_NOON, {"invoice_file": 1}),))
    first, last = (ask.play(Party.CLOCK, facts, {"number": number}) for number in (1, 4))

    assert ask.due(facts) == ask.due(done())
    assert (first.effects, last.effects) == ((), (Raise(Task.NO_INVOICE),))
    (asks_for_figures,) = (notice for _number, notice in first.notices)
    assert "write the totals" in asks_for_figures.sms
    assert [notice.to for _number, notice in last.notices] == [Party.MANAGER, Party.SUBCONTRACTOR]


def test_every_figure_is_asked_and_no_vat_is_written_as_zero():
    """S102 R15"""
    empty = InvoiceForm(MultiDict())
    assert not empty.validate()
    assert set(empty.errors) == {"number", "date", "total_net", "total_vat", "total_gross"}

    typed = {"number": "7", "date": "2031-05-05", "total_net": "1 234,50", "total_vat": "0"}
    form = InvoiceForm(MultiDict({**typed, "total_gross": "1234.50 €"}))
    assert form.validate(), form.errors
    assert (form.answer()["total_net"], form.answer()["total_vat"]) == (123450, 0)


@pytest.mark.parametrize(
    ("facts", "party"),
    [
        (done("invoice.submit"), Party.SUBCONTRACTOR),
        (done("invoice.submit", "invoice.approve"), Party.SUBCONTRACTOR),
        (done(), Party.CUSTOMER),
        (done(standing=Standing.LOST), Party.SUBCONTRACTOR),
        (some_facts("offer.accept", **{**HAS_THE_JOB, "phase": Phase.CLOSED}), Party.SUBCONTRACTOR),
    ],
    ids=["waits for its check", "waits for payment", "not the customer", "not the company", "no work"],
)
def test_no_invoice_is_taken_where_none_is_expected(facts, party):
    """R07 O02"""
    with pytest.raises(TooLate):
        submit.play(party, facts, FIGURES)


@pytest.mark.parametrize("party", [Party.ACCOUNTANT, Party.MANAGER])
def test_the_books_approve_then_pay_and_the_company_is_told_of_each(party):
    """S103"""
    sent = done("invoice.submit")
    approved = approve.play(party, sent, {})
    paid = pay.play(party, done("invoice.submit", "invoice.approve"), {})

    assert (approved.effects, paid.effects) == ((SetInvoice("approved"),), (SetInvoice("paid"),))
    for outcome in (approved, paid):
        assert [notice.to for _number, notice in outcome.notices] == [Party.SUBCONTRACTOR]
    assert not pay.open_to(party, sent)
    assert pay.open_to(party, done("invoice.submit", "invoice.approve", phase=Phase.CLOSED))
    assert not approve.open_to(Party.SUBCONTRACTOR, sent)


def test_a_disputed_invoice_is_asked_again():
    """S102"""
    assert dispute.play(Party.ACCOUNTANT, done("invoice.submit"), {"comment": "TVA"}).effects == (
        SetInvoice("disputed"),
    )
    for phase in (Phase.INVOICED, Phase.CLOSED):
        assert submit.asked_now(Party.SUBCONTRACTOR, done("invoice.submit", "invoice.dispute", phase=phase))


def test_a_missing_invoice_is_asked_for_four_times_then_the_manager_calls():
    """S101 S102"""
    facts = done()

    assert [instant - MONDAY_NOON for instant in ask.due(facts)] == [
        timedelta(days=days) for days in (0, 3, 7, 14)
    ]
    first, last = (ask.play(Party.CLOCK, facts, {"number": number}) for number in (1, 4))
    assert (first.effects, last.effects) == ((), (Raise(Task.NO_INVOICE),))
    assert [notice.to for _number, notice in first.notices] == [Party.SUBCONTRACTOR]
    assert Party.MANAGER in {notice.to for _number, notice in last.notices}
    assert ask.due(replace(facts, playbook=MARKETPLACE)) == ()


def test_an_invoice_that_is_there_is_not_asked_for():
    """S101 M12"""
    assert not ask.open_to(Party.CLOCK, done("invoice.submit"))
    assert not ask.open_to(Party.CLOCK, done("invoice.submit", phase=Phase.DONE))
    assert ask.open_to(Party.CLOCK, done("invoice.ask", phase=Phase.DONE))


def invoices(database, cast):
    with database.read(cast.organisation) as session:
        return [(one.number, one.state) for one in session.scalars(select(Invoice).order_by(Invoice.id))]


@pytest.fixture
def taken(parts, cast):
    """Two tickets that Karim has."""
    tickets = [a_ticket(parts, cast, cast.karim) for _number in range(2)]
    for ticket in tickets:
        do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO, submission=f"yes-{ticket.id}")
    return tickets


def test_a_number_counts_once_and_a_disputed_one_may_come_again(parts, cast, taken):
    """S102 R02"""
    first, second = taken
    do(parts, cast, first, "invoice.submit", cast.karim, FIGURES, submission="1")
    with pytest.raises(Refused) as refused:
        do(parts, cast, second, "invoice.submit", cast.karim, {**FIGURES, "number": "f 42"}, submission="2")
    assert refused.value.field == "number"

    do(parts, cast, first, "invoice.dispute", cast.karim, party=Party.MANAGER)
    assert invoices(parts.database, cast) == [("F-42", "disputed")]
    do(parts, cast, first, "invoice.submit", cast.karim, FIGURES, submission="3")
    assert invoices(parts.database, cast) == [("F-42", "submitted")]


@pytest.fixture
def rounds(parts, clock) -> Rounds:
    return Rounds(parts.database, parts.links, clock.now)


REPORTED = MONDAY_NOON + timedelta(days=1, hours=2)  # the report, at the hour of the visit


def asked(parts, cast, channel="sms"):
    """When Karim was to be asked for his invoice."""
    with parts.database.read(cast.organisation) as session:
        wanted = select(Delivery.due_at).where(
            Delivery.act == "invoice.ask",
            Delivery.channel == channel,
            Delivery.party == Party.SUBCONTRACTOR,
        )
        return list(session.scalars(wanted.order_by(Delivery.id)))


def to_call(parts, cast):
    with parts.database.read(cast.organisation) as session:
        kinds = select(TodoTask.kind).where(TodoTask.settled_at.is_(None), TodoTask.kind == Task.NO_INVOICE)
        return session.scalars(kinds).all()


@pytest.fixture
def reported(parts, cast, taken):
    do(parts, cast, taken[0], "completion.submit", cast.karim, {"done": "Siphon changé"}, now=REPORTED)
    return taken[0]


def test_it_is_asked_for_until_it_comes_and_at_the_end_the_manager_calls(
    rounds, parts, cast, clock, reported
):
    """S101 S102 M13"""
    for number, days in enumerate((0, 3, 7, 14), 1):
        clock.instant = REPORTED + timedelta(days=days)
        rounds.run()
        rounds.run()
        assert len(asked(parts, cast)) == len(asked(parts, cast, "email")) == number
        assert bool(to_call(parts, cast)) is (days == 14)
    do(parts, cast, reported, "invoice.submit", cast.karim, FIGURES, now=clock.instant)
    assert to_call(parts, cast) == []


def test_the_invoice_stops_the_reminders(rounds, parts, cast, clock, reported):
    """S101 M12"""
    do(parts, cast, reported, "invoice.submit", cast.karim, FIGURES, now=REPORTED)
    clock.instant = REPORTED + timedelta(days=20)
    rounds.run()
    assert asked(parts, cast) == []


def test_after_an_outage_only_the_last_reminder_goes_out_and_not_at_night(
    rounds, parts, cast, clock, reported
):
    """M19"""
    clock.instant = REPORTED + timedelta(days=8, hours=10)  # midnight in Paris
    rounds.run()

    assert [one - clock.instant for one in asked(parts, cast)] == [timedelta(hours=8)]
