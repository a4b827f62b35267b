"""Recording one act: lock, gather, decide, write."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldtickets.desk import effects, journal, notices
from fieldtickets.desk.facts import assigned, gather
from fieldtickets.desk.moves import Actor, Move, StoredFile
from fieldtickets.desk.queues import refresh
from fieldtickets.domain import seals
from fieldtickets.domain.acts import Act, Answer, Outcome, Refused, TooLate
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges import ACTS, OF_TICKET
from fieldtickets.exchanges.texts import frozen
from fieldtickets.links import Links
from fieldtickets.store.models import (
    Attachment,
    Clock,
    Dispatch,
    Event,
    Link,
    LinkDevice,
    Message,
    Subcontractor,
    Submission,
    Ticket,
)


class LinkDead(Exception):
    """The link was revoked or has ended while its form was open (L09, L10)."""


class FormReused(Refused):
    """The same form was already sent with other content (R04)."""

    code = "form.reused"


@dataclass(frozen=True)
class Request:
    """An act that somebody asks for.

    submission: names the form that was sent; the same one twice is one act (R02).
    link_id: through which link, checked again under the lock (L10).
    seen_version: the ticket's version when the form was shown.
    declared_at: when the phone says it was tapped; the server's own time rules (T07).
    """

    ticket_id: int
    act: Act
    answer: Answer
    actor: Actor
    submission: str
    dispatch_id: int | None = None
    link_id: int | None = None
    seen_version: int | None = None
    files: tuple[StoredFile, ...] = ()
    declared_at: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """What became of a request: the event it left, whether it was counted before, why it came too late."""

    event_id: int | None
    again: bool = False
    too_late: TooLate | None = None
    delivery_ids: tuple[int, ...] = field(default=())


def record(session: Session, links: Links, request: Request, now: datetime) -> Recorded:
    """Do an act and return what it left.

    An act that comes too late may leave a trace of its own (R03): it is then recorded and `too_late` set,
    so that the caller commits and says why.
    Raises Refused or TooLate, leaving nothing, when the act is not possible; FormReused; LinkDead.
    """
    ticket = locked(session, request.ticket_id)
    link = _open_link(session, request, ticket, now) if request.link_id is not None else None
    if earlier := _counted(session, request):
        return earlier
    dispatch = _dispatch(ticket, request)
    move = Move(session, links, ticket, dispatch, request.act, request.answer, request.actor, now)
    move.files, move.declared_at = request.files, request.declared_at
    _refuse_stale(move, request)
    if link is not None:
        _notice_device(move, link)
    try:
        event, owed = play(move)
        recorded = Recorded(event.id, delivery_ids=tuple(owed))
    except TooLate as reason:
        recorded = Recorded(_leave_trace(move, reason), too_late=reason)
    _count(move, request, recorded)
    return recorded


def play(move: Move) -> tuple[Event, list[int]]:
    """Try the act on the locked ticket and write all that follows; then the acts that it sets off."""
    with move.session.no_autoflush:  # one flush, where the journal is written
        return _play(move)


def _play(move: Move) -> tuple[Event, list[int]]:
    effects.all_tasks(move)  # read before follow-ups share them
    facts = gather(move.session, move.ticket, move.dispatch, move.now)
    outcome = move.act.play(move.actor.party, facts, move.answer)
    reached = notices.asked_before(move)
    _change_phase(move.ticket, outcome)
    for effect in outcome.effects:
        effects.carry_out(effect, move)
    if move.act.settles:
        effects.settle_tasks(move, move.act.settles)
    event = journal.write(move)
    _write_down(move, event)
    _set_clocks(move, outcome)
    owed = notices.owe(move, event, outcome, reached)
    for step in move.follow_ups:
        play(move.after(step.dispatch, ACTS[step.act_name]))
    refresh(move)
    return event, [delivery.id for delivery in owed]


def locked(session: Session, ticket_id: int) -> Ticket:
    """The ticket with all that its rules look at, locked until the commit. NoResultFound when foreign."""
    statement = (
        select(Ticket)
        .where(Ticket.id == ticket_id)
        .options(
            joinedload(Ticket.site),
            joinedload(Ticket.customer),
            joinedload(Ticket.manager),
            joinedload(Ticket.organisation),
            selectinload(Ticket.appointments),
            selectinload(Ticket.dispatches)
            .joinedload(Dispatch.subcontractor)
            .selectinload(Subcontractor.people),
        )
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).unique().one()


def content_digest(request: Request) -> str:
    """What tells one submission's content from another's: where, and what was answered."""
    content = {
        "ticket": request.ticket_id,
        "dispatch": request.dispatch_id,
        "answer": frozen(dict(request.answer)),
        "files": [[one.name, one.digest] for one in request.files],
    }
    return hashlib.sha256(seals.canonical(content)).hexdigest()


def _open_link(session: Session, request: Request, ticket: Ticket, now: datetime) -> Link:
    link = session.get_one(Link, request.link_id, with_for_update=True, populate_existing=True)
    dead = link.revoked_at is not None or link.expires_at <= now
    if dead and request.act.name != "link.renew":
        raise LinkDead
    notices.prolong(link, ticket, now)
    return link


def _notice_device(move: Move, link: Link) -> None:
    """Remember from what kind of browser somebody acts; the manager reads of each further one (L14)."""
    device = move.actor.device
    known = move.session.scalars(select(LinkDevice.device).where(LinkDevice.link_id == link.id)).all()
    if not device or device in known:
        return
    move.session.add(
        LinkDevice(organisation_id=link.organisation_id, link_id=link.id, device=device, since=move.now)
    )
    if known:
        play(move.noticed(ACTS["link.new_device"]))


def _counted(session: Session, request: Request) -> Recorded | None:
    earlier = session.get(Submission, request.submission)
    if earlier is None:
        return None
    if (earlier.act, earlier.digest) != (request.act.name, content_digest(request)):
        raise FormReused(_("This form was already sent with other content."))
    late = (earlier.result or {}).get("too_late")
    reason = TooLate(_("This came too late. The job has changed meanwhile."), late) if late else None
    return Recorded(earlier.event_id, again=True, too_late=reason)


def _count(move: Move, request: Request, recorded: Recorded) -> None:
    move.session.add(
        Submission(
            organisation_id=move.ticket.organisation_id,
            nonce=request.submission,
            act=request.act.name,
            digest=content_digest(request),
            event_id=recorded.event_id,
            result={"too_late": recorded.too_late.code} if recorded.too_late else None,
            at=move.now,
        )
    )


def _dispatch(ticket: Ticket, request: Request) -> Dispatch | None:
    """The dispatch an act is about: the one named, else for a manager the one that has the job."""
    if request.act.exchange in OF_TICKET or request.answer.get("to") in ("customer", "note"):
        return None
    if request.dispatch_id is not None:
        return next(d for d in ticket.dispatches if d.id == request.dispatch_id)
    if request.actor.party is not Party.MANAGER:
        return None
    if request.answer.get("to") == "subcontractor" and ticket.assigned_id is None:
        raise Refused(_("Say which company it is for."), field="dispatch_id")
    return assigned(ticket)


def _refuse_stale(move: Move, request: Request) -> None:
    if move.act.strict and request.seen_version not in (None, move.ticket.version):
        raise TooLate(_("This ticket changed while you were writing. Your text is kept."), "version.conflict")


def _leave_trace(move: Move, reason: TooLate) -> int:
    """Record the attempt itself where the exchange wants it, else let the refusal stand."""
    if move.act.instead is None or reason.code != "ticket.taken":
        raise reason
    trace = Move(
        move.session, move.links, move.ticket, move.dispatch, ACTS[move.act.instead], {}, move.actor, move.now
    )
    facts = gather(trace.session, trace.ticket, trace.dispatch, trace.now)
    if not trace.act.open_to(trace.actor.party, facts):
        raise reason
    return play(trace)[0].id


def _change_phase(ticket: Ticket, outcome: Outcome) -> None:
    if outcome.phase.over and not ticket.phase.over:
        ticket.phase_before = ticket.phase
    ticket.phase = outcome.phase
    ticket.version += 1


def _write_down(move: Move, event: Event) -> None:
    """The message that the act holds, and its files, each visible to its own thread only."""
    audience = _audience(move)
    if "body" in move.answer:
        move.session.add(
            Message(
                organisation_id=event.organisation_id,
                ticket_id=event.ticket_id,
                event_id=event.id,
                dispatch_id=event.dispatch_id,
                audience=audience,
                body=move.answer["body"],
            )
        )
    move.session.add_all(
        Attachment(
            organisation_id=event.organisation_id,
            ticket_id=event.ticket_id,
            event_id=event.id,
            dispatch_id=event.dispatch_id,
            audience=audience,
            shared=move.act.name == "ticket.open",
            field=file.field,
            place=place,
            name=file.name,
            kind=file.kind,
            size=file.size,
            digest=file.digest,
            key=file.key,
        )
        for place, file in enumerate(move.files)
    )


def _audience(move: Move) -> Party | None:
    """The other side of the thread that a message belongs to; None for a note."""
    if move.actor.party is Party.MANAGER:
        to = move.answer.get("to")
        return Party(to) if to in (Party.SUBCONTRACTOR, Party.CUSTOMER) else None
    return move.actor.party


def _set_clocks(move: Move, outcome: Outcome) -> None:
    """Stop what was answered or makes no sense any more, then start what the act brings."""
    standings = {d.id: d.standing for d in move.ticket.dispatches}

    def senseless(clock: Clock) -> bool:
        act = ACTS[clock.kind]
        standing = standings.get(clock.dispatch_id) if clock.dispatch_id else None
        out_of_place = act.standing is not None and standing not in act.standing
        return move.ticket.phase not in act.when or out_of_place

    effects.stop_clocks(move, senseless)
    move.session.add_all(
        Clock(
            organisation_id=move.ticket.organisation_id,
            ticket_id=move.ticket.id,
            dispatch_id=move.dispatch_id,
            kind=alarm.act,
            number=alarm.number,
            due_at=alarm.due_at,
        )
        for alarm in outcome.alarms
    )
