"""Quotes as pure rules: what they come to, who decides, until when they stand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused, TooLate
from fieldtickets.domain.effects import (
    Amount,
    Assign,
    Charge,
    ChargeKind,
    ChargeState,
    Decide,
    DecideRivals,
    Invite,
    Raise,
    Stand,
    Task,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import SYNDIC
from fieldtickets.domain.words import Money
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.approval import AskForm
from fieldtickets.exchanges.quote_form import QuoteForm, lines_of
from tests.builders import MONDAY_NOON, some_facts

submit, accept, back, refuse = (ACTS[f"quote.{name}"] for name in ("submit", "accept", "return", "refuse"))
ask = ACTS["approval.ask"]
PRICE = {"amount_net": 31200, "vat_rate": 1000}
WAITING = Amount(ChargeKind.QUOTE, 31200, 3120)
LINES = {
    "label_1": "Siphon",
    "quantity_1": "2",
    "unit_price_1": "45",
    "vat_rate_1": "10",
    "label_2": "Main d'œuvre",
    "quantity_2": "1,5",
    "unit_price_2": "60,33",
    "vat_rate_2": "5,5",
}


def wanted(*acts, **changes):
    """Karim was asked for a quote."""
    return some_facts(*acts, **{"kind": "quote", **changes})


def quoted(*acts, valid_until=None, **changes):
    """Karim's quote of 312.00 waits."""
    answer = {"valid_until": valid_until} if valid_until else {}
    facts = wanted(amounts=(WAITING,), **changes)
    history = (*facts.history, Done("quote.submit", MONDAY_NOON, answer, Party.SUBCONTRACTOR))
    return replace(facts, history=history)


def form(typed, facts=None, kind=QuoteForm):
    made = kind(MultiDict(typed))
    made.fit(facts or wanted(), Party.SUBCONTRACTOR)
    return made


def test_a_quote_is_one_amount_with_its_rate():
    """S058 A10"""
    made = form({"amount_net": "312", "vat_rate": "10", "lead_days": "3", "valid_until": "2031-06-04"})

    assert made.validate()
    assert made.answer() == {
        **PRICE,
        "lead_days": 3,
        "valid_until": date(2031, 6, 4),
        "net": Money(31200),
        "gross": Money(34320),
    }


def test_lines_add_up_by_themselves():
    """S058 S066"""
    made = form({**LINES, "valid_until": "2031-06-04"})

    assert made.validate()
    answer = made.answer()
    assert [line.net_cents for line in lines_of(answer)] == [9000, 9050]
    assert answer["net"] == Money(18050)
    assert answer["gross"] == Money(18050 + 900 + 498)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"amount_net", "vat_rate"}),
        ({"amount_net": "312"}, {"vat_rate"}),
        ({"amount_net": "-312", "vat_rate": "10"}, {"amount_net"}),
        ({"amount_net": "0", "vat_rate": "10"}, {"amount_net"}),
        ({"label_1": "Siphon", "vat_rate": "10"}, {"unit_price_1"}),
        ({"unit_price_2": "45", "vat_rate": "10"}, {"label_2"}),
        ({"label_1": "Siphon", "unit_price_1": "45"}, {"vat_rate_1"}),
        ({**LINES, "quantity_1": "deux"}, {"quantity_1"}),
        ({**LINES, "amount_net": "170"}, {"amount_net"}),
        ({"amount_net": "312", "vat_rate": "10", "lead_days": "demain"}, {"lead_days"}),
    ],
)
def test_a_quote_that_does_not_add_up_names_the_field(typed, wrong):
    """S058 R15"""
    made = form(typed)

    assert not made.validate()
    assert set(made.errors) == wrong


def test_more_lines_than_the_page_shows_are_taken():
    """S058"""
    sent = {
        name: value
        for n in range(1, 8)
        for name, value in {f"label_{n}": f"Poste {n}", f"unit_price_{n}": "10"}.items()
    }
    made = form({**sent, "vat_rate": "20"})

    assert made.validate()
    assert made.answer()["net"] == Money(7000)


def test_the_quote_asks_before_all_else_where_a_quote_is_wanted():
    """S020 S058"""
    assert submit.asked_now(Party.SUBCONTRACTOR, wanted())
    assert not submit.asked_now(Party.SUBCONTRACTOR, quoted())
    assert not ACTS["offer.accept"].open_to(Party.SUBCONTRACTOR, wanted())
    assert ACTS["offer.refuse"].open_to(Party.SUBCONTRACTOR, wanted())
    assert not submit.open_to(Party.SUBCONTRACTOR, some_facts())


def test_a_quote_waits_for_the_manager():
    """S058"""
    outcome = submit.play(Party.SUBCONTRACTOR, wanted(), PRICE)

    assert Charge(replace(WAITING, payer=Party.MANAGER)) in outcome.effects
    assert Raise(Task.QUOTE) in outcome.effects
    assert outcome.phase is Phase.OFFERED
    assert [alarm.act for alarm in outcome.alarms] == ["quote.remind", "quote.expire"]


def test_the_company_that_has_the_job_may_change_its_price():
    """S060 S067"""
    facts = some_facts(phase=Phase.ON_SITE, standing=Standing.ASSIGNED, price_cents=12000)

    assert submit.play(Party.SUBCONTRACTOR, facts, PRICE).phase is Phase.ON_SITE


def test_a_second_quote_takes_the_place_of_the_first():
    """S060"""
    outcome = submit.play(Party.SUBCONTRACTOR, quoted(), PRICE)

    assert outcome.effects[0] == Decide(ChargeKind.QUOTE, ChargeState.REFUSED)


def test_the_yes_gives_the_job_and_refuses_the_others():
    """S058 R01"""
    outcome = accept.play(Party.MANAGER, quoted(), {"net": Money(31200)})

    assert outcome.phase is Phase.ASSIGNED
    assert outcome.effects[0] == Assign()
    assert Decide(ChargeKind.QUOTE, ChargeState.AGREED) in outcome.effects
    assert DecideRivals(ChargeKind.QUOTE, ChargeState.REFUSED) in outcome.effects


def test_the_yes_to_a_new_price_assigns_nobody():
    """S067"""
    facts = quoted(phase=Phase.ASSIGNED, standing=Standing.ASSIGNED)

    assert Assign() not in accept.play(Party.MANAGER, facts, {}).effects


def test_nobody_says_yes_to_an_amount_that_they_have_not_read():
    """R08 S058"""
    with pytest.raises(TooLate, match="changed"):
        accept.play(Party.MANAGER, quoted(), {"net": Money(29900)})


def test_a_quote_that_came_back_may_be_sent_again():
    """S060"""
    outcome = back.play(Party.APPROVER, quoted(), {"comment": "Sans la dépose."})

    assert outcome.effects[0] == Decide(ChargeKind.QUOTE, ChargeState.REFUSED)
    returned = wanted("quote.submit", "quote.return", amounts=(replace(WAITING, state=ChargeState.REFUSED),))
    assert submit.asked_now(Party.SUBCONTRACTOR, returned)
    assert not accept.open_to(Party.MANAGER, returned)


def test_a_refused_company_is_asked_no_more_and_the_manager_told_when_it_was_the_last():
    """S058"""
    alone = refuse.play(Party.MANAGER, quoted(), {}).effects
    among = refuse.play(Party.MANAGER, quoted(others_asked=True), {}).effects

    assert {Stand(Standing.RECALLED), Raise(Task.NO_TAKER)} <= set(alone)
    assert Raise(Task.NO_TAKER) not in among


@pytest.mark.parametrize(("days", "stands"), [(0, True), (1, True), (-1, False)])
def test_a_quote_stands_until_the_end_of_its_last_day(days, stands):
    """S058"""
    facts = quoted(valid_until=MONDAY_NOON.date() + timedelta(days=days))
    if stands:
        assert accept.play(Party.MANAGER, facts, {})
        return
    with pytest.raises(TooLate) as late:
        accept.play(Party.MANAGER, facts, {})
    assert late.value.code == "quote.expired"


def test_the_end_comes_after_the_last_day_and_a_reminder_three_days_before():
    """S058"""
    answer = {**PRICE, "valid_until": date(2031, 5, 20)}
    remind, end = submit.play(Party.SUBCONTRACTOR, wanted(), answer).alarms

    assert end.due_at.isoformat() == "2031-05-20T21:59:00+00:00"
    assert remind.due_at == end.due_at - timedelta(days=3)
    by_itself = submit.play(Party.SUBCONTRACTOR, wanted(), PRICE).alarms[1].due_at
    assert by_itself.date() == (MONDAY_NOON + SYNDIC.quote_lasts).date()


def test_a_quote_cannot_end_before_it_is_sent():
    """S058 R15"""
    with pytest.raises(Refused) as wrong:
        submit.play(Party.SUBCONTRACTOR, wanted(), {**PRICE, "valid_until": date(2031, 5, 4)})
    assert wrong.value.field == "valid_until"


@pytest.mark.parametrize(("limit", "needed"), [(31200, True), (31201, False), (None, False)])
def test_from_the_limit_on_the_approver_decides(limit, needed):
    """S058"""
    facts = quoted(playbook=replace(SYNDIC, approver_from_cents=limit))

    assert ask.asked_now(Party.MANAGER, facts) is needed
    assert accept.play(Party.APPROVER, facts, {}).phase is Phase.ASSIGNED
    if needed:
        with pytest.raises(Refused, match="needs the approver"):
            accept.play(Party.MANAGER, facts, {})
    else:
        assert accept.play(Party.MANAGER, facts, {}).phase is Phase.ASSIGNED


def test_the_approver_is_let_in_by_telephone_or_e_mail():
    """S058 M15"""
    made = form({"name": "Jean Moreau", "phone": "06 39 98 00 12"}, quoted(), AskForm)
    assert made.validate()

    outcome = ask.play(Party.MANAGER, quoted(), made.answer())

    assert outcome.effects == (Invite(Party.APPROVER, "Jean Moreau", "+33639980012"),)
    assert made.answer()["net"] == Money(31200)
    assert not form({"name": "Jean Moreau"}, quoted(), AskForm).validate()
    assert not form({"name": "Jean Moreau", "email": "jean@"}, quoted(), AskForm).validate()


def test_an_approver_decides_only_on_what_waits():
    """S058 O08"""
    open_acts = [name for name, act in ACTS.items() if act.open_to(Party.APPROVER, wanted())]

    assert open_acts == ["message.write", "link.renew"]
    assert {"quote.accept", "quote.return", "quote.refuse"} <= {
        name for name, act in ACTS.items() if act.open_to(Party.APPROVER, quoted())
    }
