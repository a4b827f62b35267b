"""Calendar entries as iCalendar writes them (RFC 5545, RFC 5546)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress

from fieldtickets.documents.calendar import Method, Person, Visit

PRODUCT = "-//fieldtickets//appointments//EN"
REMINDED_BEFORE = timedelta(hours=1)


def written(visit: Visit, method: Method) -> bytes:
    """The .ics file of an appointment, complete with the rules of its time zone."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add_component(_event(visit, method))
    year = visit.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(visit: Visit, method: Method) -> Event:
    starts_at = visit.starts_at.astimezone(ZoneInfo(visit.zone))
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.written_at)
    event.add("dtstart", starts_at)
    event.add("duration", timedelta(minutes=visit.minutes))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    for name in ("description", "location", "url"):
        if value := getattr(visit, name):
            event.add(name, value)
    event.add("summary", visit.title)
    if visit.organiser:
        event.add("organizer", _address(visit.organiser))
    if visit.guest:
        event.add(
            "attendee", _address(visit.guest, role="REQ-PARTICIPANT", partstat="ACCEPTED", rsvp="FALSE")
        )
    if method is not Method.CANCEL:
        event.add_component(_reminder(visit.title))
    return event


def _address(person: Person, **more: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    for name, value in {"cn": " ".join(person.name.split()), **more}.items():
        address.params[name] = value
    return address


def _reminder(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -REMINDED_BEFORE)
    return alarm
