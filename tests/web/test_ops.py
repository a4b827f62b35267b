"""What machines ask: alive, ready, how much waits, and what search engines may see."""

import re
from dataclasses import replace

import pytest

from fieldtickets import create_app
from fieldtickets.store import migrate
from fieldtickets.store.files import StorageError
from tests.builders import a_ticket, messages_sent_long_ago
from tests.explain import explained, gather_statistics


@pytest.fixture
def with_token(settings, clock):
    """A browser of the service when METRICS_TOKEN is set."""
    app = create_app(replace(settings, metrics_token="scrape-canary"), clock=clock)
    yield app.test_client()
    app.extensions["fieldtickets"].database.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/robots.txt", "/favicon.ico"])
def test_machines_get_an_answer_and_no_cookie(phone, path):
    """G08"""
    for ask in (phone.get, phone.head):
        with ask(path) as answer:
            pass
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_what_is_not_well_known_is_not_found(phone):
    """G08"""
    answer = phone.get("/.well-known/change-password-not-here")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_probes_are_answered_under_whatever_name_they_use(phone):
    """N01"""
    for path in ("/healthz", "/readyz"):
        assert phone.get(path, headers={"Host": "10.2.3.4:8000"}).status_code == 200


def test_ready_says_which_part_is_out_of_order(phone, parts, monkeypatch):
    """N08"""
    well = phone.get("/readyz")
    assert well.json == dict.fromkeys(("database", "schema", "storage", "queue"), "well")

    def full() -> None:
        raise StorageError("a canary")

    monkeypatch.setattr(type(parts.files), "check", lambda _files: full())
    ill = phone.get("/readyz")

    assert ill.status_code == 503
    assert ill.json["storage"] == "out of reach (StorageError)"
    assert ill.json["database"] == "well"
    assert phone.get("/healthz").status_code == 200


def test_a_schema_that_this_version_does_not_know_is_not_ready(phone, settings):
    """D15"""
    migrate.downgrade(settings.database_url, "base")

    ill = phone.get("/readyz")

    assert ill.status_code == 503
    assert "flask db upgrade" in ill.json["schema"]


def test_metrics_tell_what_waits_and_for_how_long(phone, parts, cast, clock):
    """N08"""
    a_ticket(parts, cast, cast.karim)
    clock.instant = clock.instant.replace(hour=11)
    assert parts.rounds.take_tick("minute")
    phone.get("/healthz")

    told = phone.get("/metrics").text

    assert "fieldtickets_delivery_oldest_due_seconds 3600.0" in told
    assert "fieldtickets_delivery_dead 0.0" in told
    assert f"fieldtickets_tick_timestamp_seconds {clock.instant.timestamp()}" in _plain_numbers(told)
    assert 'fieldtickets_requests_total{page="ops.alive",status="200"}' in told


def test_metrics_look_at_what_waits_and_never_at_all_that_was_sent(phone, parts, cast, database):
    """N08"""
    a_ticket(parts, cast, cast.karim)
    messages_sent_long_ago(database, cast)
    gather_statistics(database)

    with explained(database) as plans:
        assert "fieldtickets_delivery_queued 2.0" in phone.get("/metrics").text

    of_messages = [plan for statement, plan in plans.items() if "FROM delivery" in statement]
    assert len(of_messages) == 2
    assert "ix_delivery_trouble" in "".join(of_messages)
    for plan in of_messages:
        assert "ix_delivery_due" in plan
        assert not re.search("SCAN delivery(?! USING)|Seq Scan", plan)


def test_metrics_name_pages_and_never_an_address(phone, parts, cast):
    """N07"""
    ticket = a_ticket(parts, cast, cast.karim)
    phone.get(ticket.path(cast.karim))

    told = phone.get("/metrics").text

    assert ticket.tokens[cast.karim] not in told
    assert "/l/" not in told


def test_metrics_are_for_this_machine_alone_unless_a_token_is_set(phone):
    """N07 N08"""
    assert phone.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert phone.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    assert phone.get("/metrics", environ_base={"REMOTE_ADDR": ""}).status_code == 403


def test_with_a_token_only_its_holder_reads_metrics(with_token):
    """N07 N08"""
    far = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    right = {"Authorization": "Bearer scrape-canary"}

    assert with_token.get("/metrics", headers=right, **far).status_code == 200
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic scrape-canary"}):
        refused = with_token.get("/metrics", headers=headers)
        assert refused.status_code == 401
        assert "scrape-canary" not in refused.text


def _plain_numbers(told: str) -> str:
    """Prometheus writes large numbers as 1.93e+09."""
    lines = (line.rpartition(" ") for line in told.splitlines() if not line.startswith("#"))
    return "\n".join(f"{name} {float(value)}" for name, _space, value in lines)
