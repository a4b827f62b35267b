"""Recording one act: lock, gather, decide, write."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from fieldtickets.desk import clocks, effects, journal, notices
from fieldtickets.desk.facts import assigned, gather
from fieldtickets.desk.moves import Actor, Move, StoredFile
from fieldtickets.desk.queues import refresh
from fieldtickets.desk.whose import meant, named, of_the_ticket
from fieldtickets.domain import seals
from fieldtickets.domain.acts import Act, Answer, Outcome, Refused, TooLate
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import frozen
from fieldtickets.links import Links
from fieldtickets.store.models import (
    Attachment,
    Delivery,
    Dispatch,
    Event,
    LinkDevice,
    Message,
    Submission,
    Ticket,
)
from fieldtickets.store.queries import acts as queries

OUR_SIDE = (Party.MANAGER, Party.ACCOUNTANT)


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
    typed: the fields of its form as they came, which do not depend on what the ticket says by now (R04).
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
    typed: Sequence[tuple[str, str]] | None = None


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
    with session.no_autoflush:  # all is written at the end, in one flush
        return _record(session, links, request, now)


def _record(session: Session, links: Links, request: Request, now: datetime) -> Recorded:
    ticket = queries.locked(session, request.ticket_id)
    knock = _knock(session, request, request.link_id, ticket, now) if request.link_id else None
    earlier = knock.submission if knock else queries.submission(session, request.submission)
    if earlier is not None:
        return _counted(request, earlier)
    dispatch = _dispatch(ticket, request)
    move = Move(session, links, ticket, dispatch, request.act, request.answer, request.actor, now)
    move.files, move.declared_at = request.files, request.declared_at
    _refuse_stale(move, request)
    if knock is not None:
        _notice_device(move, knock)
    late = None
    try:
        event, owed = play(move)
    except TooLate as reason:
        late, (event, owed) = reason, _leave_trace(move, reason)
    _count(move, request, event, late)
    session.flush()
    return Recorded(event.id, delivery_ids=tuple(one.id for one in owed), too_late=late)


def play(move: Move) -> tuple[Event, list[Delivery]]:
    """Try the act on the locked ticket and add all that follows; then the acts that it sets off."""
    with move.session.no_autoflush:
        return _play(move)


def _play(move: Move) -> tuple[Event, list[Delivery]]:
    effects.all_tasks(move)  # read before follow-ups share them
    queries.know_companies(move.session, (move.dispatch, assigned(move.ticket)))
    facts = gather(move.session, move.ticket, move.dispatch, move.now)
    outcome = move.act.play(move.actor.party, facts, move.answer)
    reached, stood = notices.asked_before(move), clocks.where(move.ticket)
    _change_phase(move.ticket, outcome)
    for effect in outcome.effects:
        effects.carry_out(effect, move)
    if move.act.settles:
        effects.settle_tasks(move, move.act.settles)
    move.answer = move.act.written(facts, move.answer)
    event = journal.write(move)
    for row in move.awaiting:
        row.event_id = event.id
        move.session.add(row)
    _write_down(move, event)
    if clocks.where(move.ticket) != stood:
        clocks.stop_senseless(move)
    clocks.start(move, outcome)
    clocks.follow(move)
    owed = notices.owe(move, event, outcome, reached)
    for step in move.follow_ups:
        move.session.flush()
        play(move.after(step.dispatch, ACTS[step.act_name]))
    refresh(move)
    return event, owed


def content_digest(request: Request) -> str:
    """What tells one submission's content from another's: where, and what was answered."""
    said = [request.dispatch_id, frozen(dict(request.answer))] if request.typed is None else request.typed
    content = {
        "ticket": request.ticket_id,
        "said": said,
        "files": [[one.name, one.digest] for one in request.files],
    }
    return hashlib.sha256(seals.canonical(content)).hexdigest()


def _knock(session: Session, request: Request, link_id: int, ticket: Ticket, now: datetime) -> queries.Knock:
    knock = queries.knocked(session, link_id, request.submission, request.actor.device)
    dead = knock.link.revoked_at is not None or knock.link.expires_at <= now
    if dead and request.act.name != "link.renew":
        raise LinkDead
    notices.prolong(knock.link, ticket, now)
    return knock


def _notice_device(move: Move, knock: queries.Knock) -> None:
    """Remember from what kind of browser somebody acts; the manager reads of each further one (L14)."""
    link, device = knock.link, move.actor.device
    if not device or knock.knows_device:
        return
    move.session.add(
        LinkDevice(organisation_id=link.organisation_id, link_id=link.id, device=device, since=move.now)
    )
    if knock.has_devices:
        play(move.noticed(ACTS["link.new_device"]))
        move.session.flush()


def _counted(request: Request, earlier: Submission) -> Recorded:
    """What the same form left when it came first. Raises FormReused where it brings something else."""
    if (earlier.act, earlier.digest) != (request.act.name, content_digest(request)):
        raise FormReused(_("This form was already sent with other content."))
    late = (earlier.result or {}).get("too_late")
    reason = TooLate(_("This came too late. The job has changed meanwhile."), late) if late else None
    return Recorded(earlier.event_id, again=True, too_late=reason)


def _count(move: Move, request: Request, event: Event, late: TooLate | None) -> None:
    move.session.add(
        Submission(
            organisation_id=move.ticket.organisation_id,
            nonce=request.submission,
            act=request.act.name,
            digest=content_digest(request),
            event_id=event.id,
            result={"too_late": late.code} if late else None,
            at=move.now,
        )
    )


def _dispatch(ticket: Ticket, request: Request) -> Dispatch | None:
    """The dispatch an act is about: that of its link or deadline, else the one that our side means."""
    to = request.answer.get("to")
    if request.actor.party not in OUR_SIDE:
        return (
            named(ticket, request.dispatch_id)
            if request.dispatch_id and not of_the_ticket(request.act, to)
            else None
        )
    dispatch = meant(ticket, request.act, request.dispatch_id, to)
    if dispatch is None and to == Party.SUBCONTRACTOR:
        raise Refused(_("Say which company it is for."), field="dispatch_id")
    return dispatch


def _refuse_stale(move: Move, request: Request) -> None:
    """Refuse what is still possible but was asked of an older ticket; what is not says itself why (R08)."""
    if not move.act.strict or request.seen_version in (None, move.ticket.version):
        return
    facts = gather(move.session, move.ticket, move.dispatch, move.now)
    if move.act.open_to(move.actor.party, facts):
        raise TooLate(_("This ticket changed while you were writing. Your text is kept."), "version.conflict")


def _leave_trace(move: Move, reason: TooLate) -> tuple[Event, list[Delivery]]:
    """Record the attempt itself where the exchange wants it, else let the refusal stand.

    What the attempt leaves is an act like any other: it says itself when it is possible.
    """
    if move.act.instead is None:
        raise reason
    trace = Move(
        move.session, move.links, move.ticket, move.dispatch, ACTS[move.act.instead], {}, move.actor, move.now
    )
    facts = gather(trace.session, trace.ticket, trace.dispatch, trace.now)
    if not trace.act.open_to(trace.actor.party, facts):
        raise reason
    return play(trace)


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
        return Party(to) if to and to != "note" else None
    return move.actor.party
