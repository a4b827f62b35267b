"""The no-show file: all that was said, shown and decided about a visit that met nobody, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldtickets.domain.effects import Amount
from fieldtickets.domain.fees import FEE_STATES, latest_fee
from fieldtickets.domain.words import Message
from fieldtickets.exchanges.texts import revived
from fieldtickets.web.dashboard.ticket_page import Happened, TicketPage

OPENS_IT = ("visit.customer_absent", "visit.nobody_came")
BELONGS = (
    *OPENS_IT,
    "visit.on_my_way",
    "visit.arrive",
    "visit.late",
    "visit.may_leave",
    "visit.fail",
    "call.log",
    "fee.contest",
    "fee.waive",
    "fee.uphold",
)


@dataclass(frozen=True)
class NoShow:
    """The timer, the evidence with the reminder, the fee and what became of it."""

    entries: Sequence[Happened]
    leaves_at: datetime | None
    fee: Amount | None

    @property
    def state(self) -> Message:
        """What became of the fee."""
        return FEE_STATES[self.fee.state] if self.fee else Message("")


def no_show(page: TicketPage) -> NoShow | None:
    """The file of a ticket; None while there is no absence to speak of."""
    if not any(opens_it(one) for one in page.entries):
        return None
    kept = [one for one in page.entries if one.said.act in BELONGS]
    waits = [content_of(one).get("leaves_at") for one in kept if one.said.act == "visit.customer_absent"]
    facts = page.views[page.holder.id if page.holder else None]
    return NoShow(kept, revived(waits[-1]) if waits else None, latest_fee(facts))


def opens_it(one: Happened) -> bool:
    """Whether somebody was not there: as reported, or as the reason of a visit that failed."""
    return one.said.act in OPENS_IT or content_of(one).get("reason") == "customer_absent"


def content_of(one: Happened) -> dict[str, str]:
    """What was answered, as the journal keeps it."""
    answer: dict[str, str] = (one.said.content or {}).get("answer", {})
    return answer
