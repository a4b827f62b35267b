"""`flask purge` forgets what only served for a while, and keeps what happened."""

from datetime import timedelta

from sqlalchemy import func, select

from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import (
    Counter,
    Event,
    LinkDevice,
    Position,
    Submission,
    Tick,
    User,
    UserSession,
)
from fieldtickets.web import passwords
from tests.builders import TUESDAY_AT_TWO, a_ticket, do


def rows_of(database, table) -> int:
    with database.read(EVERYONE) as rows:
        return rows.scalar(select(func.count()).select_from(table)) or 0


def a_busy_day(parts, cast, clock) -> None:
    """Everything that purge knows of, once."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    parts.rounds.take_tick("minute")
    now = clock.instant
    with parts.database.begin(cast.organisation) as rows:
        rows.add(Counter(key="sign-in", count=1, ends_at=now + timedelta(hours=1)))
        rows.add(LinkDevice(link_id=ticket.link_ids[cast.karim], device="a phone", since=now))
        rows.add(UserSession(digest="a" * 64, user_id=cast.nadia, created_at=now, last_seen_at=now))
        event = rows.scalars(select(Event.id).order_by(Event.id)).first()
        rows.add(Position(event_id=event, latitude="45.764", longitude="4.836", at=now))
        passwords.new_link(rows, rows.get_one(User, cast.nadia), now)


def test_what_is_past_its_time_is_forgotten_and_counted(command, parts, cast, clock):
    """Y03"""
    a_busy_day(parts, cast, clock)
    facts, forms = rows_of(parts.database, Event), rows_of(parts.database, Submission)
    clock.instant += timedelta(days=1000)

    told = command("purge")

    assert told.exit_code == 0
    assert told.stdout.strip() == (
        f"Erased: notes of rounds made (1), counters of limits (1), numbers of forms sent ({forms}),"
        " positions of phones (1), ended sessions (1), links to a password (1), browsers of ended links (1)."
    )
    for table in (Tick, Counter, Submission, Position, UserSession, LinkDevice):
        assert rows_of(parts.database, table) == 0
    assert rows_of(parts.database, Event) == facts
    assert command("journal", "verify").exit_code == 0


def test_what_may_still_be_needed_is_kept(command, parts, cast, clock):
    """Y03"""
    a_busy_day(parts, cast, clock)

    assert command("purge").stdout == "Nothing was old enough.\n"


def test_only_what_went_is_named(command, parts, cast, clock):
    """Y03"""
    a_busy_day(parts, cast, clock)
    clock.instant += timedelta(hours=2)

    assert command("purge").stdout == "Erased: counters of limits (1).\n"
