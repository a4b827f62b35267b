"""When something is wrong: one choice on the page of the link, and what follows happens by itself (S080)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import Clock, Delivery, Dispatch, Ticket, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import fill
from tests.web.signing_in import sign_in

START = MONDAY_NOON + timedelta(hours=26)  # Tuesday at two
WAYS = {"redistribute": {"no_time", "expertise"}, "no answer": {"no_answer"}, "other": {"other"}}
PICKER = re.compile(r'<details[^>]*id="problem">.*?</details>', re.DOTALL)
MOVED = {"date": "2031-05-08", "time": "09:00", "agreed_with_customer": "y"}
STAGES = {
    "offered": [],
    "refused": [("offer.refuse", {"reason": "no_time"}, Party.SUBCONTRACTOR)],
    "assigned": [("offer.accept", TUESDAY_AT_TWO, Party.SUBCONTRACTOR)],
    "on site": [
        ("offer.accept", TUESDAY_AT_TWO, Party.SUBCONTRACTOR),
        ("visit.start", {}, Party.SUBCONTRACTOR),
    ],
    "recalled": [("offer.recall", {}, Party.MANAGER)],
    "cancelled": [("ticket.cancel", {"source": "manager", "reason": "x"}, Party.MANAGER)],
    "closed": [("ticket.close", {}, Party.MANAGER)],
}

# what is chosen, when, what is answered; what has happened when the page answers:
# whom the act itself told, the manager's task, where the ticket stands
CHOICES = {
    "I am late": ("visit.late", -1, {"minutes": "20"}, {"customer", "manager"}, None, Phase.ASSIGNED),
    "the date changes": (
        "appointment.propose", -20, MOVED, {"customer", "manager", "subcontractor"}, None, Phase.ASSIGNED,
    ),
    "the customer is not there": (
        "visit.customer_absent", 1, {}, {"customer", "manager"}, None, Phase.ASSIGNED,
    ),
    "the customer cancels": (
        "visit.customer_cancels", -1, {"comment": "Elle annule."}, {"customer", "manager"}, Task.CANCELLED,
        Phase.ASSIGNED,
    ),
    "I cancel": (
        "visit.cannot_come", -1, {"comment": "Camionnette en panne, je ne peux pas rouler."},
        {"customer", "manager", "subcontractor"}, None, Phase.OFFERED,
    ),
}  # fmt: skip


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def visit(parts, cast):
    """Karim comes to Mrs Rossi's on Tuesday at two."""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)
    do(parts, cast, job, "call.log", cast.karim, {"outcome": "reached"})
    agreed = {**TUESDAY_AT_TWO, "agreed_with_customer": True}
    do(parts, cast, job, "appointment.propose", cast.karim, agreed)
    return job


def rows(database, cast, what):
    with database.read(cast.organisation) as session:
        return list(session.scalars(what))


@pytest.mark.parametrize("choice", CHOICES)
def test_one_choice_sets_off_its_act_and_all_that_follows(phone, parts, cast, database, clock, visit, choice):
    """S080 S081 S082 S110 S111"""
    act, hours, answer, told, task, phase = CHOICES[choice]
    clock.instant, path = START + timedelta(hours=hours), visit.path(cast.karim)
    picker = PICKER.search(phone.get(path).text)[0]
    assert f'href="{path}/{act}"' in picker

    since = len(acts_done(database, cast.organisation))
    earlier = rows(database, cast, select(Delivery.id).where(Delivery.act == act))
    assert fill(phone, path, act, **answer).status_code == 303

    assert acts_done(database, cast.organisation)[since] == act
    owed = select(Delivery.party).where(Delivery.act == act, Delivery.id.not_in(earlier))
    assert set(rows(database, cast, owed)) == told
    open_tasks = rows(database, cast, select(TodoTask.kind).where(TodoTask.settled_at.is_(None)))
    assert open_tasks == ([task] if task else [])
    assert rows(database, cast, select(Ticket.phase)) == [phase]
    lucie = select(Dispatch.standing).where(Dispatch.subcontractor_id == cast.lucie)
    assert rows(database, cast, lucie) == ([Standing.OFFERED] if phase is Phase.OFFERED else [])


def test_who_reports_an_absence_is_told_by_itself_when_the_wait_is_over(
    phone, parts, cast, database, clock, visit
):
    """S080 S083"""
    clock.instant = START + timedelta(minutes=10)
    assert fill(phone, visit.path(cast.karim), "visit.customer_absent").status_code == 303

    waits = select(Clock.state).where(Clock.kind == "visit.may_leave")
    parts.rounds.run()
    assert rows(database, cast, waits) == ["fired"]
    assert "visit.may_leave" in acts_done(database, cast.organisation)


def test_there_are_exactly_three_ways_to_give_a_job_back(phone, parts, cast, database):
    """S112 S021 S035"""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)
    path = job.path(cast.karim)
    page = phone.get(f"{path}/offer.withdraw").text

    reasons = re.findall(r'name="reason" value="(\w+)"', page)
    assert sorted(reasons) == sorted(set().union(*WAYS.values()))
    others = [
        name for name in ("ticket.cancel", "visit.cannot_come") if f"{path}/{name}" in phone.get(path).text
    ]
    assert others == []  # without a date there is nothing to come to, and cancelling is not the company's


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"reason": "no_time"}, None),
        ({"reason": "expertise"}, None),
        ({"reason": "no_answer"}, "First try 5 times, in 2 different ways"),
        ({"reason": "other"}, "Say the reason in a few words"),
        ({"reason": "other", "comment": "Ma camionnette est en panne."}, None),
    ],
)
def test_each_way_asks_for_what_it_needs_and_the_job_is_asked_of_others(
    phone, parts, cast, database, answer, refusal
):
    """S112 S021 S022 S035"""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)

    sent = fill(phone, job.path(cast.karim), "offer.withdraw", told_customer="no", **answer)

    assert sent.status_code == (422 if refusal else 303)
    assert refusal is None or refusal in sent.text
    standings = rows(database, cast, select(Dispatch.standing).where(Dispatch.subcontractor_id == cast.karim))
    assert standings == [Standing.ASSIGNED if refusal else Standing.WITHDRAWN]
    asked = rows(database, cast, select(Dispatch.standing).where(Dispatch.subcontractor_id == cast.lucie))
    assert asked == ([] if refusal else [Standing.OFFERED])


@pytest.mark.parametrize("stage", STAGES)
def test_the_manager_is_reached_directly_at_every_stage(phone, parts, cast, clock, app, stage):
    """S055 S049 S053: a person reads it, and sees it first."""
    job = a_ticket(parts, cast, cast.karim)
    for act, answer, party in STAGES[stage]:
        clock.instant = START if act == "visit.start" else clock.instant
        do(parts, cast, job, act, cast.karim, answer, party=party, now=clock.instant)
    path, nadia = job.path(cast.karim), app.test_client()
    sign_in(nadia, parts, cast.nadia)

    page = phone.get(path).text
    assert 'href="tel:+33472000000"' in page
    assert 'href="#write"' in page
    assert fill(phone, path, "message.write", body="La cave est inondée !").status_code == 303

    waiting = nadia.get("/?queue=mine").text
    assert "Fuite sous évier" in waiting
    assert "New message" in waiting


def test_every_problem_has_a_form_of_its_own():
    """S080"""
    assert {act for act, *_rest in CHOICES.values()} <= ACTS.keys()
