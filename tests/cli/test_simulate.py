"""The simulation: weeks played by people of every habit against the service, and what holds after them."""

import pytest
from sqlalchemy import func, select

from fieldtickets.simulation import Finding
from fieldtickets.simulation.checking import CHECKS
from fieldtickets.simulation.outages import Trouble
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation, Ticket
from tests.conftest import sqlite_copy


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def play(command):
    def run(days, tickets, *more):
        size = ("--days", str(days), "--tickets", str(tickets))
        played = command("simulate", *size, "--playbook", "marketplace", *more)
        return played.exit_code, [line for line in played.output.splitlines() if " a ticket" not in line]

    return run


def test_whatever_people_do_or_leave_undone_nothing_is_stuck(play):
    """S009 S010 S021 S022"""
    exit_code, lines = play(20, 4)

    assert exit_code == 0, lines
    assert f"{len(CHECKS)} rules, 0 broken" in lines
    assert any(line.endswith("  offer.accept") for line in lines)
    assert any("no open ticket is stuck" in line for line in lines)
    assert any(trouble in line and not line.startswith("       0") for line in lines for trouble in Trouble)


def test_the_same_seed_plays_the_same_story(play):
    told = play(4, 1, "--seed", "7")

    assert play(4, 1, "--seed", "7") == told
    assert play(4, 1, "--seed", "8") != told


def test_a_rule_that_does_not_hold_is_named_with_what_breaks_it(command, monkeypatch):
    wrong = Finding("2", "a ticket has one winner at most, and names it", 4, ["T-2031-000001 is given twice"])
    monkeypatch.setattr("fieldtickets.cli.simulate.check", lambda scene: [wrong])

    played = command("simulate", "--days", "1", "--tickets", "1")

    assert played.exit_code == 1
    assert "T-2031-000001 is given twice" in played.output
    assert "1 rules, 1 broken" in played.output


def test_it_plays_beside_what_the_service_holds(command, parts, cast):
    assert command("simulate", "--days", "1", "--tickets", "1").exit_code == 0

    with parts.database.read(EVERYONE) as session:
        assert session.scalar(select(func.count(Ticket.id))) == 0
        assert session.scalar(select(func.count(Organisation.id))) == 2


def test_a_database_with_organisations_is_left_alone(command, cast, database_url):
    refused = command("simulate", "--tickets", "1", "--database", database_url)

    assert refused.exit_code == 1
    assert "has organisations" in refused.output
