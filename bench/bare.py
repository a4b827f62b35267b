"""The bare reference: the plainest Flask and SQLAlchemy code that reads or commits the same rows.

No links, no rules, no wall, no languages: only what any page over these tables would have to do. It runs
on the same database settings as the service, so that the ratio shows what the service adds.
"""

import hashlib
import os
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string, request
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.store.models import (
    Appointment,
    Attachment,
    Clock,
    Delivery,
    Dispatch,
    Event,
    EventPayload,
    JournalHead,
    Link,
    Message,
    Submission,
    Ticket,
)

PAGE = """<!doctype html><html lang="fr"><head><title>{{ ticket.ref }}</title></head><body>
<h1>{{ ticket.title }}</h1>
<p>{{ ticket.organisation.name }} {{ ticket.description }} {{ ticket.price_cents }}</p>
<p>{{ ticket.site.address }} {{ ticket.site.postcode }} {{ ticket.site.city }} {{ ticket.site.access }}</p>
<p>{{ ticket.customer.name }} {{ ticket.customer.phone }}</p><p>{{ dispatch.subcontractor.name }}</p>
<ul>{% for one in ticket.appointments %}<li>{{ one.starts_at }}</li>{% endfor %}</ul>
<ol>{% for one, content in events %}<li>{{ one.at }} {{ one.act }} {{ content }}</li>{% endfor %}</ol>
<ul>{% for one in messages %}<li>{{ one.body }}</li>{% endfor %}</ul>
<ul>{% for one in files %}<li>{{ one.name }}</li>{% endfor %}</ul>
<form method="post"><input name="date"><input name="time"><button>OK</button></form></body></html>"""

app = Flask(__name__)
url = os.environ["FIELDTICKETS_DATABASE_URL"]
engine = create_engine(url, pool_size=20, max_overflow=40)
Opened = sessionmaker(engine, expire_on_commit=False)
files = Path(os.environ.get("BENCH_FILES", "."))


@event.listens_for(engine, "connect")
def _settings(raw: Any, _record: Any) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")


@event.listens_for(engine, "begin")
def _begin(connection: Any) -> None:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/open/<int:link_id>")
def show(link_id: int) -> str:
    with Opened() as session:
        link = session.get_one(Link, link_id)
        ticket, mine = link.ticket, Event.dispatch_id.in_([link.dispatch_id])
        events = session.execute(
            select(Event, EventPayload.content)
            .join(EventPayload, EventPayload.event_id == Event.id)
            .where(Event.ticket_id == ticket.id, mine | Event.dispatch_id.is_(None))
            .order_by(Event.id)
        ).all()
        messages = session.scalars(select(Message).where(Message.ticket_id == ticket.id)).all()
        attached = session.scalars(select(Attachment).where(Attachment.ticket_id == ticket.id)).all()
        return render_template_string(
            PAGE, ticket=ticket, dispatch=link.dispatch, events=events, messages=messages, files=attached
        )


@app.post("/accept/<int:link_id>")
def accept(link_id: int) -> tuple[str, int]:
    now = datetime.now(UTC)
    with Opened.begin() as session:
        link = session.get_one(Link, link_id)
        ticket, dispatch = link.ticket, link.dispatch
        dispatch.standing, dispatch.answered_at = Standing.ASSIGNED, now
        ticket.phase, ticket.assigned_id, ticket.version = Phase.ASSIGNED, dispatch.id, ticket.version + 1
        link.used_at, link.uses = now, link.uses + 1
        for clock in session.scalars(select(Clock).where(Clock.ticket_id == ticket.id)):
            clock.state = "cancelled"
        session.add(Appointment(**of(ticket), state="agreed", starts_at=now))
        fact = a_fact(session, ticket, dispatch, "offer.accept", now)
        people = (("email", 0), ("email", 1), ("sms", 3), ("email", 3))
        session.add_all(
            a_delivery(ticket, dispatch, fact, channel, number, now) for channel, number in people
        )
    return "", 303


@app.post("/message/<int:link_id>")
def message(link_id: int) -> tuple[str, int]:
    now, sent = datetime.now(UTC), request.files["files"]
    path = files / secrets.token_hex(8)
    with path.open("wb") as kept:
        sent.save(kept)
        kept.flush()
        os.fsync(kept.fileno())
    with Opened.begin() as session:
        link = session.get_one(Link, link_id)
        ticket, dispatch = link.ticket, link.dispatch
        ticket.version += 1
        link.used_at, link.uses = now, link.uses + 1
        fact = a_fact(session, ticket, dispatch, "message.write", now)
        shared = {**of(ticket), "event_id": fact.id, "dispatch_id": dispatch.id}
        session.add(Message(**shared, audience=Party.SUBCONTRACTOR, body=request.form["body"]))
        described = {
            "name": sent.filename,
            "kind": "image/jpeg",
            "size": path.stat().st_size,
            "digest": "0" * 64,
        }
        session.add(Attachment(**shared, audience=Party.SUBCONTRACTOR, key=path.name, **described))
        session.add(a_delivery(ticket, dispatch, fact, "email", 0, now))
    return "", 303


def of(ticket: Ticket) -> dict[str, Any]:
    return {"organisation_id": ticket.organisation_id, "ticket_id": ticket.id}


def a_fact(session: Session, ticket: Ticket, dispatch: Dispatch, act: str, now: datetime) -> Event:
    head = session.get_one(JournalHead, ticket.organisation_id, with_for_update=True)
    head.seq, previous = head.seq + 1, head.seal
    head.seal = hashlib.sha256(previous.encode()).hexdigest()
    fact = Event(
        **of(ticket),
        dispatch_id=dispatch.id,
        seq=head.seq,
        act=act,
        party=Party.SUBCONTRACTOR,
        actor="link",
        at=now,
        payload_digest=head.seal,
        previous_seal=previous,
        seal=head.seal,
    )
    fact.payload = EventPayload(
        organisation_id=ticket.organisation_id, salt="0" * 32, content={"answer": dict(request.form)}
    )
    session.add(fact)
    session.flush()
    nonce = secrets.token_urlsafe(9)
    session.add(
        Submission(
            organisation_id=ticket.organisation_id,
            nonce=nonce,
            act=act,
            digest=head.seal,
            event_id=fact.id,
            at=now,
        )
    )
    return fact


def a_delivery(
    ticket: Ticket, dispatch: Dispatch, fact: Event, channel: str, number: int, now: datetime
) -> Delivery:
    return Delivery(
        **of(ticket),
        idempotency_key=f"{fact.id}.{number}.{channel}",
        event_id=fact.id,
        dispatch_id=dispatch.id,
        party=Party.MANAGER,
        channel=channel,
        address="nadia@lavigne.example",
        language="fr",
        zone="Europe/Paris",
        act=fact.act,
        notice=number,
        words={"ref": ticket.ref, "problem": ticket.title, "town": ticket.site.city},
        due_at=now,
        ends_at=now,
    )
