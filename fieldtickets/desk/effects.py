"""Carrying out what an act brings with it, on the rows of its transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import singledispatch

from sqlalchemy import and_, select, update
from sqlalchemy.orm.attributes import set_committed_value

from fieldtickets.desk import clocks
from fieldtickets.desk.facts import assigned
from fieldtickets.desk.moves import FollowUp, Move
from fieldtickets.desk.notices import new_link, nobody_reached, within_reach
from fieldtickets.domain import effects
from fieldtickets.domain.acts import TooLate
from fieldtickets.domain.dispatching import Choice, rank
from fieldtickets.domain.effects import Effect, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.domain.words import _
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import (
    Appointment,
    Delivery,
    Dispatch,
    Link,
    Position,
    Subcontractor,
    Ticket,
    TodoTask,
)
from fieldtickets.store.queries import acts as queries
from fieldtickets.store.queries.addresses import readdress
from fieldtickets.store.queries.candidates import candidates
from fieldtickets.store.queries.playbooks import rules_of
from fieldtickets.store.queries.search import index_of, with_company

OPEN_OFFERS = (Standing.OFFERED, Standing.STAND_BY, Standing.CHOSEN)


@singledispatch
def carry_out(effect: Effect, move: Move) -> None:
    """Do one effect; an effect without a rule here is a mistake of the exchange."""
    raise NotImplementedError(type(effect).__name__)


@carry_out.register
def _stand(effect: effects.Stand, move: Move) -> None:
    dispatch = of(move)
    dispatch.standing = effect.standing
    if effect.standing is Standing.OFFERED:
        dispatch.offered_at, dispatch.answered_at = move.now, None
        dispatch.answer_by = _answer_by(move)
        move.ticket.search_text = with_company(move.ticket.search_text, dispatch.subcontractor)
    elif move.actor.party is Party.SUBCONTRACTOR:
        dispatch.answered_at = move.now


def _answer_by(move: Move) -> datetime | None:
    """Until when a company that is asked now has time, by the rules and the calendar of the site."""
    rules, site, urgent = rules_of(move.session, move.ticket), move.ticket.site, move.ticket.urgent
    delay = rules.answer_delay(urgent)
    return rules.calendar(site.time_zone, site.country, urgent).after(move.now, delay) if delay else None


@carry_out.register
def _assign(effect: effects.Assign, move: Move) -> None:
    winner = of(move)
    free = update(Ticket).where(Ticket.id == move.ticket.id, Ticket.assigned_id.is_(None))
    won = free.values(assigned_id=winner.id).execution_options(synchronize_session=False)
    if move.session.execute(won).rowcount != 1:  # type: ignore[attr-defined]
        raise TooLate(_("Given to another company."), "ticket.taken")
    for dispatch in move.ticket.dispatches:
        if dispatch is not winner and dispatch.standing in OPEN_OFFERS:
            dispatch.standing = Standing.LOST if dispatch.standing is Standing.OFFERED else dispatch.standing
    winner.standing, winner.answered_at = Standing.ASSIGNED, move.now
    set_committed_value(move.ticket, "assigned_id", winner.id)


@carry_out.register
def _release(effect: effects.Release, move: Move) -> None:
    of(move).standing = effect.standing
    move.ticket.assigned_id = None


@carry_out.register
def _end_offers(effect: effects.EndOffers, move: Move) -> None:
    for dispatch in move.ticket.dispatches:
        if dispatch.standing in OPEN_OFFERS:
            dispatch.standing = Standing.RECALLED


@carry_out.register
def _widen(effect: effects.Widen, move: Move) -> None:
    """One step wider for each wave: late silences of earlier waves do not each set off another."""
    asked = any(may_still_answer(d, move) for d in move.ticket.dispatches)
    if asked and of(move).wave < move.ticket.wave:
        return
    if not ask_next_wave(move) and not asked:
        raise_task(move, Task.NO_TAKER)


def may_still_answer(dispatch: Dispatch, move: Move) -> bool:
    """Whether an offer is open and its time has not run out: whoever let it pass is not waited for."""
    in_time = dispatch.answer_by is None or dispatch.answer_by > move.now
    return dispatch.standing is Standing.OFFERED and in_time


@carry_out.register
def _redistribute(effect: effects.Redistribute, move: Move) -> None:
    if not _ask_next(move) and not (move.ticket.widens and ask_next_wave(move)):
        raise_task(move, Task.NO_TAKER)


def _ask_next(move: Move) -> bool:
    """Ask the first on stand-by, else all who lost, those left out to whom no offers go for a while.

    The manager is told of those who cannot be reached.
    """
    queries.know_companies(move.session, move.ticket.dispatches)
    free = [one for one in move.ticket.dispatches if not one.subcontractor.is_paused(move.now)]
    for standing, most in ((Standing.STAND_BY, 1), (Standing.LOST, None)):
        others = [one for one in free if one.standing is standing]
        reached = within_reach(move, others)
        for dispatch in others:
            if dispatch not in reached:
                nobody_reached(move, dispatch, dispatch.subcontractor.name)
        move.follow_ups += [FollowUp(dispatch, "offer.send") for dispatch in reached[:most]]
        if reached:
            return True
    return False


@carry_out.register
def _appoint(effect: effects.Appoint, move: Move) -> None:
    earlier = move.ticket.appointments
    sequence = max((one.sequence for one in earlier), default=-1) + 1
    _drop_all(move)
    move.ticket.appointments.append(
        Appointment(
            organisation_id=move.ticket.organisation_id,
            state="agreed",
            starts_at=effect.slot.starts_at,
            sequence=sequence,
        )
    )


@carry_out.register
def _propose(effect: effects.Propose, move: Move) -> None:
    for earlier in move.ticket.appointments:
        if earlier.state == "proposed":
            earlier.state = "dropped"
    move.ticket.appointments += [
        Appointment(
            organisation_id=move.ticket.organisation_id,
            state="proposed",
            number=slot.number,
            starts_at=slot.starts_at,
            proposed_by=move.actor.party,
        )
        for slot in effect.slots
    ]


@carry_out.register
def _drop_appointment(effect: effects.DropAppointment, move: Move) -> None:
    _drop_all(move)


@carry_out.register
def _call_off(effect: effects.CallOff, move: Move) -> None:
    for one in move.ticket.appointments:
        one.state = "off" if one.state == "agreed" else "dropped"


@carry_out.register
def _reinstate(effect: effects.Reinstate, move: Move) -> None:
    for one in move.ticket.appointments:
        if one.state == "off":
            one.state = "agreed"


@carry_out.register
def _hold_anew(effect: effects.HoldAnew, move: Move) -> None:
    if (holder := assigned(move.ticket)) is not None:
        holder.answered_at = move.now


@carry_out.register
def _raise(effect: effects.Raise, move: Move) -> None:
    proposes = effect.task is Task.PROPOSAL and move.actor.party is Party.MANAGER
    if not proposes:  # a date of the manager's waits for somebody else
        raise_task(move, effect.task)


@carry_out.register
def _settle(effect: effects.Settle, move: Move) -> None:
    settle_tasks(move, effect.tasks, here=effect.here)


@carry_out.register
def _cut_link(effect: effects.CutLink, move: Move) -> None:
    for link in links_of_party(move, _link_party(move)):
        link.revoked_at = link.revoked_at or move.now


@carry_out.register
def _renew_link(effect: effects.RenewLink, move: Move) -> None:
    party, dispatch = _link_party(move), move.dispatch
    fresh = new_link(move, party, dispatch)
    for link in links_of_party(move, party):
        link.revoked_at, link.replaced_by = link.revoked_at or move.now, fresh.id
        fresh.guest_id, fresh.guest = link.guest_id, link.guest
    if fresh.guest is not None:
        move.guests[party] = fresh
    move.fresh_links[party, dispatch.id if dispatch else None] = fresh


@carry_out.register
def _stop_clocks(effect: effects.StopClocks, move: Move) -> None:
    clocks.stop(
        move,
        lambda clock: (
            not effect.exchanges
            or (clock.dispatch_id == move.dispatch_id and ACTS[clock.kind].exchange in effect.exchanges)
        ),
    )


@carry_out.register
def _let_links_end(effect: effects.LetLinksEnd, move: Move) -> None:
    last = move.now + timedelta(days=effect.days)
    links = update(Link).where(Link.ticket_id == move.ticket.id, Link.expires_at > last)
    move.session.execute(links.values(expires_at=last))


@carry_out.register
def _amend(effect: effects.Amend, move: Move) -> None:
    for name, value in effect.changes.items():
        setattr(move.ticket.site if name == "access" else move.ticket, name, value)
    move.ticket.search_text = index_of(move.ticket)


@carry_out.register
def _readdress(effect: effects.Readdress, move: Move) -> None:
    customer = move.ticket.customer
    if customer is None:
        raise ValueError(f"{move.act.name} needs a customer")
    theirs = and_(Delivery.ticket_id == move.ticket.id, Delivery.party == Party.CUSTOMER)
    if effect.phone is not None:
        readdress(move.session, theirs, "sms", customer.phone, effect.phone)
        customer.phone = effect.phone
    if effect.email is not None:
        readdress(move.session, theirs, "email", customer.email, effect.email)
        customer.email = effect.email


@carry_out.register
def _keep_position(effect: effects.KeepPosition, move: Move) -> None:
    move.proven(
        Position(
            organisation_id=move.ticket.organisation_id,
            latitude=effect.latitude,
            longitude=effect.longitude,
            at=move.now,
        )
    )


def of(move: Move) -> Dispatch:
    """The dispatch the act is about."""
    if move.dispatch is None:
        raise ValueError(f"{move.act.name} needs a dispatch")
    return move.dispatch


def raise_task(move: Move, task: Task) -> None:
    """Put a task on the manager's list, once as long as it is open."""
    dispatch_id = None if task is Task.NO_TAKER else move.dispatch_id
    for one in open_tasks(move):
        if (one.kind, one.dispatch_id) == (task, dispatch_id):
            return
    raised = TodoTask(
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=dispatch_id,
        kind=task,
        since=move.now,
        detail={"who": move.actor.name},
    )
    all_tasks(move).append(raised)
    move.session.add(raised)


def settle_tasks(move: Move, tasks: Sequence[Task], *, here: bool = False) -> None:
    """Take tasks off the manager's list; none named means all. here: of this dispatch, or of the customer.

    A reply to one company answers no other, nor are its papers another's; what the clock sends to one does
    not reach whom it passed over.
    """
    by_clock = move.actor.party is Party.CLOCK
    for one in open_tasks(move):
        of_one = one.kind in (Task.MESSAGE, Task.DOCUMENT) or (one.kind is Task.UNDELIVERABLE and by_clock)
        mine = not of_one or move.dispatch_id in (None, one.dispatch_id)
        if here:
            mine = one.dispatch_id == move.dispatch_id
        if not tasks or (one.kind in tasks and mine):
            one.settled_at = move.now


def open_tasks(move: Move) -> list[TodoTask]:
    """What the manager has to do on this ticket now."""
    return [task for task in all_tasks(move) if task.settled_at is None]


def all_tasks(move: Move) -> list[TodoTask]:
    """The tasks that were open when the act began, and those raised since."""
    if move.tasks is None:
        move.tasks = queries.open_tasks(move.session, move.ticket.id)
    return move.tasks


def ask_next_wave(move: Move) -> bool:
    """Choose the next suitable subcontractors by trade and area; False when nobody is left (S007, S010)."""
    ticket = move.ticket
    choices = suitable(move)[: rules_of(move.session, ticket).wave_size]
    if choices:
        ticket.wave += 1
    for choice in choices:
        move.follow_ups.append(FollowUp(add_dispatch(move, choice), "offer.send"))
    return bool(choices)


def suitable(move: Move) -> Sequence[Choice]:
    """Active subcontractors not asked yet, in the order in which they should be."""
    asked = {d.subcontractor_id for d in move.ticket.dispatches}
    others = (
        known.candidate for known in candidates(move.session, move.now) if known.candidate.id not in asked
    )
    return rank(others, move.ticket.trade, move.ticket.site.postcode)


def add_dispatch(move: Move, choice: Choice) -> Dispatch:
    """One more subcontractor on the ticket, with the reasons why; nothing is sent yet."""
    dispatch = Dispatch(
        organisation_id=move.ticket.organisation_id,
        ticket=move.ticket,
        subcontractor_id=choice.id,
        subcontractor=move.session.get_one(Subcontractor, choice.id),
        wave=move.ticket.wave,
        position=len(move.ticket.dispatches),
        why=[list(reason) for reason in choice.why],
    )
    move.session.add(dispatch)
    move.session.flush()
    return dispatch


def _drop_all(move: Move) -> None:
    for one in move.ticket.appointments:
        one.state = "dropped"
    if move.ticket.appointments:
        move.session.flush()  # the index allows one agreed appointment at any moment


def _link_party(move: Move) -> Party:
    return Party(move.answer.get("of", Party.SUBCONTRACTOR if move.dispatch else Party.CUSTOMER))


def links_of_party(move: Move, party: Party) -> Sequence[Link]:
    """The party's links here that none has taken the place of, those that were cut included."""
    statement = select(Link).where(
        Link.ticket_id == move.ticket.id,
        Link.party == party,
        Link.dispatch_id == move.dispatch_id if move.dispatch else Link.dispatch_id.is_(None),
        Link.replaced_by.is_(None),
    )
    return move.session.scalars(statement).all()
