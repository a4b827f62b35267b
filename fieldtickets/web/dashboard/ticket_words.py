"""Words of one ticket's page: what comes next and from whom, why a company was asked, where a message is."""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldtickets.domain.fates import CHANNEL_NAMES as CHANNEL_NAMES
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.stays import UNSEEN as UNSEEN
from fieldtickets.exchanges.visit import PROOFS as PROOFS
from fieldtickets.store.models import Ticket

STANDING_TONES: Mapping[Standing, str] = {
    Standing.OFFERED: "info",
    Standing.ASSIGNED: "go",
    Standing.REFUSED: "warn",
    Standing.WITHDRAWN: "warn",
}

AUDIENCES: Mapping[Party | None, Message] = {
    None: _("Internal note"),
    Party.SUBCONTRACTOR: _("to the subcontractor"),
    Party.CUSTOMER: _("to the customer"),
    Party.APPROVER: _("to the approver"),
    Party.DELEGATE: _("to the technician"),
}


def what_next(ticket: Ticket, holder: str, asked: Sequence[str]) -> Message:
    """One sentence: what the ticket waits for.

    holder: the company that has the job, or empty. asked: those that have not answered yet.
    """
    if ticket.phase is Phase.OFFERED:
        return _still_offered(asked)
    if ticket.phase is Phase.ASSIGNED:
        return _taken(ticket, holder)
    if ticket.phase is Phase.DONE and ticket.ball is Party.SUBCONTRACTOR:
        return _("The work is done. %(company)s still has to send its invoice.", company=holder)
    return {
        Phase.DRAFT: _("Nobody was asked yet. Choose who gets the request."),
        Phase.ON_SITE: _("%(company)s is on site.", company=holder),
        Phase.DONE: _("The work is done. Close the ticket once all is settled."),
        Phase.INVOICED: _("The invoice is here. Close the ticket once it is paid."),
        Phase.CLOSED: _("This ticket is closed. Messages still arrive here."),
        Phase.CANCELLED: _("This ticket is cancelled. Messages still arrive here."),
    }[ticket.phase]


def _still_offered(asked: Sequence[str]) -> Message:
    if not asked:
        return _("Nobody has the job, and nobody is being asked.")
    if len(asked) == 1:
        return _("%(company)s has not answered yet.", company=asked[0])
    return _("%(count)s companies have not answered yet.", count=len(asked))


def _taken(ticket: Ticket, holder: str) -> Message:
    proposed = [one for one in ticket.appointments if one.state == "proposed"]
    if proposed and proposed[0].proposed_by is Party.SUBCONTRACTOR:
        return _("%(company)s proposed a date. It waits for a yes.", company=holder)
    if proposed:
        return _("A date was proposed to %(company)s. It waits for a yes.", company=holder)
    if ticket.appointment_at is None:
        return _("%(company)s has the job and still has to give a date.", company=holder)
    return _("%(company)s comes %(at)s.", company=holder, at=ticket.appointment_at)


def reasons(why: Sequence[Any]) -> list[Message]:
    """Why this company was asked, as sentences (S008)."""
    return [_reason(str(code), str(value)) for code, value in why]


def _reason(code: str, value: str) -> Message:
    if code == "trade":
        return _("does %(trade)s", trade=value)
    if code == "area":
        return _("works in %(area)s", area=value) if value else _("works everywhere")
    if code == "open_jobs":
        jobs = int(value)
        return _("%(count)s open jobs", count=jobs) if jobs else _("no other job")
    return _("chosen by the manager")
