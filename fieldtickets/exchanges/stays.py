"""Stays on site as the journal tells them: from when to when somebody was there, for an accident cover and in
a dispute (S077, S078), and what is to be billed though nobody said to have come (S079).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from fieldtickets.domain.acts import Done
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.domain.words import Message, _

COMES = ("visit.arrive", "visit.start")
IS_SEEN = (*COMES, "visit.customer_absent")  # whoever stands before a shut door is there too
GOES = (
    "completion.submit",
    "visit.fail",
    "visit.customer_cancels",
    "visit.cannot_come",
    "appointment.agree",
    "offer.withdraw",
    "offer.recall",
    "ticket.cancel",
    "ticket.close",
    "ticket.reopen",
)
OVER = _("On site from %(since)s to %(until)s.")
LASTS = _("On site since %(since)s.")
UNSEEN = _("No arrival was recorded for this visit. Check it before it is billed.")


@dataclass(frozen=True)
class Stay:
    """One session on site, in aware instants. left_at: None while it lasts. proof: "code", or empty."""

    arrived_at: datetime
    left_at: datetime | None = None
    proof: str = ""

    @property
    def sentence(self) -> Message:
        """From when to when."""
        if self.left_at is None:
            return LASTS.given(since=self.arrived_at)
        return OVER.given(since=self.arrived_at, until=self.left_at)


def stays(past: Iterable[Done]) -> list[Stay]:
    """The sessions of one company in what was done, oldest first.

    A session begins when somebody says to have arrived, or starts to work; it ends with the report, or with
    whatever else ends that visit.
    """
    found: list[Stay] = []
    for done in past:
        lasts = bool(found) and found[-1].left_at is None
        proof = str(done.answer.get("proof", ""))
        if done.act in COMES and not lasts:
            found.append(Stay(done.at, proof=proof))
        elif done.act in COMES:
            found[-1] = replace(found[-1], proof=found[-1].proof or proof)
        elif lasts and goes(done):
            found[-1] = replace(found[-1], left_at=done.at)
    return found


def goes(done: Done) -> bool:
    """Whether nobody is there any more after it; also when another day was agreed on with the customer."""
    return done.act in GOES or (done.act == "appointment.propose" and "agreed_with_customer" in done.answer)


def is_billed_unseen(past: Iterable[Done], rules: Playbook) -> bool:
    """Whether the last visit was reported, or its absence charged, though nobody said to have come (S079).

    Only where the playbook gives arrivals an hour of their own; elsewhere one may just report (S091).
    """
    seen = unseen = False
    for done in past:
        if done.act in IS_SEEN:
            seen = True
        elif done.act == "completion.submit" or done.answer.get("reason") == "customer_absent":
            unseen = not seen
        if goes(done):
            seen = False
    return unseen and rules.arrives_from is not None
