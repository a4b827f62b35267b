"""The approver is let in to decide, and out again."""

from dataclasses import replace

from fieldtickets.domain.effects import Amount, ChargeKind, Dismiss
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.domain.playbooks import SYNDIC
from fieldtickets.exchanges import ACTS
from tests.builders import some_facts

ask, dismiss = ACTS["approval.ask"], ACTS["approval.dismiss"]
QUOTED = {
    "kind": "quote",
    "amounts": (Amount(ChargeKind.QUOTE, 200_000),),
    "playbook": replace(SYNDIC, approver_from_cents=100_000),
}


def test_only_a_link_that_was_given_is_taken_back():
    """S058 L09"""
    assert not dismiss.open_to(Party.MANAGER, some_facts(**QUOTED))
    assert dismiss.open_to(Party.MANAGER, some_facts("approval.ask", **QUOTED))
    assert not dismiss.open_to(Party.MANAGER, some_facts("approval.ask", "approval.dismiss", **QUOTED))
    assert not dismiss.open_to(Party.APPROVER, some_facts("approval.ask", **QUOTED))


def test_it_is_taken_back_also_when_the_company_is_out_of_it():
    """L09"""
    assert dismiss.open_to(Party.MANAGER, some_facts("approval.ask", standing=Standing.WITHDRAWN))


def test_the_approver_is_told_and_asked_for_anew():
    """S058"""
    asked, dismissed = (some_facts(*acts, **QUOTED) for acts in (("approval.ask",), ("approval.dismiss",)))
    outcome = dismiss.play(Party.MANAGER, asked, {})

    assert outcome.effects == (Dismiss(Party.APPROVER),)
    assert [notice.to for _number, notice in outcome.notices] == [Party.APPROVER]
    assert not ask.asked_now(Party.MANAGER, asked)
    assert ask.asked_now(Party.MANAGER, dismissed)
