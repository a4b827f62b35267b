"""Extra work as pure rules: what it costs, who agrees, and that it has to be written up."""

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Refused, TooLate
from fieldtickets.domain.effects import Amount, Charge, ChargeKind, ChargeState, Decide, Raise, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.domain.words import Money
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.extra import ProposeForm, report_required
from tests.builders import some_facts

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
    made = form({"description": "Robinet", **typed})

    assert not made.validate()
    assert list(made.errors) == [wrong]


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
