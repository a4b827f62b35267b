"""Extra work as pure rules: what it costs, who agrees, and that it has to be written up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused, TooLate
from fieldtickets.domain.effects import Amount, Charge, ChargeKind, ChargeState, Decide, Raise, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.domain.words import Money
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.extra import ProposeForm, report_required
from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Clock, Delivery
from tests.builders import MONDAY_NOON, a_ticket, acts_done, do, some_facts

propose, accept, refuse = (ACTS[f"extra.{name}"] for name in ("propose", "accept", "refuse"))
TAP = {"description": "Robinet d'arrêt à changer", "units": 2, "unit_price": 3500, "material_net": 4890}
WAITING = Amount(ChargeKind.EXTRA, 11890)


def on_site(**changes):
    stands = {"phase": Phase.ON_SITE, "standing": Standing.ASSIGNED, "has_customer": True}
    return some_facts(**{**stands, **changes})


def form(typed, facts=None):
    made = ProposeForm(MultiDict(typed))
    made.fit(facts or on_site(), Party.SUBCONTRACTOR)
    return made


@pytest.mark.parametrize(
    ("typed", "net"),
    [
        ({"units": "2", "unit_price": "35"}, 7000),
        ({"material_net": "48,90"}, 4890),
        ({"units": "2", "unit_price": "35", "material_net": "48,90"}, 11890),
        ({"package": "Pose d'un lave-vaisselle", "package_net": "90"}, 9000),
        ({"units": "1", "unit_price": "35", "package": "Pose", "package_net": "90"}, 12500),
        ({"units": "1", "unit_price": "35", "package": "Pose"}, 3500),
    ],
)
def test_the_price_follows_from_units_of_thirty_minutes_material_and_package(typed, net):
    """S061 S063 S064 S065 S066"""
    made = form({"description": "Robinet d'arrêt à changer", **typed})

    assert made.validate()
    assert made.answer()["net"] == Money(net)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "units"),
        ({"units": "2"}, "unit_price"),
        ({"units": "0", "unit_price": "35"}, "units"),
        ({"units": "1,5", "unit_price": "35"}, "units"),
        ({"package": "Pose"}, "package_net"),
        ({"material_net": "48,9,0"}, "material_net"),
    ],
)
def test_what_is_added_needs_its_price(typed, wrong):
    """S062 S064 R15"""
    made = form({"description": "Robinet", **typed}, on_site(playbook=replace(SYNDIC, unit_cents=None)))

    assert not made.validate()
    assert list(made.errors) == [wrong]


@pytest.mark.parametrize(("playbook", "net"), [(SYNDIC, 7000), (MARKETPLACE, 7000), (HOME_CLEANING, 3000)])
def test_a_company_that_names_no_price_of_its_time_has_that_of_the_playbook(playbook, net):
    """S062 S064"""
    made = form({"description": "Robinet", "units": "2"}, on_site(playbook=playbook))

    assert made.validate()
    assert made.answer()["net"] == Money(net)


def test_a_unit_has_a_recommended_price_that_may_be_changed():
    """S059 S062 S064"""
    priced = on_site(playbook=replace(MARKETPLACE, unit_cents=3500))

    assert form({"description": "Robinet", "units": "2"}, priced).unit_price.data == 3500
    changed = form({"description": "Robinet", "units": "2", "unit_price": "30"}, priced)
    assert changed.validate()
    assert changed.answer()["net"] == Money(6000)


@pytest.mark.parametrize(
    ("playbook", "customer", "who"),
    [
        (SYNDIC, True, {Party.MANAGER, Party.APPROVER}),
        (MARKETPLACE, True, {Party.CUSTOMER}),
        (HOME_CLEANING, True, {Party.CUSTOMER}),
        (MARKETPLACE, False, {Party.MANAGER}),
    ],
)
def test_who_agrees_is_the_playbooks(playbook, customer, who):
    """S068"""
    facts = on_site(playbook=playbook, has_customer=customer, amounts=(WAITING,))

    assert {party for party in Party if accept.open_to(party, facts)} == who
    assert {party for party in Party if refuse.open_to(party, facts)} == who
    assert not [party for party in Party if accept.open_to(party, on_site(playbook=playbook))]


def test_extra_work_waits_for_the_yes():
    """S061 S068"""
    effects = propose.play(Party.SUBCONTRACTOR, on_site(), {**TAP, "vat_rate": 1000}).effects

    assert effects == (
        Charge(
            Amount(ChargeKind.EXTRA, 11890, 1189, ChargeState.PROPOSED, Party.MANAGER, TAP["description"])
        ),
        Raise(Task.EXTRA),
    )


@pytest.mark.parametrize(
    ("playbook", "state"), [(MARKETPLACE, ChargeState.AGREED), (SYNDIC, ChargeState.PROPOSED)]
)
def test_the_customers_word_counts_where_it_is_the_customers(playbook, state):
    """S060 S068"""
    answer = {**TAP, "agreed_with_customer": True}
    effects = propose.play(Party.SUBCONTRACTOR, on_site(playbook=playbook), answer).effects

    assert effects[0].amount.state is state
    assert ("agreed_with_customer" in form({}, on_site(playbook=playbook))) is (playbook is MARKETPLACE)


def test_a_yes_and_a_no_decide():
    """S068"""
    facts = on_site(amounts=(WAITING,))

    yes = accept.play(Party.MANAGER, facts, {"net": Money(11890)})
    no = refuse.play(Party.APPROVER, facts, {})

    assert yes.effects == (Decide(ChargeKind.EXTRA, ChargeState.AGREED),)
    assert no.effects == (Decide(ChargeKind.EXTRA, ChargeState.REFUSED),)
    with pytest.raises(TooLate, match="changed"):
        accept.play(Party.MANAGER, facts, {"net": Money(5000)})


def test_above_the_limit_extra_work_needs_the_approver_too():
    """S068"""
    facts = on_site(amounts=(WAITING,), playbook=replace(SYNDIC, approver_from_cents=10000))

    with pytest.raises(Refused, match="needs the approver"):
        accept.play(Party.MANAGER, facts, {})
    assert accept.play(Party.APPROVER, facts, {})
    assert ACTS["approval.ask"].asked_now(Party.MANAGER, facts)


@pytest.mark.parametrize(
    ("kind", "amounts", "required"),
    [
        ("order", (), False),
        ("order", (WAITING,), False),
        ("order", (replace(WAITING, state=ChargeState.AGREED),), True),
        ("order", (Amount(ChargeKind.QUOTE, 31200, state=ChargeState.AGREED),), True),
        ("quote", (Amount(ChargeKind.QUOTE, 31200, state=ChargeState.AGREED),), False),
        ("order", (Amount(ChargeKind.FEE, 4000, state=ChargeState.AGREED),), False),
    ],
)
def test_the_report_is_compulsory_once_time_material_or_price_changed(kind, amounts, required):
    """S069 S070 S071"""
    assert report_required(on_site(kind=kind, amounts=amounts)) is required


HOUR = timedelta(hours=1)
remind_customer, remind_decider = ACTS["extra.remind_customer"], ACTS["extra.remind_decider"]


def proposed(answer=None, *acts, **changes):
    """Karim proposed extra work at noon on Monday, then the acts named here were done."""
    done = (Done("extra.propose", MONDAY_NOON, answer or TAP), *(Done(act, MONDAY_NOON) for act in acts))
    return on_site(**{"amounts": (WAITING,), "history": done, **changes})


@pytest.mark.parametrize(
    ("playbook", "customer", "waits_for", "hours"),
    [
        (SYNDIC, True, remind_decider, (24, 48)),
        (MARKETPLACE, True, remind_customer, (1, 2)),
        (MARKETPLACE, False, remind_decider, (1, 2)),
    ],
)
def test_whoever_decides_is_reminded_by_the_numbers_of_the_playbook(playbook, customer, waits_for, hours):
    """S068 M13"""
    facts = proposed(playbook=playbook, has_customer=customer)
    clocks = [one for one in (remind_customer, remind_decider) if one.open_to(Party.CLOCK, facts)]

    assert clocks == [waits_for]
    assert [instant - MONDAY_NOON for instant in waits_for.due(facts)] == [number * HOUR for number in hours]


@pytest.mark.parametrize(
    ("act", "number", "told"),
    [
        (remind_customer, 1, [Party.CUSTOMER]),
        (remind_customer, 2, [Party.MANAGER]),
        (remind_decider, 1, [Party.APPROVER, Party.MANAGER]),
        (remind_decider, 2, [Party.MANAGER]),
    ],
)
def test_the_last_reminder_is_the_managers(act, number, told):
    """S068"""
    facts = proposed(playbook=MARKETPLACE if act is remind_customer else SYNDIC)

    assert [notice.to for _number, notice in act.play(Party.CLOCK, facts, {"number": number}).notices] == told


@pytest.mark.parametrize("answered", ["extra.accept", "extra.refuse"])
def test_nobody_is_reminded_of_what_is_decided(answered):
    """M12"""
    by_word = {**TAP, "agreed_with_customer": True}

    assert not remind_customer.open_to(Party.CLOCK, proposed(None, answered, playbook=MARKETPLACE))
    assert not remind_customer.open_to(Party.CLOCK, proposed(by_word, playbook=MARKETPLACE))
    with pytest.raises(TooLate):
        remind_customer.play(Party.CLOCK, proposed(playbook=MARKETPLACE, amounts=()), {"number": 1})


@pytest.fixture
def waits(parts, cast):
    """Karim has Anna's job by the rules of the marketplace, and proposes to change the tap."""
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    do(parts, cast, ticket, "extra.propose", cast.karim, {**TAP, "net": Money(11890)})
    return ticket


def test_a_customer_who_says_nothing_is_reminded_and_then_the_manager_is_told(parts, cast, clock, waits):
    """S068 M13"""
    rounds = Rounds(parts.database, parts.links, clock.now)
    for hours in (1, 2):
        clock.instant = MONDAY_NOON + hours * HOUR
        assert (rounds.run(), rounds.run()) == (1, 0)

    with parts.database.read(cast.organisation) as session:
        reminders = select(Delivery.party, Delivery.channel, Delivery.words).where(
            Delivery.act == remind_customer.name
        )
        rows = session.execute(reminders.order_by(Delivery.due_at, Delivery.channel)).all()
    assert [(party, channel) for party, channel, _words in rows] == [
        (Party.CUSTOMER, "email"),
        (Party.CUSTOMER, "sms"),
        (Party.MANAGER, "email"),
    ]
    assert [words["answer"]["net"]["cents"] for _party, _channel, words in rows] == [11890] * 3


def test_a_new_proposal_is_waited_for_anew_and_the_answer_stops_it(parts, cast, clock, waits):
    """S068 M12"""
    later = MONDAY_NOON + 1.5 * HOUR
    rounds = Rounds(parts.database, parts.links, clock.now)
    clock.instant = later
    rounds.run()
    do(parts, cast, waits, "extra.propose", cast.karim, {**TAP, "net": Money(11890)}, now=later)

    def running():
        with parts.database.read(cast.organisation) as session:
            pending = select(Clock.due_at).where(Clock.kind == remind_customer.name, Clock.state == "pending")
            return [due_at - later for due_at in session.scalars(pending.order_by(Clock.due_at))]

    assert running() == [HOUR, 2 * HOUR]
    do(parts, cast, waits, "extra.accept", party=Party.CUSTOMER, now=later)
    assert running() == []
    clock.instant = later + 3 * HOUR
    rounds.run()
    assert acts_done(parts.database, cast.organisation).count(remind_customer.name) == 1
