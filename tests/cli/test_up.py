"""`flask up` starts web and worker, and refuses what would silently close doors."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from fieldtickets.cli import worker
from fieldtickets.store import migrate
from fieldtickets.store.models import Link
from tests.builders import KEY, MONDAY_NOON, a_ticket
from tests.waiting import until

PATIENCE_SECONDS = 40


@pytest.fixture
def served(monkeypatch):
    """What `up` would have started, instead of it."""
    started = []
    monkeypatch.setattr(worker, "serve", lambda host, port, **_more: started.append((host, port)))
    return started


def sign_with_another_key(parts, cast) -> None:
    with parts.database.begin(cast.organisation) as rows:
        rows.execute(update(Link).values(key_fingerprint="0ddba115"))


def test_it_listens_where_it_is_told(command, served, monkeypatch):
    """N08"""
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    command("up")
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8080")
    command("up")

    assert served == [("127.0.0.1", "8000"), ("0.0.0.0", "8080")]


def test_a_key_that_live_links_need_is_not_dropped_by_accident(command, served, parts, cast):
    """L12"""
    a_ticket(parts, cast, cast.karim, cast.lucie)
    sign_with_another_key(parts, cast)

    refused = command("up")
    assert refused.exit_code == 1
    assert "2 live links were signed by a key that is missing" in refused.stderr
    assert served == []

    forced = command("up", "--force")
    assert forced.exit_code == 0
    assert "they open no more" in forced.stderr
    assert len(served) == 1


def test_links_that_are_over_need_no_key(command, served, parts, cast):
    """L12"""
    a_ticket(parts, cast, cast.karim, cast.lucie)
    sign_with_another_key(parts, cast)
    with parts.database.begin(cast.organisation) as rows:
        rows.execute(update(Link).values(expires_at=MONDAY_NOON))

    assert command("up").exit_code == 0


def test_a_schema_that_this_version_does_not_know_is_refused(command, settings, served):
    """D15"""
    migrate.downgrade(settings.database_url, "base")

    refused = command("up")

    assert refused.exit_code == 1
    assert "flask db upgrade" in refused.stderr
    assert served == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_web_and_worker_start_answer_and_end_together(settings, tmp_path):
    """D15 N07"""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDTICKETS_")}
    ours = {
        "ENV": "test",
        "SECRET_KEYS": KEY,
        "DATABASE_URL": settings.database_url,
        "QUEUE_URL": settings.queue_url,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": "demo:",
        "SMS_URL": "demo:",
    }
    log = tmp_path / "log"
    with log.open("w") as printed:
        service = subprocess.Popen(
            [sys.executable, "-m", "flask", "up"],
            cwd=Path(__file__).parents[2],
            env={**kept, "PORT": str(port)} | {f"FIELDTICKETS_{name}": value for name, value in ours.items()},
            stdout=printed,
            stderr=printed,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{address}/readyz"), PATIENCE_SECONDS)
        told = [requests.get(f"{address}/metrics", timeout=10).text for _ in range(2)][-1]
        assert 'fieldtickets_requests_total{page="ops.ready",status="200"}' in told
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(PATIENCE_SECONDS)
    assert '"page": "ops.ready"' in log.read_text()
    assert KEY not in log.read_text()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/healthz", timeout=2)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=PATIENCE_SECONDS).status_code == 200
    except requests.ConnectionError:
        return False
