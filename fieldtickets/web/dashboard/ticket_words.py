"""Words of one ticket's page: what comes next and from whom, why a company was asked, where a message is."""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldtickets.desk.facts import assigned
from fieldtickets.domain.acts import Facts
from fieldtickets.domain.fates import CHANNEL_NAMES as CHANNEL_NAMES
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.completion import expired
from fieldtickets.exchanges.quote_rules import ended_undecided, waits
from fieldtickets.exchanges.stays import UNSEEN as UNSEEN
from fieldtickets.exchanges.visit import PROOFS as PROOFS
from fieldtickets.store.models import Dispatch, Ticket

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


def what_next(ticket: Ticket, views: Mapping[int | None, Facts]) -> Message:
    """One sentence: what the ticket waits for, or what ended its waiting and what can be done.

    views: the facts as seen from the ticket, and from each dispatch.
    """
    has_it = assigned(ticket)
    holder = has_it.subcontractor.name if has_it else ""
    if ticket.phase is Phase.OFFERED:
        return _still_offered(ticket, views)
    if ticket.phase is Phase.ASSIGNED:
        return _taken(ticket, holder)
    if ticket.phase is Phase.DONE and ticket.ball is Party.SUBCONTRACTOR:
        return _("The work is done. %(company)s still has to send its invoice.", company=holder)
    if ticket.phase is Phase.CLOSED and has_it and expired(views[has_it.id]):
        return _(
            "Nobody declared the work in time: the ticket closed by itself, and nothing is billed. "
            "If there was a reason, let it be declared after all."
        )
    return {
        Phase.DRAFT: _("Nobody was asked yet. Choose who gets the request."),
        Phase.ON_SITE: _("%(company)s is on site.", company=holder),
        Phase.DONE: _("The work is done. Close the ticket once all is settled."),
        Phase.INVOICED: _("The invoice is here. Close the ticket once it is paid."),
        Phase.CLOSED: _("This ticket is closed. Messages still arrive here."),
        Phase.CANCELLED: _("This ticket is cancelled. Messages still arrive here."),
    }[ticket.phase]


def _still_offered(ticket: Ticket, views: Mapping[int | None, Facts]) -> Message:
    """A quote to decide on comes first, then who still has time; only then what came to nothing."""
    asked = [one for one in ticket.dispatches if one.standing is Standing.OFFERED]
    if not asked:
        return _("Nobody has the job, and nobody is being asked.")
    quoted = [one for one in asked if waits(views[one.id])]
    if quoted:
        return _("The quote of %(company)s waits for a decision.", company=quoted[0].subcontractor.name)
    ended = [one for one in asked if ended_undecided(views[one.id])]
    in_time = [one for one in asked if one not in ended and not _time_is_up(one, views[one.id])]
    if len(in_time) == 1:
        return _("%(company)s has not answered yet.", company=in_time[0].subcontractor.name)
    if in_time:
        return _("%(count)s companies have not answered yet.", count=len(in_time))
    if ended:
        return _(
            "The quote of %(company)s ended without a decision. It can send a new one; you can also ask "
            "other companies.",
            company=ended[0].subcontractor.name,
        )
    if len(asked) == 1:
        return _(
            "%(company)s did not answer in time. Ask another company, or remind it: it can still say yes.",
            company=asked[0].subcontractor.name,
        )
    return _(
        "None of the %(count)s companies answered in time. Ask others, or remind them: they can still say "
        "yes.",
        count=len(asked),
    )


def _time_is_up(dispatch: Dispatch, facts: Facts) -> bool:
    return dispatch.answer_by is not None and dispatch.answer_by <= facts.now


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
        if jobs == 1:
            return _("1 open job")
        return _("%(count)s open jobs", count=jobs) if jobs else _("no other job")
    return _("chosen by the manager")
