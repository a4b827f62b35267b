"""Karim's visit in his telephone's calendar: put in, moved and taken out again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from fieldtickets.documents.calendar import Method, Person, Visit, invitation

VISIT = Visit(
    uid="4127.12@lavigne.example",
    sequence=0,
    starts_at=datetime(2026, 11, 30, 13, 0, tzinfo=UTC),
    zone="Europe/Paris",
    written_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    title="Fuite d’eau, Mme Rossi",
    description="Demande 4127\nCode 12A34, 3e étage",
    location="18 rue Jeanne-d’Arc; 69003 Lyon, FR",
    url="https://lavigne.example/l/7KQ2M9XWT4HB7KQ2M9XWT4H",
    organiser=Person("Régie Lavigne, Lyon", "regie@lavigne.example"),
    guest=Person("Karim", "karim@example.org"),
)


def read(ics: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(ics)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_visit_stands_at_the_hour_of_the_site():
    """S031 S037"""
    calendar, event = read(invitation(VISIT))

    assert calendar["METHOD"] == "PUBLISH"
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event.decoded("DTSTART") == VISIT.starts_at
    assert event.decoded("DTSTART").hour == 14
    assert event.end - event.start == timedelta(hours=1)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_the_place_the_link_and_the_organiser_are_there():
    """S031 S054"""
    _calendar, event = read(invitation(VISIT, Method.REQUEST))

    assert event["SUMMARY"] == VISIT.title
    assert event["DESCRIPTION"] == VISIT.description
    assert event["LOCATION"] == VISIT.location
    assert event["URL"] == VISIT.url
    assert event["ORGANIZER"] == "mailto:regie@lavigne.example"
    assert event["ORGANIZER"].params["CN"] == "Régie Lavigne, Lyon"
    assert event["ATTENDEE"] == "mailto:karim@example.org"
    assert event["STATUS"] == "CONFIRMED"
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(hours=-1)]


def test_a_moved_visit_takes_the_place_of_the_first():
    """S046"""
    moved = replace(VISIT, sequence=1, starts_at=VISIT.starts_at + timedelta(days=1))

    _calendar, first = read(invitation(VISIT, Method.REQUEST))
    _calendar, second = read(invitation(moved, Method.REQUEST))

    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)


def test_a_cancelled_visit_is_taken_out():
    """S046 R07"""
    calendar, event = read(invitation(replace(VISIT, sequence=2), Method.CANCEL))

    assert calendar["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert not event.walk("VALARM")


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [
        (datetime(2026, 3, 28, 13, 0, tzinfo=UTC), "2026-03-28T14:00:00"),
        (datetime(2026, 3, 29, 12, 0, tzinfo=UTC), "2026-03-29T14:00:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00"),
    ],
)
def test_the_change_of_hour_is_written_out_in_the_file(starts_at, shown):
    """T01 T02: by the zone in the file itself, not by the reader's."""
    calendar, event = read(invitation(replace(VISIT, starts_at=starts_at)))
    (zone,) = calendar.walk("VTIMEZONE")

    assert event.decoded("DTSTART").replace(tzinfo=None).isoformat() == shown
    assert {part["TZOFFSETTO"].to_ical() for part in zone.subcomponents} == {"+0100", "+0200"}


def test_a_zone_without_rules_needs_none():
    calendar, event = read(invitation(replace(VISIT, zone="UTC")))

    assert event.decoded("DTSTART").hour == 13
    assert not calendar.walk("VTIMEZONE")


def test_only_what_is_known_is_written():
    bare = replace(VISIT, description="", location="", url="", organiser=None, guest=None)

    _calendar, event = read(invitation(bare))

    assert not {"DESCRIPTION", "LOCATION", "URL", "ORGANIZER", "ATTENDEE"} & set(event)


@pytest.mark.parametrize(
    "trap", ["x\r\nATTENDEE:mailto:igor@example.org", "x\nEND:VEVENT", 'x";CN=Igor', "é" * 300]
)
def test_nothing_typed_becomes_a_line_of_its_own(trap):
    """X04"""
    ics = invitation(
        replace(
            VISIT,
            title=trap,
            description=trap,
            location=trap,
            organiser=Person(trap, "regie@lavigne.example"),
        )
    )

    _calendar, event = read(ics)
    assert event["ATTENDEE"] == "mailto:karim@example.org"
    assert event["ORGANIZER"] == "mailto:regie@lavigne.example"
    assert not [line for line in ics.split(b"\r\n") if len(line) > 75]
    assert ics.count(b"END:VEVENT\r\n") == 1 + ics.count(b"\\nEND:VEVENT\r\n")
