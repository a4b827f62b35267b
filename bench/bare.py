"""The bare reference: the plainest Flask and SQLAlchemy code that reads or commits the same rows.

No links, no rules, no wall, no languages, and nothing of the service imported: only what any page over
these tables would have to do. It runs on the same database settings as the service, so that the ratio
shows what the service adds.
"""

import hashlib
import os
import secrets
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, render_template_string, request
from sqlalchemy import create_engine, event, select
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.datastructures import FileStorage

PAGE = """<!doctype html><html lang="fr"><head><title>{{ ticket.ref }}</title></head><body>
<h1>{{ ticket.title }}</h1>
<p>{{ organisation.name }} {{ ticket.description }} {{ ticket.price_cents }}</p>
<p>{{ site.address }} {{ site.postcode }} {{ site.city }} {{ site.access }}</p>
<p>{{ customer.name }} {{ customer.phone }}</p><p>{{ company.name }}</p>
<ul>{% for one in appointments %}<li>{{ one.starts_at }}</li>{% endfor %}</ul>
<ol>{% for one, content in events %}<li>{{ one.at }} {{ one.act }} {{ content }}</li>{% endfor %}</ol>
<ul>{% for one in messages %}<li>{{ one.body }}</li>{% endfor %}</ul>
<ul>{% for one in files %}<li>{{ one.name }}</li>{% endfor %}</ul>
<form method="post"><input name="date"><input name="time"><button>OK</button></form></body></html>"""

app = Flask(__name__)
engine = create_engine(os.environ["FIELDTICKETS_DATABASE_URL"], pool_size=20, max_overflow=40)
Opened = sessionmaker(engine, expire_on_commit=False)
files = Path(os.environ.get("BENCH_FILES", "."))


@event.listens_for(engine, "connect")
def _settings(raw: Any, _record: Any) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")


Base = automap_base()
Base.prepare(autoload_with=engine, generate_relationship=lambda *_all, **_more: None)
rows = Base.classes


@event.listens_for(engine, "begin")
def _begin(connection: Any) -> None:
    if engine.dialect.name == "sqlite":
        writes = not has_request_context() or request.method == "POST"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/open/<int:link_id>")
def show(link_id: int) -> str:
    with Opened() as session:
        link, ticket, dispatch = opened(session, link_id)
        said, told = rows.event, rows.event_payload
        events = session.execute(
            select(said, told.content)
            .join(told, told.event_id == said.id)
            .where(
                said.ticket_id == ticket.id,
                (said.dispatch_id == link.dispatch_id) | said.dispatch_id.is_(None),
            )
            .order_by(said.id)
        ).all()
        return render_template_string(
            PAGE,
            ticket=ticket,
            organisation=session.get_one(rows.organisation, ticket.organisation_id),
            site=session.get_one(rows.site, ticket.site_id),
            customer=session.get_one(rows.customer, ticket.customer_id),
            company=session.get_one(rows.subcontractor, dispatch.subcontractor_id),
            events=events,
            appointments=of_ticket(session, rows.appointment, ticket),
            messages=of_ticket(session, rows.message, ticket),
            files=of_ticket(session, rows.attachment, ticket),
        )


def opened(session: Session, link_id: int) -> tuple[Any, Any, Any]:
    link = session.get_one(rows.link, link_id)
    return (
        link,
        session.get_one(rows.ticket, link.ticket_id),
        session.get_one(rows.dispatch, link.dispatch_id),
    )


def of_ticket(session: Session, table: Any, ticket: Any) -> Any:
    return session.scalars(select(table).where(table.ticket_id == ticket.id)).all()


@app.post("/accept/<int:link_id>")
def accept(link_id: int) -> tuple[str, int]:
    now = datetime.now(UTC)
    with Opened.begin() as session:
        link, ticket, dispatch = opened(session, link_id)
        dispatch.standing, dispatch.answered_at = "assigned", now
        ticket.phase, ticket.assigned_id, ticket.version = "assigned", dispatch.id, ticket.version + 1
        link.used_at, link.uses = now, link.uses + 1
        for clock in of_ticket(session, rows.clock, ticket):
            clock.state = "cancelled"
        session.add(
            rows.appointment(**of(ticket), state="agreed", starts_at=now, number=1, fixed=False, sequence=0)
        )
        fact = a_fact(session, ticket, dispatch, "offer.accept", now, dict(request.form))
        people = (("email", 0), ("email", 1), ("sms", 3), ("email", 3))
        session.add_all(
            a_delivery(session, ticket, dispatch, fact, channel, number, now) for channel, number in people
        )
    return "", 303


@app.post("/message/<int:link_id>")
def message(link_id: int) -> tuple[str, int]:
    now = datetime.now(UTC)
    kept = [keep(sent) for sent in request.files.getlist("files")]
    with Opened.begin() as session:
        ticket, dispatch, fact = answered(session, link_id, "message.write", now)
        shared = shared_by(ticket, dispatch, fact)
        session.add(rows.message(**shared, id=secrets.randbits(52), body=request.form["body"]))
        session.add_all(an_attachment(shared, path, "files") for path in kept)
        session.add(a_delivery(session, ticket, dispatch, fact, "email", 0, now))
    return "", 303


@app.post("/report/<int:link_id>")
def report(link_id: int) -> tuple[str, int]:
    now = datetime.now(UTC)
    kept = [keep(sent) for sent in request.files.getlist("photos")]
    with Opened.begin() as session:
        ticket, dispatch, fact = answered(session, link_id, "completion.submit", now)
        session.add_all(an_attachment(shared_by(ticket, dispatch, fact), path, "photos") for path in kept)
        people = (("email", 0), ("sms", 1), ("email", 1))
        session.add_all(
            a_delivery(session, ticket, dispatch, fact, channel, number, now) for channel, number in people
        )
    return "", 303


def keep(sent: FileStorage) -> Path:
    path = files / secrets.token_hex(8)
    with path.open("wb") as kept:
        sent.save(kept)
        kept.flush()
        os.fsync(kept.fileno())
    return path


def answered(session: Session, link_id: int, act: str, now: datetime) -> tuple[Any, Any, Any]:
    link, ticket, dispatch = opened(session, link_id)
    ticket.version += 1
    link.used_at, link.uses = now, link.uses + 1
    return ticket, dispatch, a_fact(session, ticket, dispatch, act, now, dict(request.form))


def shared_by(ticket: Any, dispatch: Any, fact: Any) -> dict[str, Any]:
    return {**of(ticket), "event_id": fact.id, "dispatch_id": dispatch.id, "audience": "subcontractor"}


def an_attachment(shared: dict[str, Any], path: Path, field: str) -> Any:
    return rows.attachment(
        **shared,
        id=secrets.randbits(52),
        name="fuite.jpg",
        kind="image/jpeg",
        size=path.stat().st_size,
        key=path.name,
        digest="0" * 64,
        field=field,
        shared=False,
        state="new",
    )


def fire_all() -> None:
    """Every deadline that is due, in the order of time, one commit each; the seconds are printed."""
    now = datetime.now(UTC)
    begun = time.perf_counter()
    with Opened() as session:
        clock = rows.clock
        wanted = select(clock.id).where(clock.state == "pending", clock.due_at <= now)
        due = session.scalars(wanted.order_by(clock.due_at, clock.id)).all()
    for clock_id in due:
        with Opened.begin() as session:
            fire(session, session.get_one(rows.clock, clock_id), now)
    print(time.perf_counter() - begun)


def fire(session: Session, clock: Any, now: datetime) -> None:
    clock.state, clock.fired_at = "fired", now
    ticket = session.get_one(rows.ticket, clock.ticket_id)
    dispatch = session.get_one(rows.dispatch, clock.dispatch_id)
    ticket.version, ticket.updated_at = ticket.version + 1, now
    fact = a_fact(session, ticket, dispatch, clock.kind, now, {})
    session.add_all(
        a_delivery(session, ticket, dispatch, fact, channel, 0, now) for channel in ("sms", "email")
    )


def of(ticket: Any) -> dict[str, Any]:
    return {"organisation_id": ticket.organisation_id, "ticket_id": ticket.id}


def a_fact(
    session: Session, ticket: Any, dispatch: Any, act: str, now: datetime, answer: dict[str, str]
) -> Any:
    head = session.get_one(rows.journal_head, ticket.organisation_id, with_for_update=True)
    head.seq, previous = head.seq + 1, head.seal
    head.seal = hashlib.sha256(previous.encode()).hexdigest()
    fact = rows.event(
        **of(ticket),
        dispatch_id=dispatch.id,
        seq=head.seq,
        act=act,
        party="subcontractor",
        actor="link",
        at=now,
        payload_digest=head.seal,
        previous_seal=previous,
        seal=head.seal,
    )
    session.add(fact)
    session.flush()
    shared = {"organisation_id": ticket.organisation_id, "event_id": fact.id}
    session.add(rows.event_payload(**shared, salt="0" * 32, content={"answer": answer}))
    session.add(rows.submission(**shared, nonce=secrets.token_urlsafe(9), act=act, digest=head.seal, at=now))
    return fact


def a_delivery(
    session: Session, ticket: Any, dispatch: Any, fact: Any, channel: str, number: int, now: datetime
) -> Any:
    site = session.get_one(rows.site, ticket.site_id)
    return rows.delivery(
        **of(ticket),
        id=secrets.randbits(52),
        idempotency_key=f"{fact.id}.{number}.{channel}",
        event_id=fact.id,
        dispatch_id=dispatch.id,
        party="manager",
        channel=channel,
        address="nadia@lavigne.example",
        name="Nadia Benali",
        language="fr",
        zone="Europe/Paris",
        act=fact.act,
        notice=number,
        words={"ref": ticket.ref, "problem": ticket.title, "town": site.city},
        state="queued",
        due_at=now,
        ends_at=now,
        attempts=0,
        failure="",
        provider_id="",
        maybe_twice=False,
        text="",
    )


if __name__ == "__main__":
    fire_all()
