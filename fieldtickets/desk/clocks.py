"""Deadlines of a ticket: started by acts, computed again when the facts change, stopped when senseless."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fieldtickets.desk.facts import assigned, gather, past_of
from fieldtickets.desk.moves import Move
from fieldtickets.domain.acts import Act, Done, Facts, Outcome
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import Clock, Dispatch, Ticket
from fieldtickets.store.queries import acts as queries

COMPUTED = tuple(act for act in ACTS.values() if act.due is not None)
OF_COMPANY = tuple(act for act in COMPUTED if act.of_company)


def where(ticket: Ticket) -> tuple[Phase, list[tuple[int, Standing]]]:
    """Where the ticket and each company stand: what decides which deadlines still make sense."""
    return ticket.phase, [(one.id, one.standing) for one in ticket.dispatches]


def stop(move: Move, which: Callable[[Clock], bool]) -> None:
    """Cancel pending deadlines of the ticket; a company's own go on."""
    for clock in queries.pending_clocks(move.session, move.ticket.id):
        if not ACTS[clock.kind].of_company and which(clock):
            clock.state = "cancelled"


def stop_senseless(move: Move) -> None:
    """Stop the deadlines of acts that are not possible any more."""
    standings = {d.id: d.standing for d in move.ticket.dispatches}

    def senseless(clock: Clock) -> bool:
        act = ACTS[clock.kind]
        standing = standings.get(clock.dispatch_id) if clock.dispatch_id else None
        out_of_place = act.standing is not None and standing not in act.standing
        return move.ticket.phase not in act.when or out_of_place

    stop(move, senseless)


def start(move: Move, outcome: Outcome) -> None:
    """Start the deadlines that the act brings."""
    for alarm in outcome.alarms:
        move.session.add(_clock(move, move.dispatch, alarm.act, alarm.number, alarm.due_at))


def follow(move: Move) -> None:
    """Bring the deadlines that follow from the facts up to what holds after the act.

    All of them for whoever has the job; for another company that acts, those that are its own matter.
    """
    if move.act.keeps_clocks:
        return
    holder, clocks = assigned(move.ticket), _computed(move)
    if holder is not None:
        _bring_up(move, holder, COMPUTED, clocks)
    for clock in clocks:
        if holder is None and clock.state == "pending" and not ACTS[clock.kind].of_company:
            clock.state = "cancelled"
    if move.dispatch is not None and move.dispatch is not holder:
        _bring_up(move, move.dispatch, OF_COMPANY, clocks)


def _bring_up(move: Move, dispatch: Dispatch, acts: Sequence[Act], clocks: Sequence[Clock]) -> None:
    """Make of a company's deadlines what the facts say now.

    A deadline keeps its number: when its instant moves ahead it will fire anew; once fired it stays so.
    """
    wanted, names = _wanted(facts_after(move, dispatch), acts), {act.name for act in acts}
    mine = (one for one in clocks if one.dispatch_id == dispatch.id and one.kind in names)
    known = {(one.kind, one.number): one for one in mine}
    for key, clock in known.items():
        if key not in wanted and clock.state == "pending":
            clock.state = "cancelled"
    for (kind, number), due_at in wanted.items():
        clock_now = known.get((kind, number))
        if clock_now is None:
            move.session.add(_clock(move, dispatch, kind, number, due_at))
        elif clock_now.state == "pending" or due_at > max(clock_now.due_at, move.now):
            clock_now.due_at, clock_now.state, clock_now.fired_at = due_at, "pending", None
        elif clock_now.state == "cancelled" and due_at > move.now:
            clock_now.due_at, clock_now.state = due_at, "pending"


def facts_after(move: Move, dispatch: Dispatch | None) -> Facts:
    """The facts with this act among what was done, although it is not written yet."""
    mine = move.dispatch is None or move.dispatch is dispatch
    last = (Done(move.act.name, move.now, move.answer, move.actor.party),) if mine else ()
    past = past_of(move.session, move.ticket.id, dispatch.id if dispatch else None, last)
    return gather(move.session, move.ticket, dispatch, move.now, past)


def _wanted(facts: Facts, acts: Sequence[Act]) -> dict[tuple[str, int], datetime]:
    return {
        (act.name, number): due_at
        for act in acts
        if act.due is not None and act.open_to(Party.CLOCK, facts)
        for number, due_at in enumerate(act.due(facts), 1)
    }


def _computed(move: Move) -> Sequence[Clock]:
    return queries.clocks_of(move.session, move.ticket.id, [act.name for act in COMPUTED])


def _clock(move: Move, dispatch: Dispatch | None, kind: str, number: int, due_at: datetime) -> Clock:
    return Clock(
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=dispatch.id if dispatch else None,
        kind=kind,
        number=number,
        due_at=due_at,
    )
