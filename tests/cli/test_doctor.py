"""`flask doctor` uses every part for real and says one sentence about each."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from fieldtickets import create_app
from fieldtickets.store import migrate
from fieldtickets.store.models import Link
from tests.builders import a_ticket
from tests.fakes.smtp_sink import SmtpSink

PARTS = ["settings", "database", "schema", "storage", "queue", "keys", "mail", "sms"]


@pytest.fixture
def mailbox():
    with SmtpSink(wants_password=True) as sink:
        yield sink


@pytest.fixture
def settings(settings, mailbox, network):
    return replace(settings, smtp_url=mailbox.url_with_password, sms_url=network.url)


def said(printed) -> dict[str, str]:
    """Each part and its sentence, what is logged beside them left out."""
    lines = (line for line in printed.stdout.splitlines() if not line.startswith("{"))
    return dict(line.split(": ", 1) for line in lines)


def test_a_healthy_service_is_told_so_part_by_part_and_nothing_is_sent(command, mailbox, network):
    """N08"""
    healthy = command("doctor")

    assert said(healthy) == dict.fromkeys(PARTS, "well")
    assert healthy.exit_code == 0
    assert mailbox.connections == 1
    assert (mailbox.mails, network.texts) == ([], [])


def test_providers_that_do_not_know_us_are_named_without_our_secrets(command, settings, mailbox, network):
    """M08 N07"""
    mailbox.password = "another"
    network.key_is_revoked = True

    ill = command("doctor")

    assert ill.exit_code == 1
    assert said(ill)["mail"].startswith("the mail server does not know us: 535")
    assert said(ill)["sms"].startswith("the SMS gateway does not know us")
    assert said(ill)["database"] == "well"
    for secret in ("gateway-token", settings.smtp_url.split(":")[2].split("@")[0]):
        assert secret not in ill.output


def test_providers_that_are_down_are_named(settings, clock):
    """N08"""
    nobody = "127.0.0.1:9"
    down = replace(settings, smtp_url=f"smtp://{nobody}", sms_url=f"http+json://{nobody}/sms?token=canary")
    app = create_app(down, clock=clock)

    ill = app.test_cli_runner().invoke(args=["doctor"])

    app.extensions["fieldtickets"].database.close()
    assert ill.exit_code == 1
    assert said(ill)["mail"].startswith("the mail server takes nothing")
    assert said(ill)["sms"].startswith("the SMS gateway takes nothing")
    assert "canary" not in ill.output


def test_an_old_schema_and_a_lost_key_are_told(command, parts, cast, settings):
    """L12 D15"""
    a_ticket(parts, cast, cast.karim, cast.lucie)
    with parts.database.begin(cast.organisation) as rows:
        rows.execute(update(Link).values(key_fingerprint="0ddba115"))
    assert "2 live links open no more" in said(command("doctor"))["keys"]

    migrate.downgrade(settings.database_url, "base")

    assert "flask db upgrade" in said(command("doctor"))["schema"]


def test_a_storage_that_cannot_be_written_is_told(settings, clock, tmp_path):
    """N08"""
    (tmp_path / "a file").write_text("where a folder should be")
    app = create_app(replace(settings, storage_url=f"file:{tmp_path / 'a file'}"), clock=clock)

    ill = app.test_cli_runner().invoke(args=["doctor"])

    app.extensions["fieldtickets"].database.close()
    assert ill.exit_code == 1
    assert said(ill)["storage"].startswith("out of reach")


def test_a_bad_setting_is_one_sentence_and_no_trace():
    """N08"""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDTICKETS_")}
    refused = subprocess.run(
        [sys.executable, "-m", "flask", "doctor"],
        cwd=Path(__file__).parents[2],
        env={**kept, "FIELDTICKETS_SECRET_KEYS": "too-short-canary"},
        capture_output=True,
        text=True,
    )

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        "Not started. FIELDTICKETS_SECRET_KEYS: every key needs at least 32 characters"
    )
