"""Presence as pure rules: when it is asked for, who may answer, and what the customer learns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, TooLate
from fieldtickets.domain.effects import Raise, Settle, Slot, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.presence import DenyForm, questions
from fieldtickets.exchanges.reckoning import confirmed, declined
from tests.builders import MONDAY_NOON, some_facts

confirm, deny, ask = ACTS["presence.confirm"], ACTS["presence.deny"], ACTS["presence.ask"]
remind, lapse, propose = ACTS["presence.remind"], ACTS["presence.lapse"], ACTS["appointment.propose"]
THURSDAY_AT_TWO = MONDAY_NOON + timedelta(days=3, hours=2)
DAY_BEFORE = THURSDAY_AT_TWO - timedelta(hours=24)


def visit(*then, at=THURSDAY_AT_TWO, playbook=MARKETPLACE, **changes):
    """Karim accepted on Monday, called, and agreed on a date; then these acts were done, one by one."""
    facts = some_facts(
        "offer.accept",
        **{
            "phase": Phase.ASSIGNED,
            "standing": Standing.ASSIGNED,
            "appointment": Slot(at),
            "playbook": playbook,
            "has_customer": True,
            "now": DAY_BEFORE,
            **changes,
        },
    )
    called = Done("call.log", MONDAY_NOON, {"outcome": "reached"}, Party.SUBCONTRACTOR)
    agreed = Done("appointment.agree", MONDAY_NOON, {"slot": "1"}, Party.CUSTOMER)
    return replace(facts, history=(*facts.history, called, agreed, *then))


def told(act, facts, answer=None):
    outcome = act.play(act.by[0], facts, answer or {})
    return [notice for _number, notice in outcome.notices]


def test_presence_is_asked_a_day_before_and_not_earlier():
    """S043"""
    assert [one.asked_at for one in questions(visit())] == [DAY_BEFORE]
    assert not confirm.open_to(Party.SUBCONTRACTOR, visit(now=DAY_BEFORE - timedelta(minutes=1)))
    assert confirm.asked_now(Party.SUBCONTRACTOR, visit())
    assert deny.open_to(Party.SUBCONTRACTOR, visit())


def test_a_date_agreed_on_its_eve_is_not_asked_about_again():
    """S043: who has just said when it comes need not say so twice."""
    assert questions(visit(at=MONDAY_NOON + timedelta(hours=20))) == ()
    assert not confirm.open_to(Party.SUBCONTRACTOR, visit(at=MONDAY_NOON + timedelta(hours=20)))


def test_confirming_reminds_the_customer_and_settles_the_managers_task():
    """S044"""
    outcome = confirm.play(Party.SUBCONTRACTOR, visit(), {})

    assert outcome.effects == (Settle((Task.NO_PRESENCE,)),)
    (reminder,) = told(confirm, visit())
    assert reminder.to is Party.CUSTOMER
    assert reminder.reminder
    assert reminder.sms


def test_a_confirmation_in_the_night_before_an_early_visit_reminds_by_mail_alone():
    """S044 M19: a text that waits for eight o'clock would come after the visit."""
    seven = datetime(2031, 5, 8, 5, 0, tzinfo=UTC)
    (reminder,) = told(confirm, visit(at=seven, now=seven - timedelta(hours=9)))
    assert not reminder.sms
    assert not reminder.reminder


def test_denying_is_the_managers_and_the_customer_is_told_nothing():
    """S043"""
    outcome = deny.play(Party.SUBCONTRACTOR, visit(), {"reason": "Malade."})

    assert outcome.effects == (Raise(Task.NO_PRESENCE),)
    assert [notice.to for notice in told(deny, visit(), {"reason": "Malade."})] == [Party.MANAGER]


def test_a_denial_says_why():
    """S043"""
    form = DenyForm(MultiDict({"reason": "  "}))
    assert not form.validate()
    assert form.errors == {"reason": ["Say why you cannot come"]}


def test_after_a_denial_a_new_date_is_asked_and_the_job_can_be_given_back():
    """S043 S046 S021"""
    said_no = Done("presence.deny", DAY_BEFORE, {"reason": "Malade."}, Party.SUBCONTRACTOR)
    facts = visit(said_no, now=DAY_BEFORE + timedelta(minutes=5))

    assert declined(facts)
    assert propose.asked_now(Party.SUBCONTRACTOR, facts)
    assert ACTS["offer.withdraw"].open_to(Party.SUBCONTRACTOR, facts)
    assert not confirm.asked_now(Party.SUBCONTRACTOR, facts)
    assert confirm.open_to(Party.SUBCONTRACTOR, facts), "a no may become a yes"
    assert not propose.asked_now(Party.SUBCONTRACTOR, visit())


def test_a_second_answer_comes_too_late():
    """R07"""
    said_yes = Done("presence.confirm", DAY_BEFORE, {}, Party.SUBCONTRACTOR)
    facts = visit(said_yes, now=DAY_BEFORE + timedelta(minutes=5))
    for act in (confirm, deny):
        with pytest.raises(TooLate):
            act.play(Party.SUBCONTRACTOR, facts, {"reason": "x"})


def test_a_new_date_is_confirmed_anew():
    """S043 S046"""
    said_yes = Done("presence.confirm", DAY_BEFORE, {}, Party.SUBCONTRACTOR)
    facts = visit(said_yes, now=DAY_BEFORE + timedelta(minutes=5))
    assert confirmed(facts)

    moved = Done("appointment.agree", facts.now, {"slot": "1"}, Party.CUSTOMER)
    later = THURSDAY_AT_TWO + timedelta(days=5)
    anew = replace(facts, history=(*facts.history, moved), appointment=Slot(later))
    assert not confirmed(anew)
    assert [one.asked_at for one in questions(anew)] == [later - timedelta(hours=24)]
    assert confirm.open_to(Party.SUBCONTRACTOR, replace(anew, now=later - timedelta(hours=24)))


def test_what_was_confirmed_before_the_job_was_cancelled_and_reopened_is_asked_again():
    """R13 S043"""
    said_yes = Done("presence.confirm", DAY_BEFORE, {}, Party.SUBCONTRACTOR)
    reopened = Done("ticket.reopen", DAY_BEFORE + timedelta(hours=2), {"reason": "x"}, Party.MANAGER)
    facts = visit(said_yes, reopened, now=DAY_BEFORE + timedelta(hours=3))
    assert not confirmed(facts)
    assert confirm.asked_now(Party.SUBCONTRACTOR, facts)


@pytest.mark.parametrize(
    ("visit_at", "asked_at"),
    [
        # Sunday 25 October 2026, 14:00 in Paris, hours after the clocks went back: 15:00 on Saturday
        (datetime(2026, 10, 25, 13, tzinfo=UTC), datetime(2026, 10, 24, 13, tzinfo=UTC)),
        # Sunday 28 March 2027, 14:00 in Paris, after they went forward: 13:00 on Saturday
        (datetime(2027, 3, 28, 12, tzinfo=UTC), datetime(2027, 3, 27, 12, tzinfo=UTC)),
        # 29 February and the last day of a year are days like others
        (datetime(2028, 3, 1, 13, tzinfo=UTC), datetime(2028, 2, 29, 13, tzinfo=UTC)),
        (datetime(2027, 1, 1, 13, tzinfo=UTC), datetime(2026, 12, 31, 13, tzinfo=UTC)),
    ],
)
def test_twenty_four_hours_are_real_hours_whatever_the_clocks_do(visit_at, asked_at):
    """T01 T02 T06 S043"""
    facts = some_facts(
        phase=Phase.ASSIGNED,
        standing=Standing.ASSIGNED,
        playbook=MARKETPLACE,
        appointment=Slot(visit_at),
        history=(),
        now=asked_at,
    )
    assert [one.asked_at for one in questions(facts)] == [asked_at]


def test_nobody_is_asked_in_the_night():
    """M19: for a visit at 7:00 or 22:00 the question waits for eight o'clock, and so does its reminder."""
    seven, ten = datetime(2031, 5, 8, 5, tzinfo=UTC), datetime(2031, 5, 8, 20, tzinfo=UTC)
    local_hours = [
        [instant.hour + 2 for instant in (one.asked_at, one.reminded_at, one.lapses_at)]
        for at in (seven, THURSDAY_AT_TWO, ten)
        for one in questions(visit(at=at))
    ]
    assert local_hours == [[8, 12, 16], [14, 18, 8], [8, 12, 16]]


def test_silence_is_reminded_once_then_the_managers():
    """S043"""
    facts = visit(Done("presence.ask", DAY_BEFORE, {"number": 1}, Party.CLOCK), now=DAY_BEFORE)
    later = replace(facts, now=DAY_BEFORE + timedelta(hours=4))
    assert [one.to for one in told(remind, later)] == [Party.SUBCONTRACTOR]
    assert lapse.play(Party.CLOCK, later, {}).effects == (Raise(Task.NO_PRESENCE),)
    assert [one.to for one in told(lapse, later)] == [Party.MANAGER]


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), *(timedelta(hours=hours) for hours in (1, 8, 12))])
@pytest.mark.parametrize("hour", [0, 5, 8, 14, 23])
def test_a_silence_is_the_managers_before_the_visit_however_short_the_time(ahead, hour):
    """S043 M19: also by rules that were kept before their form saw to it."""
    at = THURSDAY_AT_TWO.replace(hour=hour)
    facts = visit(at=at, playbook=replace(MARKETPLACE, confirms_before=ahead))
    (question,) = questions(facts)

    assert question.asked_at < question.reminded_at < question.lapses_at < at
    silent = lapse.play(Party.CLOCK, replace(facts, now=question.lapses_at), {})
    assert silent.effects == (Raise(Task.NO_PRESENCE),)


def test_a_question_that_came_late_after_an_outage_needs_no_reminder_on_top():
    """T05 M19"""
    woken = DAY_BEFORE + timedelta(hours=5)
    facts = visit(Done("presence.ask", woken, {"number": 1}, Party.CLOCK), now=woken)
    assert told(remind, facts) == []


def test_a_worker_that_wakes_after_the_visit_asks_nobody_whether_it_will_come():
    """T05"""
    assert told(ask, visit(now=THURSDAY_AT_TWO + timedelta(hours=1))) == []


def test_a_building_manager_asks_on_the_day_at_the_hour():
    """S048: both by text message and by e-mail, with words of their own."""
    facts = visit(playbook=SYNDIC, now=THURSDAY_AT_TWO)
    (question,) = questions(facts)
    assert question.asked_at == THURSDAY_AT_TWO
    (notice,) = told(ask, facts)
    assert "on site" in notice.sms
    assert "on site" in notice.subject
    assert told(confirm, facts) == [], "the customer sees who has come"


def test_a_playbook_may_ask_both_before_and_at_the_hour():
    """S043 S048"""
    both = replace(MARKETPLACE, asks_presence=True)
    before = Done("presence.confirm", DAY_BEFORE, {}, Party.SUBCONTRACTOR)
    facts = visit(before, playbook=both, now=THURSDAY_AT_TWO)
    assert [one.on_site for one in questions(facts)] == [False, True]
    assert confirm.asked_now(Party.SUBCONTRACTOR, facts)
    assert ask.due(facts) == (THURSDAY_AT_TWO,)


def test_a_playbook_that_asks_nothing_has_no_question():
    """S043"""
    assert questions(visit(playbook=HOME_CLEANING)) == ()
    assert not confirm.open_to(Party.SUBCONTRACTOR, visit(playbook=HOME_CLEANING))


def test_who_has_left_need_not_say_that_it_comes_and_who_arrived_not_that_it_is_there():
    """S043 S048"""
    left = Done("visit.on_my_way", THURSDAY_AT_TWO - timedelta(hours=1), {}, Party.SUBCONTRACTOR)
    arrived = Done("visit.arrive", THURSDAY_AT_TWO + timedelta(minutes=5), {}, Party.SUBCONTRACTOR)
    on_the_way = visit(left, now=THURSDAY_AT_TWO - timedelta(minutes=30))
    assert not confirm.open_to(Party.SUBCONTRACTOR, on_the_way)
    assert not lapse.open_to(Party.CLOCK, on_the_way)

    late = visit(left, playbook=SYNDIC, now=THURSDAY_AT_TWO + timedelta(minutes=1))
    assert confirm.open_to(Party.SUBCONTRACTOR, late)
    assert not confirm.asked_now(Party.SUBCONTRACTOR, late), "its page asks when it arrives"
    there = visit(left, arrived, playbook=SYNDIC, now=THURSDAY_AT_TWO + timedelta(minutes=6))
    assert not confirm.open_to(Party.SUBCONTRACTOR, there)
    assert not lapse.open_to(Party.CLOCK, there)
