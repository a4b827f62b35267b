"""Bells and workers on the real engine, with its file and with Redis."""

import os
import signal
import threading

import pytest

from fieldtickets.bells import Bells
from fieldtickets.jobs import Jobs
from tests.redis_server import running_redis

SECRET = "a-secret-of-the-tests"


@pytest.fixture(params=["sqlite", "redis"])
def queue_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:{tmp_path / 'jobs.db'}"
        return
    given = os.environ.get("FIELDTICKETS_TEST_REDIS_URL")
    if given:
        yield given
        return
    with running_redis() as url:
        yield url


def test_a_worker_hears_each_bell_of_each_queue_and_finishes_before_it_stops(queue_url):
    """M02"""
    heard: list[str] = []
    everything = threading.Event()

    def hear(bell: str):
        def answer() -> None:
            heard.append(bell)
            if set(heard) == {"outbox", "previews"}:
                everything.set()

        return answer

    jobs = Jobs(queue_url, SECRET)
    jobs.ring("outbox")
    jobs.ring("previews")

    def stop_when_heard() -> None:
        everything.wait(30)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    threading.Thread(target=stop_when_heard).start()
    try:
        answers = {"outbox": hear("outbox"), "previews": hear("previews")}
        jobs.work(answers, lambda: False, threading.Event())
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert set(heard) == {"outbox", "previews"}


def test_a_queue_out_of_reach_costs_nobody_an_error_page():
    """D10"""
    jobs = Jobs("redis://127.0.0.1:1/0", SECRET)
    jobs.ring("outbox")
    with pytest.raises(Exception, match="refused"):
        jobs.check()


class Ear:
    """A queue that only listens."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def ring(self, bell: str) -> None:
        self.heard.append(bell)


def in_a_page(work) -> None:
    """Do it where requests are served, and wait for whatever that sets off."""
    known = set(threading.enumerate())
    page = threading.Thread(target=work)
    page.start()
    page.join()
    for other in set(threading.enumerate()) - known:
        other.join(30)


def test_bells_that_come_at_once_are_one():
    """M02"""
    ear = Ear()
    bells = Bells(lambda: ear)

    in_a_page(lambda: [bells.ring("outbox") for _act in range(50)])
    assert set(ear.heard) == {"outbox"}
    assert len(ear.heard) < 50

    in_a_page(lambda: bells.ring("previews"))
    assert ear.heard[-1] == "previews"


def test_bells_are_heard_also_when_no_thread_can_start(monkeypatch):
    """M02 D04"""
    ear = Ear()
    bells = Bells(lambda: ear)

    def no_thread(_thread):
        raise RuntimeError("can't start new thread")

    def page():
        with monkeypatch.context() as crowded:
            crowded.setattr(threading.Thread, "start", no_thread)
            bells.ring("outbox")
            bells.ring("previews")

    in_a_page(page)
    assert ear.heard == ["outbox", "previews"]

    in_a_page(lambda: bells.ring("outbox"))
    assert ear.heard[-1] == "outbox"
    assert len(ear.heard) == 3


def test_a_command_rings_before_it_ends():
    """D04"""
    ear = Ear()

    Bells(lambda: ear).ring("previews")

    assert ear.heard == ["previews"]


def test_a_queue_that_cannot_be_opened_costs_nobody_an_error_page():
    """D10"""

    def broken():
        raise OSError

    Bells(broken).ring("outbox")
