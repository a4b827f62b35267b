"""Appointments as pure rules: proposed by one side, agreed by the other."""

from datetime import date, time, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Refused
from fieldtickets.domain.effects import Appoint, Propose, Raise, Settle, Slot, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.appointment import SETTLED, AgreeForm, ProposeForm
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, TYPED_TUESDAY, some_facts

propose, agree = ACTS["appointment.propose"], ACTS["appointment.agree"]
TUESDAY = Slot(MONDAY_NOON + timedelta(days=1, hours=2))


def planning(**changes):
    return some_facts(
        "offer.accept",
        **{"phase": Phase.ASSIGNED, "standing": Standing.ASSIGNED, "has_customer": True, **changes},
    )


def test_three_slots_wait_for_the_other_side():
    """S042 S047"""
    answer = {
        **TUESDAY_AT_TWO,
        "date_2": date(2031, 5, 7),
        "time_2": time(9, 0),
        "date_3": date(2031, 5, 8),
        "time_3": time(16, 30),
    }

    waiting, task = propose.play(Party.SUBCONTRACTOR, planning(), answer).effects

    assert isinstance(waiting, Propose)
    assert [slot.number for slot in waiting.slots] == [1, 2, 3]
    assert task == Raise(Task.PROPOSAL)


def test_a_single_date_that_the_customer_agreed_to_counts_at_once():
    """S031 S046 S047"""
    outcome = propose.play(Party.SUBCONTRACTOR, planning(), {**TUESDAY_AT_TWO, "agreed_with_customer": True})

    assert outcome.effects == (Appoint(TUESDAY), Settle(SETTLED))
    assert [notice.to for _number, notice in outcome.notices if notice.calendar] == [
        Party.MANAGER,
        Party.SUBCONTRACTOR,
        Party.CUSTOMER,
    ]


def test_a_customer_cannot_agree_with_itself():
    """S047"""
    form = ProposeForm(MultiDict({**TYPED_TUESDAY, "agreed_with_customer": "y"}))
    form.fit(planning(), Party.CUSTOMER)

    assert form.validate()
    assert "agreed_with_customer" not in form.answer()


def test_half_a_slot_is_refused_beside_its_field():
    """S046"""
    with pytest.raises(Refused, match="both") as refused:
        propose.play(Party.SUBCONTRACTOR, planning(), {**TUESDAY_AT_TWO, "date_2": date(2031, 5, 7)})
    assert refused.value.field == "date_2"


def test_the_other_side_chooses_and_the_one_who_proposed_does_not():
    """S042"""
    facts = planning(proposed=(TUESDAY,), proposed_by=Party.SUBCONTRACTOR, standing=None)

    assert agree.open_to(Party.CUSTOMER, facts)
    assert agree.open_to(Party.MANAGER, facts)
    assert not agree.open_to(Party.SUBCONTRACTOR, facts)
    assert agree.play(Party.CUSTOMER, facts, {"slot": "1"}).effects == (Appoint(TUESDAY),)


def test_only_a_slot_that_waits_can_be_chosen():
    """S042"""
    facts = planning(proposed=(TUESDAY,), proposed_by=Party.SUBCONTRACTOR)
    form = AgreeForm(MultiDict({"slot": "2"}))
    form.fit(facts, Party.CUSTOMER)

    assert not form.validate()
    assert form.errors == {"slot": ["Choose a date"]}


def test_a_slot_that_has_gone_by_must_be_proposed_anew():
    """R14"""
    facts = planning(
        proposed=(TUESDAY,),
        proposed_by=Party.SUBCONTRACTOR,
        standing=None,
        now=MONDAY_NOON + timedelta(days=2),
    )
    with pytest.raises(Refused, match="past"):
        agree.play(Party.CUSTOMER, facts, {"slot": "1"})
