"""Where a ticket stands, and where each subcontractor stands on it: the few words all exchanges share."""

from enum import StrEnum

from fieldtickets.domain.words import Message, _


class Phase(StrEnum):
    """The coarse life of a ticket, as a manager would say it aloud."""

    DRAFT = "draft"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    ON_SITE = "on_site"
    DONE = "done"
    INVOICED = "invoiced"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        return self in {Phase.CLOSED, Phase.CANCELLED}


LIVE = tuple(phase for phase in Phase if not phase.over)
EVERY_PHASE = tuple(Phase)
AT_WORK = (Phase.ASSIGNED, Phase.ON_SITE)  # a company has the job, and did not report it yet
REPORTED = (Phase.DONE, Phase.INVOICED)

PHASE_NAMES: dict[Phase, Message] = {
    Phase.DRAFT: _("To send"),
    Phase.OFFERED: _("Waiting for an answer"),
    Phase.ASSIGNED: _("Accepted"),
    Phase.ON_SITE: _("On site"),
    Phase.DONE: _("Work done"),
    Phase.INVOICED: _("Invoice received"),
    Phase.CLOSED: _("Closed"),
    Phase.CANCELLED: _("Cancelled"),
}


class Standing(StrEnum):
    """How one subcontractor stands on one ticket: the state of a dispatch."""

    CHOSEN = "chosen"
    OFFERED = "offered"
    REFUSED = "refused"
    ASSIGNED = "assigned"
    LOST = "lost"
    STAND_BY = "stand_by"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"


HOLDER = (Standing.ASSIGNED,)  # the company that has the job
HOLDER_OR_TICKET = (*HOLDER, None)  # of those who answer for the ticket as a whole, too

# Who has no business at the site, for now or any more.
OUT_OF_IT = (Standing.LOST, Standing.STAND_BY, Standing.RECALLED, Standing.WITHDRAWN)

STANDING_NAMES: dict[Standing, Message] = {
    Standing.CHOSEN: _("Not sent yet"),
    Standing.OFFERED: _("No answer yet"),
    Standing.REFUSED: _("Refused"),
    Standing.ASSIGNED: _("Has the job"),
    Standing.LOST: _("Given to another company"),
    Standing.STAND_BY: _("On stand-by"),
    Standing.WITHDRAWN: _("Gave the job back"),
    Standing.RECALLED: _("Offer withdrawn"),
}
