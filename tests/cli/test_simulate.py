"""The simulation: a month played by people of every habit, and what holds after it."""

import pytest

from tests.conftest import sqlite_copy


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def test_whatever_people_do_or_leave_undone_nothing_is_stuck(command):
    """S009 S010 S021 S022"""
    played = command("simulate", "--days", "20", "--tickets", "4", "--playbook", "marketplace")

    assert played.exit_code == 0, played.output
    assert "4 tickets, 20 days" in played.output
    assert ", 0 rules broken" in played.output
    assert "offer.accept" in played.output


def test_a_database_with_organisations_is_left_alone(command, cast):
    refused = command("simulate", "--tickets", "1")

    assert refused.exit_code == 1
    assert "has organisations" in refused.output
