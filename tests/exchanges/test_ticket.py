"""Cancelling, closing and opening again, and messages at any stage, as pure rules."""

import pytest

from fieldtickets.domain.acts import Reach
from fieldtickets.domain.effects import EndOffers, Raise, Settle, StopClocks, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE, Phase, Standing
from fieldtickets.exchanges import ACTS
from tests.builders import some_facts


@pytest.mark.parametrize("phase", EVERY_PHASE)
@pytest.mark.parametrize("party", [Party.SUBCONTRACTOR, Party.CUSTOMER, Party.MANAGER])
def test_anybody_writes_at_every_stage_also_after_closing(phase, party):
    """S049 S050 S054"""
    assert ACTS["message.write"].open_to(party, some_facts(phase=phase, standing=Standing.LOST))


def test_what_comes_in_waits_for_a_reply_and_the_reply_settles_it():
    """S051 S052 S053"""
    write = ACTS["message.write"]
    facts = some_facts()

    assert write.play(Party.SUBCONTRACTOR, facts, {"body": "Bonjour"}).effects == (Raise(Task.MESSAGE),)
    assert write.play(Party.MANAGER, facts, {"body": "Oui", "to": "customer"}).effects == (
        Settle((Task.MESSAGE,)),
    )
    assert write.play(Party.MANAGER, facts, {"body": "À rappeler", "to": "note"}).effects == ()


def test_a_note_is_sent_to_nobody():
    """O08"""
    assert ACTS["message.write"].play(Party.MANAGER, some_facts(), {"body": "x", "to": "note"}).notices == ()


def test_a_cancelled_job_ends_offers_and_clocks_and_tells_everybody_asked():
    """R07 S109"""
    outcome = ACTS["ticket.cancel"].play(
        Party.MANAGER, some_facts(), {"source": "customer", "reason": "Réparé"}
    )

    assert outcome.phase is Phase.CANCELLED
    assert {EndOffers(), StopClocks(), Settle()} <= set(outcome.effects)
    assert Reach.ALL_ASKED in {notice.reach for _number, notice in outcome.notices}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Phase.OFFERED, Phase.DRAFT),
        (Phase.DRAFT, Phase.DRAFT),
        (Phase.ASSIGNED, Phase.ASSIGNED),
        (Phase.DONE, Phase.DONE),
    ],
)
def test_a_reopened_job_goes_on_where_it_was_or_has_to_be_sent_again(before, after):
    """L19"""
    facts = some_facts(phase=Phase.CLOSED, phase_before=before)

    assert ACTS["ticket.reopen"].play(Party.MANAGER, facts, {"reason": "Fuit encore"}).phase is after
