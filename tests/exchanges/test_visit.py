"""Visits as pure rules: who may say what, from when, and what follows; every clock on both its sides."""

from datetime import date, time, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused, TooLate
from fieldtickets.domain.effects import (
    ChargeKind,
    ChargeState,
    DropAppointment,
    KeepPosition,
    PauseOffers,
    Raise,
    Redistribute,
    Slot,
    Task,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.domain.sms_text import segments
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import frozen
from fieldtickets.exchanges.under_way import this_visit
from fieldtickets.exchanges.visit_forms import OnMyWayForm, OnSiteForm
from fieldtickets.language import LANGUAGES
from fieldtickets.outbox.wording import wording
from tests.builders import MONDAY_NOON, some_facts
from tests.exchanges.test_all_exchanges import LINK, a_delivery

START = MONDAY_NOON + timedelta(hours=26)  # Tuesday at 14:00 in Paris
MINUTE = timedelta(minutes=1)
COMES = (Party.SUBCONTRACTOR, Party.DELEGATE)


def on_the_day(*acts, now=START, **changes):
    """Karim has the job and comes on Tuesday at two; these acts were done since."""
    common = {
        "phase": Phase.ASSIGNED,
        "standing": Standing.ASSIGNED,
        "has_customer": True,
        "appointment": Slot(START),
        "price_cents": 9000,
    }
    return some_facts("offer.accept", *acts, now=now, **{**common, **changes})


def play(act, facts, answer=None, party=Party.SUBCONTRACTOR):
    return ACTS[act].play(party, facts, answer or {})


def kinds(outcome):
    return [type(effect) for effect in outcome.effects]


def test_on_the_way_brings_a_window_not_a_false_minute():
    """S072 S073"""
    facts = on_the_day(now=START - 25 * MINUTE)  # 13:35 in Paris

    kept = ACTS["visit.on_my_way"].written(facts, {"eta_minutes": 20})

    assert (kept["soonest"], kept["latest"]) == (time(13, 50), time(14, 0))
    assert [notice.to for _n, notice in play("visit.on_my_way", facts, kept).notices] == [Party.CUSTOMER]


@pytest.mark.translated
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("act", "kept"),
    [
        ("visit.on_my_way", {"soonest": time(13, 55), "latest": time(14, 45)}),
        ("visit.late", {"minutes": 120, "new_hour": time(16, 45)}),
    ],
)
def test_the_hours_of_an_arrival_fit_into_one_text_message(act, kept, language):
    """S073 S081 M16"""
    delivery = a_delivery(act, 0, language, "sms")
    delivery.words = {**delivery.words, "answer": frozen(kept)}

    assert segments(wording(delivery).sms(LINK)) == 1


@pytest.mark.parametrize("typed", ["", "0", "-5", "soon", "1441"])
def test_how_long_it_takes_is_a_number_of_minutes_within_a_day(typed):
    """S072 R15"""
    assert not OnMyWayForm(MultiDict({"eta_minutes": typed})).validate()


def test_a_tapped_tile_counts_beside_an_empty_input_and_not_against_what_is_typed():
    """S072 X10"""
    tapped = OnMyWayForm(MultiDict([("eta_minutes", "30"), ("eta_minutes", "")]))
    assert (tapped.validate(), tapped.answer()) == (True, {"eta_minutes": 30})

    assert not OnMyWayForm(MultiDict([("eta_minutes", "30"), ("eta_minutes", "20")])).validate()


def test_arrival_opens_half_an_hour_before_the_start_in_home_cleaning():
    """S075"""
    opens = START - timedelta(minutes=30)
    with pytest.raises(TooLate, match="from"):
        play("visit.arrive", on_the_day(playbook=HOME_CLEANING, now=opens - timedelta(seconds=1)))

    assert play("visit.arrive", on_the_day(playbook=HOME_CLEANING, now=opens)).phase is Phase.ASSIGNED


@pytest.mark.parametrize("playbook", [SYNDIC, MARKETPLACE])
def test_elsewhere_arrival_may_be_declared_at_any_time(playbook):
    """S075 S076"""
    play("visit.arrive", on_the_day(playbook=playbook, now=START - timedelta(days=1)))


def test_starting_puts_the_ticket_on_site():
    """S074 S077"""
    assert play("visit.start", on_the_day("visit.arrive")).phase is Phase.ON_SITE


def test_an_arrival_is_declared_once():
    """S077"""
    assert not ACTS["visit.arrive"].open_to(Party.SUBCONTRACTOR, on_the_day("visit.arrive"))
    assert not ACTS["visit.on_my_way"].open_to(Party.SUBCONTRACTOR, on_the_day("visit.arrive"))


def test_a_second_report_of_the_same_arrival_is_noted_once():
    """R11"""
    there = on_the_day("visit.arrive")
    assert ACTS["visit.arrive_again"].open_to(Party.DELEGATE, there)
    assert not ACTS["visit.arrive_again"].open_to(Party.DELEGATE, on_the_day())
    assert not ACTS["visit.arrive_again"].open_to(
        Party.SUBCONTRACTOR, on_the_day("visit.arrive", "visit.arrive_again")
    )


def test_the_code_of_the_site_proves_presence_however_it_is_typed():
    """S077"""
    facts = on_the_day(site_codes=("K7M2QX9TWB4H",))
    answer = {"site_code": "k7m2-qx9t wb4h"}

    play("visit.arrive", facts, answer)

    assert ACTS["visit.arrive"].written(facts, answer) == {"proof": "code"}


def test_the_code_of_another_site_is_refused_beside_its_field():
    """S077"""
    with pytest.raises(Refused, match="not the code") as refused:
        play("visit.arrive", on_the_day(site_codes=("K7M2QX9TWB4H",)), {"site_code": "AAAAAAAAAAAA"})
    assert refused.value.field == "site_code"


def test_a_position_is_rounded_and_stays_out_of_the_journal():
    """Y03"""
    answer = {"position": "45.764043, -4.835659"}

    assert play("visit.start", on_the_day(), answer).effects == (KeepPosition("45.764", "-4.836"),)
    assert ACTS["visit.start"].written(on_the_day(), answer) == {}


@pytest.mark.parametrize("typed", ["Lyon", "45.7", "91,4", "45,181", "45;4"])
def test_what_is_no_position_is_refused_beside_its_field(typed):
    """R15"""
    form = OnSiteForm(MultiDict({"position": typed}))

    assert not form.validate()
    assert list(form.errors) == ["position"]


def test_a_late_company_tells_the_new_hour_to_the_customer():
    """S081"""
    outcome = play("visit.late", on_the_day(now=START - 10 * MINUTE), {"minutes": 20})

    assert [notice.to for _n, notice in outcome.notices] == [Party.CUSTOMER, Party.MANAGER]
    assert ACTS["visit.late"].written(on_the_day(), {"minutes": 20})["new_hour"] == time(14, 20)


@pytest.mark.parametrize(("playbook", "minutes"), [(HOME_CLEANING, 0), (MARKETPLACE, 10), (SYNDIC, 0)])
def test_an_absence_can_be_reported_from_the_playbooks_minute_on(playbook, minutes):
    """S082 S085"""
    opens = START + minutes * MINUTE
    with pytest.raises(TooLate, match="call first"):
        play("visit.customer_absent", on_the_day(playbook=playbook, now=opens - timedelta(seconds=1)))

    told = [n.to for _n, n in play("visit.customer_absent", on_the_day(playbook=playbook, now=opens)).notices]

    assert told == [Party.CUSTOMER, Party.MANAGER]


def test_the_clock_says_when_one_may_leave_half_an_hour_after_the_start():
    """S083"""
    leave, waits = ACTS["visit.may_leave"], on_the_day("visit.customer_absent", playbook=HOME_CLEANING)

    assert not leave.open_to(Party.CLOCK, on_the_day(playbook=HOME_CLEANING))
    assert leave.open_to(Party.CLOCK, waits)
    assert leave.due(waits) == (START + 30 * MINUTE,)
    assert not leave.open_to(Party.CLOCK, on_the_day("visit.customer_absent", "visit.start"))
    assert leave.due(on_the_day("visit.customer_absent", playbook=SYNDIC)) == ()


def late_by(minutes, *acts, now):
    """He said at 13:50 that he comes so much later; these acts were done since."""
    facts = on_the_day("visit.late", *acts, playbook=MARKETPLACE, now=now)
    told = Done("visit.late", START - 10 * MINUTE, answer={"minutes": minutes})
    history = tuple(told if done.act == "visit.late" else done for done in facts.history)
    return on_the_day(playbook=MARKETPLACE, now=now, history=history)


def test_who_is_late_waits_from_the_hour_that_the_customer_was_told():
    """S081 S083 S085"""
    early, ready = START + 29 * MINUTE, START + 30 * MINUTE  # ten minutes after 14:20
    with pytest.raises(TooLate):
        play("visit.customer_absent", late_by(20, now=early), {"photo": 1})
    play("visit.customer_absent", late_by(20, now=ready), {"photo": 1})

    waiting = late_by(20, "visit.customer_absent", now=ready)
    assert ACTS["visit.may_leave"].due(waiting) == (START + 30 * MINUTE,)
    assert not ACTS["visit.nobody_came"].open_to(Party.CUSTOMER, late_by(20, now=START + 24 * MINUTE))
    assert ACTS["visit.nobody_came"].open_to(Party.CUSTOMER, late_by(20, now=START + 25 * MINUTE))


def test_before_a_shut_door_the_page_asks_for_the_work_then_why_it_could_not_be_done():
    """S080 S083 S086"""
    door = ("visit.arrive", "visit.customer_absent")
    asked_of = {
        minutes: [
            act.name
            for act in ACTS.values()
            if act.asked_now(
                Party.SUBCONTRACTOR, on_the_day(*door, playbook=HOME_CLEANING, now=START + minutes * MINUTE)
            )
        ]
        for minutes in (29, 30)
    }

    assert asked_of == {29: ["visit.start"], 30: ["visit.fail"]}


@pytest.mark.parametrize(("playbook", "minutes"), [(HOME_CLEANING, 30), (MARKETPLACE, 10)])
def test_who_leaves_because_nobody_is_there_has_waited(playbook, minutes):
    """S083 S086"""
    answer, leaves = {"reason": "customer_absent"}, START + minutes * MINUTE
    with pytest.raises(Refused, match="wait") as refused:
        play("visit.fail", on_the_day(playbook=playbook, now=leaves - timedelta(seconds=1)), answer)
    assert refused.value.field == "reason"

    play("visit.fail", on_the_day(playbook=playbook, now=leaves), answer)


@pytest.mark.parametrize(
    ("playbook", "price", "fee"),
    [(HOME_CLEANING, 3999, 3999), (HOME_CLEANING, 9000, 4000), (MARKETPLACE, 9000, 9000)],
)
def test_absence_costs_the_customer_by_the_playbook(playbook, price, fee):
    """S084 S087"""
    facts = on_the_day(playbook=playbook, price_cents=price, now=START + timedelta(hours=1))

    charge, dropped, task = play("visit.fail", facts, {"reason": "customer_absent"}).effects

    amount = charge.amount
    assert (amount.kind, amount.state, amount.payer) == (ChargeKind.FEE, ChargeState.AGREED, Party.CUSTOMER)
    assert amount.net_cents == fee
    assert (dropped, task) == (DropAppointment(), Raise(Task.NO_SHOW))


@pytest.mark.parametrize("reason", ["no_access", "wrong_material", "line_not_active", "unsafe", "other"])
def test_any_other_failure_costs_nothing_and_is_an_incident(reason):
    """S088 S089 S090"""
    outcome = play("visit.fail", on_the_day(phase=Phase.ON_SITE, playbook=HOME_CLEANING), {"reason": reason})

    assert outcome.effects == (DropAppointment(), Raise(Task.INCIDENT))
    assert outcome.phase is Phase.ASSIGNED


def test_where_the_playbook_has_no_absence_fee_none_is_charged():
    """S084"""
    facts = on_the_day(now=START + timedelta(hours=1))

    assert kinds(play("visit.fail", facts, {"reason": "customer_absent"})) == [DropAppointment, Raise]


def test_a_customer_who_cancels_by_word_of_mouth_is_asked_to_do_it():
    """S110"""
    outcome = play("visit.customer_cancels", on_the_day(), {"comment": "Elle ne veut plus"})

    assert outcome.effects == (Raise(Task.CANCELLED),)
    assert [notice.to for _n, notice in outcome.notices] == [Party.MANAGER, Party.CUSTOMER]


@pytest.mark.parametrize("fixed", [True, False])
def test_who_cannot_come_sets_off_a_new_search_and_the_customer_is_warned(fixed):
    """S111"""
    outcome = play("visit.cannot_come", on_the_day(appointment_fixed=fixed), {"comment": "Panne"})

    assert Redistribute() in outcome.effects
    assert (DropAppointment() in outcome.effects) is not fixed
    assert outcome.phase is Phase.OFFERED
    assert [notice.to for _n, notice in outcome.notices].count(Party.CUSTOMER) == 1


def test_several_late_cancellations_pause_the_offers_by_playbook():
    """S111"""
    pause = PauseOffers(("visit.cannot_come",), 3, timedelta(days=30), timedelta(days=7))

    assert (
        pause in play("visit.cannot_come", on_the_day(playbook=HOME_CLEANING), {"comment": "Panne"}).effects
    )
    assert PauseOffers not in kinds(play("visit.cannot_come", on_the_day(), {"comment": "Panne"}))


def test_the_customer_may_say_that_nobody_came_from_five_minutes_on():
    """S077"""
    came = ACTS["visit.nobody_came"]
    at = START + 5 * MINUTE

    assert not came.open_to(Party.CUSTOMER, on_the_day(now=at - timedelta(seconds=1), standing=None))
    assert came.open_to(Party.CUSTOMER, on_the_day(now=at, standing=None))
    assert not came.open_to(Party.CUSTOMER, on_the_day("visit.nobody_came", now=at, standing=None))


def test_with_a_new_date_the_visit_begins_anew():
    """S089"""
    agreed = Done(
        "appointment.propose",
        MONDAY_NOON,
        {"date": date(2031, 5, 6), "time": time(14, 0), "agreed_with_customer": True},
    )
    failed = on_the_day("visit.customer_absent", "visit.fail")
    proposed = on_the_day(history=(Done("visit.customer_absent", MONDAY_NOON), agreed))

    assert this_visit(failed) == []
    assert this_visit(proposed) == []
    assert ACTS["visit.on_my_way"].open_to(Party.SUBCONTRACTOR, failed)


def test_a_technician_reports_from_the_site_but_does_not_give_the_job_back():
    """S072 S088"""
    open_acts = {name for name, act in ACTS.items() if act.open_to(Party.DELEGATE, on_the_day())}

    assert {"visit.on_my_way", "visit.arrive", "visit.start", "visit.fail"} <= open_acts
    assert "visit.cannot_come" not in open_acts
