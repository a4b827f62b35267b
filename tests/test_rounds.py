"""What the clock owes: fired once, by whichever worker is first, and only while it makes sense."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Clock, Delivery, Tick, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do


@pytest.fixture
def rounds(parts, clock) -> Rounds:
    return Rounds(parts.database, parts.links, clock.now)


def open_tasks(database) -> list[Task]:
    with database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


def test_silence_brings_one_reminder_then_the_manager(rounds, parts, cast, clock):
    """S007 S008 M13"""
    a_ticket(parts, cast, cast.karim)
    assert rounds.run() == 0
    clock.instant = MONDAY_NOON + timedelta(hours=24)
    assert (rounds.run(), rounds.run()) == (1, 0)
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.remind"
    assert open_tasks(parts.database) == []
    clock.instant = MONDAY_NOON + timedelta(hours=48)
    assert rounds.run() == 1
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.lapse"
    assert open_tasks(parts.database) == [Task.SILENT]


def test_an_answer_stops_the_clock(rounds, parts, cast, clock):
    """S007"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    clock.instant = MONDAY_NOON + timedelta(days=9)
    rounds.run()
    assert not {"offer.remind", "offer.lapse"} & set(acts_done(parts.database, cast.organisation))


def test_a_reminder_waits_for_the_morning(rounds, parts, cast, clock):
    """M19"""
    night = MONDAY_NOON + timedelta(hours=11)
    a_ticket(parts, cast, cast.karim, now=night)
    clock.instant = night + timedelta(hours=24)
    rounds.run()
    with parts.database.read(EVERYONE) as session:
        due = session.scalars(select(Delivery.due_at).where(Delivery.act == "offer.remind")).all()
    assert {one.hour for one in due} == {6}  # eight o'clock in Paris in May


def test_eight_workers_fire_a_deadline_once(rounds, parts, cast, clock):
    """M13 T01"""
    for _ticket in range(3):
        a_ticket(parts, cast, cast.karim)
    clock.instant = MONDAY_NOON + timedelta(hours=24)
    with ThreadPoolExecutor(8) as crew:
        fired = sum(crew.map(lambda _worker: rounds.run(), range(8)))
    assert fired == 3
    assert acts_done(parts.database, cast.organisation).count("offer.remind") == 3


def test_one_worker_takes_the_tick_of_a_minute(rounds, parts, clock):
    """M05"""
    assert [rounds.take_tick("minute") for _worker in range(3)] == [True, False, False]
    clock.instant += timedelta(minutes=1)
    assert rounds.take_tick("minute")
    with parts.database.read(EVERYONE) as session:
        assert len(session.scalars(select(Tick)).all()) == 2


def test_a_deadline_that_fails_does_not_keep_the_others_waiting(rounds, parts, cast, clock):
    """M11 D11"""
    broken, sound = a_ticket(parts, cast, cast.karim), a_ticket(parts, cast, cast.lucie)
    with parts.database.begin(EVERYONE) as session:
        session.execute(
            update(Clock)
            .where(Clock.ticket_id == broken.id, Clock.kind == "offer.remind")
            .values(kind="no.such.act")
        )
    clock.instant = MONDAY_NOON + timedelta(hours=24)
    assert rounds.run() == 1
    assert sound.ref in last_ref(parts, cast)


def last_ref(parts, cast) -> list[str]:
    with parts.database.read(cast.organisation) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == "offer.remind"))
        return [row.words["ref"] for row in rows]


def test_a_deadline_that_makes_no_sense_any_more_just_ends(rounds, parts, cast, clock):
    """R13"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(update(Clock).where(Clock.kind == "offer.remind").values(kind="offer.accept"))
        session.execute(update(Clock).where(Clock.kind == "offer.lapse").values(kind="offer.refuse"))
    clock.instant = MONDAY_NOON + timedelta(days=3)
    assert rounds.run() == 0
    with parts.database.read(EVERYONE) as session:
        states = session.scalars(select(Clock.state).where(Clock.ticket_id == ticket.id)).all()
    assert set(states) == {"cancelled"}


def test_cleaning_up_forgets_old_ticks_only(rounds, parts, clock):
    """D11"""
    rounds.take_tick("minute")
    clock.instant += timedelta(days=8)
    rounds.take_tick("minute")
    rounds.clean_up()
    with parts.database.read(EVERYONE) as session:
        assert len(session.scalars(select(Tick)).all()) == 1


def test_an_urgent_silence_is_the_managers_within_the_hour(rounds, parts, cast, clock):
    """S008"""
    ticket = a_ticket(parts, cast, cast.karim, urgent=True)
    clock.instant = MONDAY_NOON + timedelta(minutes=30)
    assert rounds.run() == 2
    assert open_tasks(parts.database) == [Task.SILENT]
    do(parts, cast, ticket, "offer.recall", cast.karim, party=Party.MANAGER, now=clock.instant)
