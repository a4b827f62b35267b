"""Offers as pure rules: who may answer what, and what follows."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Refused, TooLate
from fieldtickets.domain.effects import (
    Appoint,
    Assign,
    Raise,
    Redistribute,
    Release,
    Slot,
    Stand,
    Task,
    Widen,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.offer import AcceptForm, RefuseForm
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, TYPED_TUESDAY, some_facts

accept, refuse, withdraw = ACTS["offer.accept"], ACTS["offer.refuse"], ACTS["offer.withdraw"]


def form(kind, typed, facts=None):
    made = kind(MultiDict(typed))
    made.fit(facts or some_facts(), Party.SUBCONTRACTOR)
    return made


def test_accepting_brings_a_date_and_an_hour_and_wins_the_job():
    """S002 S012 S037"""
    outcome = accept.play(Party.SUBCONTRACTOR, some_facts(), TUESDAY_AT_TWO)

    assert outcome.phase is Phase.ASSIGNED
    assert outcome.effects[0] == Assign()
    assert isinstance(outcome.effects[1], Appoint)
    assert outcome.effects[1].slot.starts_at.isoformat() == "2031-05-06T12:00:00+00:00"


def told_of_the_visit(facts, answer):
    """Whether the one message to the customer names an hour."""
    outcome = accept.play(Party.SUBCONTRACTOR, facts, answer)
    (told,) = [notice for _number, notice in outcome.notices if notice.to is Party.CUSTOMER]
    return "%(appointment)s" in told.sms


def test_the_customer_hears_who_comes_once_an_hour_is_known():
    """S042: chosen with the yes, or fixed before; where the customer is called first there is none yet."""
    fixed = {"appointment": Slot(MONDAY_NOON + timedelta(days=1)), "appointment_fixed": True}
    assert told_of_the_visit(some_facts(), TUESDAY_AT_TWO)
    assert told_of_the_visit(some_facts(playbook=HOME_CLEANING, **fixed), {})
    assert not told_of_the_visit(some_facts(playbook=MARKETPLACE), {})


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"date": ["Choose a day"], "time": ["Choose an hour"]}),
        ({"date": "tomorrow", "time": "14:00"}, {"date": ["Choose a day"]}),
        ({"date": "2031-05-06", "time": "25:00"}, {"time": ["Choose an hour"]}),
        (TYPED_TUESDAY, {}),
        ({**TYPED_TUESDAY, "comment": "Je sonne."}, {}),
    ],
)
def test_both_facts_are_asked_and_a_comment_may_come_with_them(typed, errors):
    """S037 S038 S039"""
    made = form(AcceptForm, typed)

    assert made.validate() is not bool(errors)
    assert made.errors == errors


def test_a_day_typed_beside_the_tiles_wins_over_the_tile():
    """S037"""
    made = form(AcceptForm, {**TYPED_TUESDAY, "date_other": "2031-05-09", "time_other": "09:30"})

    assert made.validate()
    assert made.answer() == {"date": date(2031, 5, 9), "time": time(9, 30)}


def test_an_hour_answered_twice_differently_is_not_guessed():
    """X10"""
    made = form(AcceptForm, MultiDict([*TYPED_TUESDAY.items(), ("time", "16:00")]))

    assert not made.validate()
    assert "time" in made.errors


@pytest.mark.parametrize(
    "facts",
    [
        some_facts(playbook=MARKETPLACE),
        some_facts(playbook=HOME_CLEANING),
        some_facts(playbook=SYNDIC, appointment_fixed=True),
    ],
    ids=["call first", "nothing", "fixed"],
)
def test_no_date_is_asked_where_the_customer_is_called_first_or_the_date_is_fixed(facts):
    """S031 S034"""
    made = form(AcceptForm, {}, facts)

    assert made.validate()
    assert accept.play(Party.SUBCONTRACTOR, facts, made.answer()).effects == (Assign(),)


def test_a_past_day_is_refused_with_the_remedy():
    """R14 T01"""
    with pytest.raises(Refused, match="past") as refused:
        accept.play(Party.SUBCONTRACTOR, some_facts(), {"date": date(2031, 5, 5), "time": time(11, 59)})
    assert refused.value.field == "date"


def test_the_hour_that_does_not_exist_is_refused_and_the_next_one_proposed():
    """T01"""
    facts = some_facts(now=MONDAY_NOON - timedelta(days=90))

    with pytest.raises(Refused, match="does not exist") as refused:
        accept.play(Party.SUBCONTRACTOR, facts, {"date": date(2031, 3, 30), "time": time(2, 30)})

    assert refused.value.message.words["hour"] == time(3, 30)


def test_a_late_acceptance_hears_that_another_company_has_the_job_and_since_when():
    """S006 R01 L19"""
    facts = some_facts(phase=Phase.ASSIGNED, standing=Standing.LOST, taken_at=MONDAY_NOON)

    with pytest.raises(TooLate) as late:
        accept.play(Party.SUBCONTRACTOR, facts, TUESDAY_AT_TWO)

    assert late.value.code == "ticket.taken"
    assert late.value.message.words["at"].instant == MONDAY_NOON


def test_who_refused_may_come_back_while_the_job_is_open():
    """R12"""
    facts = some_facts("offer.refuse", standing=Standing.REFUSED)

    assert accept.open_to(Party.SUBCONTRACTOR, facts)
    assert not accept.open_to(Party.SUBCONTRACTOR, replace(facts, phase=Phase.ASSIGNED, taken_at=MONDAY_NOON))


def test_a_refusal_wants_a_reason():
    """S009"""
    assert form(RefuseForm, {}).errors == {}
    made = form(RefuseForm, {"reason": "because"})
    assert not made.validate()
    assert made.errors == {"reason": ["Say why you refuse"]}


def test_a_refusal_widens_the_search_where_the_playbook_says_so():
    """S010"""
    facts = some_facts(playbook=MARKETPLACE, widens=True)

    assert refuse.play(Party.SUBCONTRACTOR, facts, {"reason": "no_time"}).effects == (
        Stand(Standing.REFUSED),
        Widen(),
    )


def test_the_last_refusal_hands_over_and_an_earlier_one_waits_for_the_others():
    """S010 S022"""
    alone, with_others = some_facts(), some_facts(others_asked=True)
    answer = {"reason": "price"}

    assert Redistribute() in refuse.play(Party.SUBCONTRACTOR, alone, answer).effects
    assert Redistribute() not in refuse.play(Party.SUBCONTRACTOR, with_others, answer).effects


def test_giving_the_job_back_redistributes_it_and_tells_the_manager():
    """S021 S022 S023"""
    facts = some_facts("offer.accept", phase=Phase.ASSIGNED, standing=Standing.ASSIGNED)

    outcome = withdraw.play(Party.SUBCONTRACTOR, facts, {"reason": "expertise", "told_customer": "yes"})

    assert outcome.phase is Phase.OFFERED
    assert outcome.effects[0] == Release(Standing.WITHDRAWN)
    assert Raise(Task.WITHDRAWN) in outcome.effects
    assert outcome.effects[-1] == Redistribute()
    assert [notice.to for _number, notice in outcome.notices] == [Party.MANAGER]


@pytest.mark.parametrize(
    ("urgent", "remind", "lapse"),
    [
        (False, timedelta(hours=24), timedelta(hours=48)),
        (True, timedelta(minutes=30), timedelta(minutes=30)),
    ],
)
def test_silence_is_reminded_then_becomes_the_managers_task(urgent, remind, lapse):
    """S042"""
    facts = some_facts(phase=Phase.DRAFT, standing=Standing.CHOSEN, urgent=urgent, history=())

    alarms = ACTS["offer.send"].play(Party.MANAGER, facts, {}).alarms

    assert [(alarm.act, alarm.due_at - MONDAY_NOON) for alarm in alarms] == [
        ("offer.remind", remind),
        ("offer.lapse", lapse),
    ]
    lapsed = ACTS["offer.lapse"].play(Party.CLOCK, some_facts(urgent=urgent), {})
    assert lapsed.effects == (Raise(Task.SILENT),)


def test_a_wave_has_one_hour_then_the_next_is_asked():
    """S010"""
    facts = some_facts(playbook=MARKETPLACE, widens=True, standing=Standing.CHOSEN, history=())

    alarms = ACTS["offer.send"].play(Party.CLOCK, facts, {}).alarms

    assert [(alarm.act, alarm.due_at - MONDAY_NOON) for alarm in alarms] == [
        ("offer.lapse", timedelta(hours=1))
    ]
    assert ACTS["offer.lapse"].play(Party.CLOCK, some_facts(widens=True), {}).effects == (Widen(),)


def test_address_and_customer_are_disclosed_to_the_assigned_only_where_the_playbook_says_so():
    """S013 O14"""
    assert some_facts(playbook=SYNDIC).discloses
    assert not some_facts(playbook=MARKETPLACE).discloses
    assert some_facts(playbook=MARKETPLACE, standing=Standing.ASSIGNED).discloses


def test_a_manager_cannot_accept_for_a_subcontractor_nor_the_other_way_round():
    """R10 O02"""
    assert not accept.open_to(Party.MANAGER, some_facts())
    assert not ACTS["offer.recall"].open_to(Party.SUBCONTRACTOR, some_facts())
