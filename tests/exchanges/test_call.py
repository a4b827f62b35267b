"""Calls as pure rules: what is asked first, how tries are counted, and when they are enough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused
from fieldtickets.domain.effects import Raise, Settle, Slot, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.call import CallForm
from fieldtickets.exchanges.reckoning import tried_enough, tries
from fieldtickets.exchanges.visit_off import WithdrawForm
from tests.builders import MONDAY_NOON, some_facts

log, propose, withdraw = ACTS["call.log"], ACTS["appointment.propose"], ACTS["offer.withdraw"]
remind, lapse, prompt = ACTS["call.remind"], ACTS["call.lapse"], ACTS["call.prompt"]
GIVES_UP = {"reason": "no_answer", "told_customer": "no"}


def job(*channels, playbook=MARKETPLACE, **changes):
    """Karim accepted at noon on Monday, then tried to reach Anna in these ways, in vain, one a minute."""
    facts = some_facts(
        "offer.accept",
        **{
            "phase": Phase.ASSIGNED,
            "standing": Standing.ASSIGNED,
            "playbook": playbook,
            "has_customer": True,
            **changes,
        },
    )
    return calls(facts, *({"outcome": "no_answer", "channel": one} for one in channels))


def calls(facts, *answers):
    for answer in answers:
        at = facts.now + timedelta(minutes=1)
        facts = replace(facts, now=at, history=(*facts.history, Done("call.log", at, answer)))
    return facts


def told(act, facts, answer=None):
    return [notice.to for _number, notice in act.play(act.by[0], facts, answer or {}).notices]


def form(facts, typed):
    made = CallForm(MultiDict(typed))
    made.fit(facts, Party.SUBCONTRACTOR)
    return made


def test_after_accepting_the_call_is_asked_and_once_reached_the_date():
    """S025 S026 S031"""
    assert log.asked_now(Party.SUBCONTRACTOR, job())
    assert not propose.asked_now(Party.SUBCONTRACTOR, job())

    talked = calls(job("phone"), {"outcome": "reached", "channel": "phone"})
    assert not log.asked_now(Party.SUBCONTRACTOR, talked)
    assert propose.asked_now(Party.SUBCONTRACTOR, talked)


@pytest.mark.parametrize("playbook", [SYNDIC, HOME_CLEANING])
def test_where_calling_is_no_duty_a_call_may_be_noted_but_is_not_asked(playbook):
    """S026 S036"""
    assert log.open_to(Party.SUBCONTRACTOR, job(playbook=playbook))
    assert not log.asked_now(Party.SUBCONTRACTOR, job(playbook=playbook))
    assert not lapse.open_to(Party.CLOCK, job(playbook=playbook))


def test_a_ticket_without_a_customer_has_nobody_to_call():
    """S025"""
    assert not log.open_to(Party.SUBCONTRACTOR, job(has_customer=False))
    assert propose.asked_now(Party.SUBCONTRACTOR, job(has_customer=False))


def test_the_checklist_is_on_the_form_and_what_was_ticked_is_kept():
    """S027 S028 S029 S030"""
    made = form(job(), {"outcome": "reached", "checked": ["introduce", "scope", "equipment"]})

    assert made.validate()
    assert [one[0] for one in made.checked.iter_choices()] == [
        "introduce",
        "scope",
        "equipment",
        "access",
        "appointment",
    ]
    assert made.answer() == {
        "outcome": "reached",
        "channel": "phone",
        "checked": ["introduce", "scope", "equipment"],
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "maybe"}, "outcome"),
        ({"outcome": "reached", "channel": "pigeon"}, "channel"),
        ({"outcome": "reached", "checked": ["dance"]}, "checked"),
    ],
)
def test_what_is_not_on_the_lists_is_refused_beside_its_field(typed, field):
    """R16"""
    made = form(job(), typed)
    assert not made.validate()
    assert list(made.errors) == [field]


def test_tries_are_counted_and_shown():
    """S035"""
    shown = form(job("phone", "phone", "sms"), {}).outcome.description
    assert shown.words == {"count": 3, "most": 5, "ways": 2, "wanted": 2}
    assert not form(job(), {}).outcome.description


@pytest.mark.parametrize(
    ("channels", "enough"),
    [
        (["phone"] * 4 + ["sms"], True),
        (["phone"] * 5, False),
        (["phone", "sms", "email", "phone"], False),
        (["phone"] * 9 + ["email"], True),
    ],
)
def test_five_tries_in_two_ways_are_enough(channels, enough):
    """S032 S035"""
    assert tried_enough(job(*channels)) is enough


def test_a_customer_who_was_reached_in_between_is_counted_anew():
    """S035"""
    facts = calls(job("phone", "sms", "phone"), {"outcome": "reached"}, {"outcome": "no_answer"})
    assert tries(facts) == (1, 1)


def test_the_customer_who_does_not_answer_is_a_reason_only_after_enough_tries():
    """S035 S021"""
    with pytest.raises(Refused, match="First try") as refused:
        withdraw.play(Party.SUBCONTRACTOR, job("phone", "phone"), GIVES_UP)
    assert refused.value.field == "reason"
    assert refused.value.message.words == {"most": 5, "ways": 2}

    outcome = withdraw.play(Party.SUBCONTRACTOR, job(*["phone"] * 4, "email"), GIVES_UP)
    assert outcome.phase is Phase.OFFERED


def test_that_reason_is_offered_where_calling_is_a_duty():
    """S035"""

    def reasons(facts):
        made = WithdrawForm(MultiDict())
        made.fit(facts, Party.SUBCONTRACTOR)
        return [one.value for one in made.reason.choices]

    assert "no_answer" in reasons(job())
    assert "no_answer" not in reasons(job(playbook=SYNDIC))
    assert "no_answer" not in reasons(job(has_customer=False))


def test_the_try_that_makes_enough_is_the_managers_once():
    """S034 S035"""
    answer = {"outcome": "no_answer", "channel": "sms"}
    fifth = job("phone", "phone", "phone", "phone")
    assert log.play(Party.SUBCONTRACTOR, fifth, answer).effects == (Raise(Task.NO_CALL),)
    assert told(log, fifth, answer) == [Party.MANAGER]

    assert told(log, job("phone"), answer) == []
    sixth = calls(fifth, answer)
    assert told(log, sixth, answer) == []
    assert not log.asked_now(Party.SUBCONTRACTOR, sixth)


def test_an_agreed_visit_takes_place_although_nobody_answers():
    """S033: the date stands, and nothing in the tries takes it away."""
    facts = job(*["phone"] * 4, appointment=Slot(MONDAY_NOON + timedelta(days=2)))
    outcome = log.play(Party.SUBCONTRACTOR, facts, {"outcome": "no_answer", "channel": "email"})
    assert outcome.phase is Phase.ASSIGNED
    assert outcome.effects == (Raise(Task.NO_CALL),)
    assert "visit takes place" in log.then


def test_a_wrong_number_is_for_the_manager_to_correct():
    """S032 M20"""
    answer = {"outcome": "wrong_number"}
    assert log.play(Party.SUBCONTRACTOR, job(), answer).effects == (Raise(Task.NO_CALL),)
    assert told(log, job(), answer) == [Party.MANAGER]
    assert tries(calls(job(), answer)) == (0, 0)


def test_reaching_the_customer_settles_the_managers_task():
    """S025"""
    assert log.play(Party.SUBCONTRACTOR, job(), {"outcome": "reached"}).effects == (Settle((Task.NO_CALL,)),)


def test_the_call_is_due_within_twelve_hours_with_a_reminder_half_way():
    """S025"""
    assert remind.due(job()) == (MONDAY_NOON + timedelta(hours=6),)
    assert lapse.due(job()) == (MONDAY_NOON + timedelta(hours=12),)
    assert told(lapse, job()) == [Party.MANAGER, Party.SUBCONTRACTOR]
    assert lapse.play(Party.CLOCK, job(), {}).effects == (Raise(Task.NO_CALL),)


def test_a_reminder_that_would_ring_at_night_is_left_to_the_end_of_the_time():
    """M19"""
    at_four = Done("offer.accept", MONDAY_NOON + timedelta(hours=4))
    facts = replace(job(), history=(at_four,), now=at_four.at)
    assert remind.due(facts) == ()
    assert lapse.due(facts) == (at_four.at + timedelta(hours=12),)


def test_after_an_outage_the_late_reminder_is_silent():
    """T05"""
    assert told(remind, job(now=MONDAY_NOON + timedelta(hours=6))) == [Party.SUBCONTRACTOR]
    assert told(remind, job(now=MONDAY_NOON + timedelta(hours=13))) == []


def test_the_customer_is_called_again_before_the_company_leaves():
    """S045"""
    visit = MONDAY_NOON + timedelta(days=2)
    talked = calls(job(appointment=Slot(visit)), {"outcome": "reached"})
    (at,) = prompt.due(talked)
    assert at == visit - timedelta(hours=2)

    assert not log.asked_now(Party.SUBCONTRACTOR, replace(talked, now=at - timedelta(minutes=1)))
    due = replace(talked, now=at)
    assert told(prompt, due) == [Party.SUBCONTRACTOR]
    confirmed = Done("presence.confirm", visit - timedelta(hours=20), {}, Party.SUBCONTRACTOR)
    assert log.asked_now(Party.SUBCONTRACTOR, replace(due, history=(*due.history, confirmed)))

    again = calls(due, {"outcome": "no_answer"})
    assert not prompt.open_to(Party.CLOCK, again)
    assert not log.asked_now(Party.SUBCONTRACTOR, again)


@pytest.mark.parametrize(
    ("visit", "hours"),
    [
        (datetime(2031, 5, 8, 6, 0, tzinfo=UTC), []),  # 8:00 in Paris: no call is polite before it
        (datetime(2031, 5, 8, 7, 0, tzinfo=UTC), [8]),  # 9:00: the call waits for eight o'clock
        (datetime(2031, 5, 8, 12, 0, tzinfo=UTC), [12]),
    ],
)
def test_nobody_is_called_in_the_night(visit, hours):
    """S045 M19"""
    facts = calls(job(appointment=Slot(visit)), {"outcome": "reached"})
    assert [at.hour + 2 for at in prompt.due(facts)] == hours


def test_a_date_agreed_within_the_hour_needs_no_call_before_it():
    """S045"""
    facts = job(appointment=Slot(MONDAY_NOON + timedelta(hours=1)))
    assert not prompt.open_to(Party.CLOCK, facts)
