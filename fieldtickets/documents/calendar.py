"""Appointments as calendar entries (RFC 5545, RFC 5546): downloaded from a page or sent with an e-mail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module


class Method(StrEnum):
    """What the entry asks of the calendar that reads it."""

    PUBLISH = "PUBLISH"  # downloaded: take note
    REQUEST = "REQUEST"  # sent: put it in, or move what is there under the same uid
    CANCEL = "CANCEL"  # sent: take it out


@dataclass(frozen=True)
class Person:
    """Who invites or is invited."""

    name: str
    email: str


@dataclass(frozen=True)
class Visit:
    """An appointment as a calendar shows it, its words already in the reader's language.

    uid: the same for ever, for one subcontractor on one ticket; sequence: higher after each change.
    starts_at: an aware instant, shown in `zone` (IANA name of the site). written_at: now, an aware instant.
    url: the reader's own link to the ticket.
    """

    uid: str
    sequence: int
    starts_at: datetime
    zone: str
    written_at: datetime
    title: str
    description: str = ""
    location: str = ""
    url: str = ""
    minutes: int = 60
    organiser: Person | None = None
    guest: Person | None = None


def invitation(visit: Visit, method: Method = Method.PUBLISH) -> bytes:
    """The .ics file of an appointment, complete with the rules of its time zone."""
    entries = import_module("fieldtickets.documents.calendar_entries")  # read when the first one is made
    return bytes(entries.written(visit, method))
