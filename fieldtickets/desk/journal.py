"""The journal: one more sealed fact, without a gap (E8, E03)."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldtickets.desk.moves import Move
from fieldtickets.domain import seals
from fieldtickets.exchanges.texts import frozen
from fieldtickets.store.models import Event, EventPayload, JournalHead

APART = {"body"}  # long words of people live in the message beside the fact


def write(move: Move) -> Event:
    """Seal one more fact to the journal. The organisation's head is locked until the commit."""
    head = move.session.get_one(JournalHead, move.ticket.organisation_id, with_for_update=True)
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
    event.payload = EventPayload(organisation_id=event.organisation_id, salt=salt, content=content)
    head.seq, head.seal = event.seq, event.seal
    move.session.add(event)
    move.session.flush()
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
    previous, expected = seals.GENESIS, 1
    for event in _facts(session, organisation_id):
        if event.seq != expected:
            raise Broken(expected, "missing")
        if event.previous_seal != previous or event.seal != seals.seal(event.fact(), previous):
            raise Broken(event.seq, "seal does not match")
        if event.payload and event.payload_digest != seals.digest(event.payload.salt, event.payload.content):
            raise Broken(event.seq, "words were changed")
        previous, expected = event.seal, expected + 1
    head = session.get(JournalHead, organisation_id)
    if head is None or (head.seq, head.seal) != (expected - 1, previous):
        raise Broken(expected, "the end is missing")
    return expected - 1


def _facts(session: Session, organisation_id: int) -> Iterable[Event]:
    statement = (
        select(Event)
        .where(Event.organisation_id == organisation_id)
        .options(joinedload(Event.payload))
        .order_by(Event.seq)
        .execution_options(yield_per=500)
    )
    return session.scalars(statement)


def last_number(session: Session, organisation_id: int) -> tuple[int, datetime | None]:
    """The number of the latest fact: what live pages compare."""
    row = session.execute(
        select(Event.seq, Event.at)
        .where(Event.organisation_id == organisation_id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, None)
