"""The journal: one more sealed fact, without a gap (E8, E03)."""

import secrets
from contextlib import closing

from sqlalchemy import ScalarResult, select
from sqlalchemy.orm import Session, joinedload

from fieldtickets.desk.moves import Move
from fieldtickets.domain import seals
from fieldtickets.exchanges.texts import frozen
from fieldtickets.store.models import Event, EventPayload, JournalHead
from fieldtickets.store.queries import acts as queries

APART = {"body"}  # long words of people live in the message beside the fact


def write(move: Move) -> Event:
    """Seal one more fact to the journal. The organisation's head is locked until the commit."""
    head = queries.locked_head(move.session, move.ticket.organisation_id)
    content = _content(move)
    salt = secrets.token_hex(16)
    event = Event(
        organisation_id=move.ticket.organisation_id,
        seq=head.seq + 1,
        ticket_id=move.ticket.id,
        dispatch_id=move.dispatch_id,
        act=move.act.name,
        party=move.actor.party,
        actor=move.actor.label,
        at=move.now,
        declared_at=move.declared_at,
        payload_digest=seals.digest(salt, content),
        previous_seal=head.seal,
    )
    event.seal = seals.seal(event.fact(), head.seal)
    event.id = queries.append(move.session, event)
    move.session.add(
        EventPayload(event_id=event.id, organisation_id=event.organisation_id, salt=salt, content=content)
    )
    head.seq, head.seal = event.seq, event.seal
    return event


def _content(move: Move) -> dict[str, object]:
    """Who and what, as JSON: long texts and files only by their digests."""
    answer = {name: value for name, value in frozen(move.answer).items() if name not in APART}
    content: dict[str, object] = {"who": move.actor.name, "answer": answer}
    if "body" in move.answer:
        content["body"] = seals.digest("", {"body": move.answer["body"]})
    if move.files:
        content["files"] = [[file.field, file.name, file.digest] for file in move.files]
    if move.dispatch is not None:
        content["subcontractor"] = move.dispatch.subcontractor.name
    for one in move.ticket.appointments:
        if one.state == "agreed":
            content["appointment"] = frozen(one.starts_at)
    if move.act.exchange == "appointment":
        proposed = [one.starts_at for one in move.ticket.appointments if one.state == "proposed"]
        content["slots"] = frozen(proposed)
    return content


class Broken(Exception):
    """The first fact whose seal does not hold."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"event {seq}: {why}")
        self.seq = seq


def verify(session: Session, organisation_id: int) -> int:
    """Check every seal of an organisation's journal; return how many facts it has.

    Raises Broken with the first number that is wrong: changed, removed, added, out of order, cut (E01).
    """
    before = _head(session, organisation_id)
    previous, expected = seals.GENESIS, 1
    with closing(_facts(session, organisation_id)) as facts:
        for event in facts:
            if event.seq != expected:
                raise Broken(expected, "missing")
            _check(event, previous)
            if event.seq == before[0] and event.seal != before[1]:
                raise Broken(event.seq, "not what the head says")
            previous, expected = event.seal, expected + 1
    if expected <= before[0]:
        raise Broken(expected, "the end is missing")
    if expected - 1 > _head(session, organisation_id)[0]:  # read again: the journal grows while we look
        raise Broken(before[0] + 1, "past the head")
    return expected - 1


def _check(event: Event, previous: str) -> None:
    if event.previous_seal != previous or event.seal != seals.seal(event.fact(), previous):
        raise Broken(event.seq, "seal does not match")
    payload = event.payload
    if payload and event.payload_digest != seals.digest(payload.salt, payload.content):
        raise Broken(event.seq, "words were changed")


def _head(session: Session, organisation_id: int) -> tuple[int, str]:
    row = session.execute(
        select(JournalHead.seq, JournalHead.seal).where(JournalHead.organisation_id == organisation_id)
    ).first()
    return (row[0], row[1]) if row else (0, seals.GENESIS)


def holds(session: Session, seq: int, seal: str) -> bool:
    """Whether a head noted earlier, in a mail or a document, is still in its journal (E02)."""
    noted = select(Event.id).where(Event.seq == seq, Event.seal == seal)
    return session.scalars(noted).first() is not None


def _facts(session: Session, organisation_id: int) -> ScalarResult[Event]:
    statement = (
        select(Event)
        .where(Event.organisation_id == organisation_id)
        .options(joinedload(Event.payload))
        .order_by(Event.seq)
        .execution_options(yield_per=500)
    )
    return session.scalars(statement)
