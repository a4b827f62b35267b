"""Fees as pure rules: the ladder on both sides of every step, who pays, and a contest until its end."""

from datetime import timedelta

import pytest

from fieldtickets.domain.acts import Done
from fieldtickets.domain.effects import (
    Amount,
    Charge,
    ChargeKind,
    ChargeState,
    Decide,
    Raise,
    Slot,
    Task,
)
from fieldtickets.domain.fees import cancellation_fee
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.domain.words import Money
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.ticket import CancelForm
from tests.builders import MONDAY_NOON, some_facts

START = MONDAY_NOON + timedelta(days=7)
SECOND = timedelta(seconds=1)
AT = {"8 h": timedelta(hours=8), "4 h": timedelta(hours=4), "2 h": timedelta(hours=2), "start": timedelta()}


@pytest.mark.parametrize(
    ("step", "before_it", "from_it"),
    [("8 h", 0, 10_00), ("4 h", 10_00, 20_00), ("2 h", 20_00, 30_00), ("start", 30_00, 40_00)],
)
def test_each_step_of_home_cleaning_begins_a_moment_after_its_hour(step, before_it, from_it):
    """S107 S108"""
    border = START - AT[step]

    assert cancellation_fee(HOME_CLEANING, 100_00, START, border) == before_it
    assert cancellation_fee(HOME_CLEANING, 100_00, START, border + SECOND) == from_it


@pytest.mark.parametrize(
    ("ahead", "price", "fee"),
    [
        (timedelta(hours=7), 9_99, 9_99),
        (timedelta(hours=3), 30_01, 15_01),
        (timedelta(hours=1), 30_00, 24_00),
        (timedelta(hours=-1), 39_99, 39_99),
        (timedelta(days=30), 100_00, 0),
        (timedelta(hours=1), 0, 0),
    ],
)
def test_below_its_cap_a_fee_is_a_share_of_the_price_to_the_cent(ahead, price, fee):
    """S107 S108"""
    assert cancellation_fee(HOME_CLEANING, price, START, START - ahead) == fee


def test_in_the_marketplace_a_visit_is_free_until_twenty_four_hours_before():
    """S107 S108"""
    border = START - timedelta(hours=24)

    assert cancellation_fee(MARKETPLACE, 120_00, START, border) == 0
    assert cancellation_fee(MARKETPLACE, 120_00, START, border + SECOND) == 120_00


def test_a_building_manager_charges_nobody():
    """S107"""
    assert cancellation_fee(SYNDIC, 120_00, START, START) == 0


def job(*acts, ahead=timedelta(hours=3), **changes):
    """A cleaning that Karim has, seen from the ticket, so long before its start."""
    common = {
        "phase": Phase.ASSIGNED,
        "standing": None,
        "playbook": HOME_CLEANING,
        "appointment": Slot(START),
        "price_cents": 100_00,
        "has_customer": True,
    }
    return some_facts("offer.accept", *acts, now=START - ahead, **{**common, **changes})


@pytest.mark.parametrize("source", [Party.CUSTOMER, Party.SUBCONTRACTOR, Party.MANAGER])
def test_whoever_is_recorded_as_cancelling_pays(source):
    """S109 S113"""
    answer = {"source": source.value, "reason": "Empêchement"}

    charge = ACTS["ticket.cancel"].play(Party.MANAGER, job(), answer).effects[0]

    assert (charge.amount.kind, charge.amount.state) == (ChargeKind.FEE, ChargeState.AGREED)
    assert (charge.amount.payer, charge.amount.net_cents) == (source, 20_00)


@pytest.mark.parametrize(
    "facts",
    [
        job(ahead=timedelta(hours=9)),
        job(phase=Phase.OFFERED),
        job(appointment=None),
        job(price_cents=None),
        job(playbook=SYNDIC),
    ],
    ids=["early", "nobody has it", "no date", "no price", "no ladder"],
)
def test_nobody_pays(facts):
    """S107"""
    effects = ACTS["ticket.cancel"].play(Party.CUSTOMER, facts, {"source": "customer", "reason": "x"}).effects

    assert not [effect for effect in effects if isinstance(effect, Charge)]


def test_the_fee_follows_the_quote_that_was_accepted():
    """S109"""
    quote = Amount(ChargeKind.QUOTE, 30_00, state=ChargeState.AGREED)
    answer = {"source": "customer", "reason": "x"}

    charge = ACTS["ticket.cancel"].play(Party.CUSTOMER, job(amounts=(quote,)), answer).effects[0]

    assert charge.amount.net_cents == 15_00


@pytest.mark.parametrize(("ahead", "cents"), [(timedelta(hours=3), 20_00), (timedelta(hours=8), 0)])
def test_what_cancelling_costs_is_said_before_the_button(ahead, cents):
    """S109 S113"""
    form = CancelForm()
    form.fit(job(ahead=ahead), Party.CUSTOMER)

    assert form.reason.description.words["fee"] == Money(cents, "EUR")
    assert ("nothing" in form.reason.description) is (cents == 0)


def owing(*acts, state=ChargeState.AGREED, payer=Party.CUSTOMER, **changes):
    """The customer was charged forty euros for not being there; these acts were done since."""
    fee = Amount(ChargeKind.FEE, 40_00, state=state, payer=payer)
    return job("visit.fail", *acts, ahead=-timedelta(hours=1), amounts=(fee,), **changes)


def test_a_fee_is_contested_once():
    """S087"""
    contest = ACTS["fee.contest"]

    assert contest.play(Party.CUSTOMER, owing(), {"comment": "J'étais là"}).effects == (
        Decide(ChargeKind.FEE, ChargeState.CONTESTED),
        Raise(Task.FEE),
    )
    assert not contest.open_to(Party.CUSTOMER, owing("fee.contest", state=ChargeState.CONTESTED))
    assert not contest.open_to(Party.CUSTOMER, owing("fee.contest", "fee.uphold"))


def test_a_second_fee_can_be_contested_anew():
    """S087"""
    assert ACTS["fee.contest"].open_to(Party.CUSTOMER, owing("fee.contest", "fee.uphold", "visit.fail"))


@pytest.mark.parametrize(
    "facts",
    [job(), owing(payer=Party.SUBCONTRACTOR), owing(state=ChargeState.WAIVED)],
    ids=["no fee", "of another", "dropped"],
)
def test_nobody_contests_what_is_not_owed(facts):
    """S109"""
    assert not ACTS["fee.contest"].open_to(Party.CUSTOMER, facts)


def test_a_fee_is_contested_after_the_job_was_cancelled_too():
    """S109"""
    facts = job("ticket.cancel", amounts=owing().amounts, phase=Phase.CANCELLED)

    assert ACTS["fee.contest"].open_to(Party.CUSTOMER, facts)


@pytest.mark.parametrize(
    ("act", "state"), [("fee.waive", ChargeState.WAIVED), ("fee.uphold", ChargeState.AGREED)]
)
def test_the_manager_decides_and_the_customer_is_told(act, state):
    """S087"""
    waiting = owing("fee.contest", state=ChargeState.CONTESTED, standing=Standing.ASSIGNED)

    outcome = ACTS[act].play(Party.MANAGER, waiting, {})

    assert outcome.effects == (Decide(ChargeKind.FEE, state),)
    assert [notice.to for _n, notice in outcome.notices] == [Party.CUSTOMER]
    assert ACTS[act].settles == (Task.FEE,)
    assert not ACTS[act].open_to(Party.MANAGER, owing(standing=Standing.ASSIGNED))


def test_a_contest_of_an_earlier_fee_says_nothing_about_a_later_one():
    """S087"""
    history = (Done("fee.contest", MONDAY_NOON), Done("visit.fail", MONDAY_NOON))

    assert ACTS["fee.contest"].open_to(Party.CUSTOMER, owing(history=history))
