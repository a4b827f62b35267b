"""The simulation: a month played by people of every habit, and what holds after it."""

import pytest

from fieldtickets.domain.playbooks import PLAYBOOKS
from tests.conftest import sqlite_copy


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_whatever_people_do_or_leave_undone_nothing_is_stuck(command, playbook):
    """S009 S010 S021 S022"""
    played = command("simulate", "--days", "60", "--tickets", "20", "--playbook", playbook)

    assert played.exit_code == 0, played.output
    assert "20 tickets, 60 days" in played.output
    assert ", 0 rules broken" in played.output
    assert "offer.accept" in played.output


def test_a_database_with_organisations_is_left_alone(command, cast):
    refused = command("simulate", "--tickets", "1")

    assert refused.exit_code == 1
    assert "has organisations" in refused.output
