"""A worker that dies or is stopped in the middle of a call: nothing is lost, nobody gets a third copy
(M02 to M04).
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.effects import Task
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Person, TodoTask
from tests.builders import KEY, a_ticket, acts_done
from tests.fakes.sms_gateway import Number
from tests.waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).parents[2]
A_BATCH = 6  # texts that one worker claims at once


@pytest.fixture
def environment(settings, network, mailbox, clock) -> dict[str, str]:
    """The settings of a worker that runs beside this test, its clock where ours stands."""
    ours = {
        "ENV": "test",
        "SECRET_KEYS": KEY,
        "BASE_URL": "http://localhost",
        "DATABASE_URL": settings.database_url,
        "QUEUE_URL": settings.queue_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": mailbox.url,
        "SMS_URL": network.url,
        "MAIL_FROM": "tickets@fieldtickets.example",
        "CLOCK": clock.instant.isoformat(),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDTICKETS_")}
    return kept | {f"FIELDTICKETS_{name}": value for name, value in ours.items()}


def kill_while_the_provider_thinks(environment, network) -> None:
    """Start a worker, wait until the provider has the text, and kill it before it hears the answer."""
    before = len(network.texts)
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "outbox", "run"], cwd=ROOT, env=environment
    ) as worker:
        try:
            until(lambda: len(network.texts) > before)
        finally:
            worker.send_signal(signal.SIGKILL)
    assert len(network.texts) == before + 1


@contextmanager
def working(environment, log: Path) -> Iterator[subprocess.Popen]:
    """A worker that waits for bells."""
    with log.open("wb") as said:
        command = [sys.executable, "-m", "flask", "worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait(PATIENCE_SECONDS)


def the_text(parts) -> Delivery:
    (text,) = the_texts(parts)
    return text


def the_texts(parts) -> Sequence[Delivery]:
    with parts.database.read(EVERYONE) as session:
        return session.scalars(select(Delivery).where(Delivery.channel == "sms")).all()


def let_the_lease_run_out(parts, clock) -> None:
    with parts.database.begin(EVERYONE) as session:
        session.execute(
            update(Delivery)
            .where(Delivery.lease_until.is_not(None))
            .values(lease_until=clock.instant - timedelta(seconds=1))
        )


def test_a_worker_killed_during_the_call_sends_once_more_and_then_leaves_it_to_a_person(
    outbox, parts, cast, clock, network, environment
):
    """M02 M03 M04"""
    with parts.database.begin(EVERYONE) as session:
        session.execute(
            update(Person).where(Person.subcontractor_id == cast.karim).values(phone=Number.SLOW, email="")
        )
    a_ticket(parts, cast, cast.karim)
    kill_while_the_provider_thinks(environment, network)
    assert the_text(parts).state == "sending"
    let_the_lease_run_out(parts, clock)
    kill_while_the_provider_thinks(environment, network)
    assert the_text(parts).maybe_twice
    let_the_lease_run_out(parts, clock)
    assert outbox.drain_channel("sms") == 0
    assert (the_text(parts).state, len(network.texts)) == ("uncertain", 2)
    assert acts_done(parts.database, cast.organisation)[-2:] == ["message.repeat", "message.doubt"]
    with parts.database.read(EVERYONE) as session:
        assert session.scalars(select(TodoTask.kind)).all() == [Task.UNCERTAIN]


def test_a_worker_that_is_told_to_stop_finishes_its_call_and_gives_the_rest_back(
    outbox, parts, cast, network, environment, tmp_path
):
    """D04 M02"""
    with parts.database.begin(EVERYONE) as session:
        of_karim = Person.subcontractor_id == cast.karim
        session.execute(update(Person).where(of_karim).values(phone=Number.LATE, email=""))
    for _ticket in range(A_BATCH):
        a_ticket(parts, cast, cast.karim)
    log = tmp_path / "log"

    with working(environment, log) as worker:
        parts.jobs.ring("outbox")
        until(lambda: network.texts)
        worker.send_signal(signal.SIGTERM)
        until(lambda: "worker ends" in log.read_text())
        assert worker.poll() is None
        network.answer_the_late.set()
        assert worker.wait(PATIENCE_SECONDS) == 0

    fates = Counter((one.state, one.lease_until) for one in the_texts(parts))
    assert fates == {("sent", None): len(network.texts), ("queued", None): A_BATCH - len(network.texts)}
    assert len(network.texts) < A_BATCH
    outbox.drain()
    assert len({one.id for one in network.texts}) == len(network.texts) == A_BATCH


def test_what_a_dead_worker_had_only_claimed_is_sent_by_the_next(outbox, parts, cast, clock, network):
    """M02 M05"""
    a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(
            update(Delivery).values(state="claimed", lease_until=clock.instant - timedelta(seconds=1))
        )
    outbox.drain()
    assert the_text(parts).state == "sent"
    assert not the_text(parts).maybe_twice
    assert len(network.texts) == 1
