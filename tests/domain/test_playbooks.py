"""Playbooks as data: written as JSON, read again, nothing lost, nothing unknown taken."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import (
    HOME_CLEANING,
    MARKETPLACE,
    PLAYBOOKS,
    SYNDIC,
    Rung,
    UnknownRule,
    changed,
    differences,
)


@pytest.mark.parametrize("other", PLAYBOOKS.values())
@pytest.mark.parametrize("base", PLAYBOOKS.values())
def test_a_playbook_is_read_again_from_how_it_differs_from_another(base, other):
    rules = json.loads(json.dumps(differences(other, base)))

    assert changed(base, rules) == replace(other, name=base.name, version=base.version)


def test_a_copy_that_changes_nothing_keeps_nothing():
    assert differences(replace(SYNDIC, name="Lyon", version=3), SYNDIC) == {}


def test_rules_are_minutes_cents_percents_and_codes():
    """S084"""
    written = differences(HOME_CLEANING, MARKETPLACE)

    assert written["absence"] == [0, 100, 4000]
    assert written["leaves_after"] == 30
    assert written["calls_within"] is None
    assert written["asks_on_accept"] == "nothing"
    assert changed(SYNDIC, {"extra_by": ["customer"]}).extra_by == (Party.CUSTOMER,)
    assert changed(SYNDIC, {"ladder": [[90, 50, None]]}).ladder == (Rung(timedelta(minutes=90), 50),)


@pytest.mark.parametrize(
    "rules",
    [{"colour": "red"}, {"name": "marketplace"}, {"version": 2}, {"extra_by": ["nobody"]}, {"absence": [1]}],
)
def test_what_is_no_rule_is_refused(rules):
    with pytest.raises(UnknownRule):
        changed(SYNDIC, rules)
