"""Every act in every state by every party: what is closed says so, what is open never breaks."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from fieldtickets.domain.acts import Act, Done, Facts, Refused, TooLate
from fieldtickets.domain.effects import Slot
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import PLAYBOOKS
from fieldtickets.exchanges import ACTS, EXCHANGES
from tests.builders import MONDAY_NOON

CODES = {"ticket.closed", "ticket.taken", "version.conflict", "step.not_allowed"}
SAMPLES = {name: answer for exchange in EXCHANGES for name, answer in exchange.samples.items()}
BY_ITSELF = {
    "link.renew": {"of": Party.SUBCONTRACTOR, "lives": False}
}  # what the program answers, not a form
CONCERNED = (None, Standing.OFFERED, Standing.ASSIGNED)  # by what was done before
EVERY_ACT = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


def histories(act: Act) -> Iterator[tuple[Done, ...]]:
    """Nothing yet, and each act that the track may stand at, with its example answer."""
    names = {name for name in act.after or () if name} | {
        one.name for one in ACTS.values() if one.exchange == act.exchange
    }
    offered = Done("offer.send", MONDAY_NOON - timedelta(days=1))
    yield (offered,)
    for name in sorted(names):
        yield offered, Done(name, MONDAY_NOON - timedelta(hours=1), SAMPLES.get(name, {"number": 1}))


def states(act: Act) -> Iterator[Facts]:
    """A ticket in every phase, seen from every standing, with each history, by each playbook."""
    slot, now = Slot(MONDAY_NOON + timedelta(hours=1)), MONDAY_NOON
    for phase in Phase:
        for standing in (None, *Standing):
            for playbook in PLAYBOOKS.values():
                bare = Facts(phase, now, playbook=playbook, standing=standing, has_customer=True)
                yield bare
                yield replace(bare, proposed=(slot,), proposed_by=Party.MANAGER, has_customer=False)
                yield replace(bare, proposed=(slot,), proposed_by=Party.SUBCONTRACTOR, kind="quote")
                dated = replace(bare, appointment=slot, price_cents=120_00)
                if standing in CONCERNED:
                    yield from (replace(dated, history=history) for history in histories(act))


@EVERY_ACT
def test_a_closed_act_says_why_and_an_open_one_only_ever_refuses(act):
    """R07 R09 R10 L19"""
    number = {"number": 1} if Party.CLOCK in act.by else {}
    answer = SAMPLES.get(act.name) or BY_ITSELF.get(act.name, number)
    for facts in states(act):
        for party in Party:
            if not act.open_to(party, facts):
                with pytest.raises(TooLate) as closed:
                    act.play(party, facts, answer)
                assert closed.value.message.endswith(".")
                assert closed.value.code in CODES
                continue
            act.form().fit(facts, party)
            with suppress(Refused):
                assert act.play(party, facts, answer).phase in Phase


@EVERY_ACT
def test_an_act_is_done_only_by_its_own_parties(act):
    """R09 R10"""
    strangers = set(Party) - set(act.by)

    assert not any(act.open_to(party, facts) for facts in states(act) for party in strangers)
