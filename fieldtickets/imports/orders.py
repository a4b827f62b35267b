"""Tickets from a list: opened as drafts, to be sent; one whose number is there already is left alone."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from operator import attrgetter
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets import contacts, desk
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.countries import known_country
from fieldtickets.domain.deadlines import ahead, at_site
from fieldtickets.domain.money import cents
from fieldtickets.domain.parties import Party
from fieldtickets.domain.refs import can_be_ref
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import LONGEST_TEXT
from fieldtickets.imports.lists import Form, Line, List, Reader, Unreadable, Wrong, language, needed, short
from fieldtickets.imports.lists import read as read_list
from fieldtickets.links import Links
from fieldtickets.store.db import Database
from fieldtickets.store.models import Customer, Organisation, Site, Ticket
from fieldtickets.store.queries.managers import first_manager

MOST_LINES = 50_000
AT_A_TIME = 100  # tickets opened in one transaction: others who write wait for it, some seconds at most

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ref": ("ref", "reference", "number", "numero", "no", "ticket", "nummer"),
    "title": ("title", "titre", "probleme", "objet", "problem", "betreff", "titel", "titolo", "oggetto"),
    "description": ("description", "details", "beschreibung", "descrizione"),
    "trade": ("trade", "metier", "gewerk", "mestiere"),
    "urgency": ("urgency", "urgence", "dringlichkeit", "urgenza"),
    "kind": ("kind", "genre", "art", "tipo"),
    "playbook": ("playbook", "regles", "regelwerk", "regole"),
    "site_name": ("site_name", "site", "lieu", "residence", "einsatzort", "luogo"),
    "address": ("address", "adresse", "rue", "strasse", "indirizzo", "via"),
    "postcode": ("postcode", "code postal", "plz", "cap"),
    "city": ("city", "town", "ville", "ort", "stadt", "citta"),
    "country": ("country", "pays", "land", "paese"),
    "time_zone": ("time_zone", "fuseau", "zeitzone", "fuso"),
    "access": ("access", "acces", "zugang", "accesso"),
    "customer": ("customer", "client", "occupant", "kunde", "cliente"),
    "customer_phone": ("customer_phone", "telephone", "phone", "telefon", "telefono"),
    "customer_email": ("customer_email", "e-mail", "email", "courriel"),
    "customer_language": ("customer_language", "langue", "language", "sprache", "lingua"),
    "price": ("price", "prix", "preis", "prezzo"),
    "currency": ("currency", "devise", "wahrung", "valuta"),
    "date": ("date", "jour", "datum", "data"),
    "time": ("time", "heure", "uhrzeit", "ora"),
}
URGENT = {"": False, "normal": False, "normale": False, "urgent": True, "dringend": True, "urgente": True}
KINDS = {"": "order", "order": "order", "quote": "quote"}
# as spreadsheets write them here: 2031-05-06, 6.5.2031, 06/05/2031; 14:00, 14:00:00, 14 h 00
DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
LOCAL_DAY = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
HOUR = re.compile(r"([0-9]{1,2}) ?[:h] ?([0-9]{2})(?::[0-9]{2})?")


@dataclass(frozen=True)
class Opened:
    """What a list opened, or would open, and how many of its tickets were there already."""

    added: int
    known: int


def tickets(
    content: bytes, organisation: Organisation, phone_countries: Collection[str], playbooks: Collection[str]
) -> List:
    """Read a list of tickets; what a line leaves out is as the organisation has it.

    playbooks: the names that a line may give, its own ones included, however they are spelt.
    """
    first: dict[str, int] = {}  # number → the line that has it

    def check(line: Line, broken: set[str], found: List) -> None:
        _note_twice(line, first, found)
        _named(line, broken, found)
        _visit(line, broken, organisation.time_zone, found)

    missing = _("There is no column with the problem.")
    form = Form(
        COLUMNS, _readers(organisation, phone_countries, playbooks), "title", missing, MOST_LINES, check
    )
    return read_list(content, form)


def refuse_past_visits(session: Session, found: List, now: datetime) -> None:
    """Add to what is wrong every fixed visit that is past; what is there already is not opened again."""
    usual_zone = session.get_one(Organisation, session.info["organisation_id"]).time_zone
    broken = {one.line for one in found.wrong}
    for line in _unknown(session, found.lines):
        if line.number in broken:
            continue
        try:
            if starts_at := _starts_at(line.values, usual_zone):
                ahead(starts_at, now)
        except Refused as refused:
            found.wrong.append(Wrong(line.number, found.heads["date"], refused.message))
    found.wrong.sort(key=attrgetter("line"))


def would_open(session: Session, lines: Sequence[Line]) -> Opened:
    """What writing a list would do; nothing is written."""
    fresh = len(list(_unknown(session, lines)))
    return Opened(fresh, len(lines) - fresh)


def apply_tickets(
    database: Database, links: Links, organisation_id: int, lines: Sequence[Line], now: datetime
) -> Opened:
    """Open the tickets of a list without errors, for the manager there longest; nobody is asked yet.

    Some at a time: one that was interrupted is begun again, and does not open a number twice.
    """
    done = Opened(0, 0)
    for start in range(0, len(lines), AT_A_TIME):
        some = lines[start : start + AT_A_TIME]
        part = database.attempt(organisation_id, partial(_open, links=links, lines=some, now=now))
        done = Opened(done.added + part.added, done.known + part.known)
    return done


def _open(session: Session, links: Links, lines: Sequence[Line], now: datetime) -> Opened:
    organisation = session.get_one(Organisation, session.info["organisation_id"])
    manager_id = first_manager(session)
    actor = desk.Actor(Party.MANAGER, "import", organisation.name)
    fresh = list(_unknown(session, lines))
    for line in fresh:
        desk.open_ticket(session, links, _new(line.values, organisation, manager_id), actor, now)
    return Opened(len(fresh), len(lines) - len(fresh))


def _unknown(session: Session, lines: Sequence[Line]) -> Iterator[Line]:
    refs = [line.values["ref"] for line in lines if line.values.get("ref")]
    known: set[str] = set()
    for start in range(0, len(refs), AT_A_TIME):
        some = refs[start : start + AT_A_TIME]
        known |= set(session.scalars(select(Ticket.ref).where(Ticket.ref.in_(some))))
    return (line for line in lines if line.values.get("ref") not in known)


def _new(values: Mapping[str, Any], organisation: Organisation, manager_id: int | None) -> desk.NewTicket:
    zone = values.get("time_zone") or organisation.time_zone
    return desk.NewTicket(
        title=values["title"],
        description=values.get("description", ""),
        trade=values.get("trade", ""),
        urgent=values.get("urgency", False),
        kind=values.get("kind", "order"),
        playbook=values.get("playbook") or organisation.playbook,
        ref=values.get("ref"),
        site=Site(
            name=values.get("site_name", ""),
            address=values.get("address", ""),
            postcode=values.get("postcode", ""),
            city=values.get("city", ""),
            country=values.get("country") or organisation.country,
            time_zone=zone,
            access=values.get("access", ""),
        ),
        customer=_customer(values, organisation),
        price_cents=values.get("price"),
        currency=values.get("currency") or organisation.currency,
        appointment=_starts_at(values, zone),
        manager_id=manager_id,
    )


def _starts_at(values: Mapping[str, Any], usual_zone: str) -> datetime | None:
    """The fixed visit, if there is one. Raises Refused for an hour that the site's day does not have."""
    if not values.get("date"):
        return None
    return at_site(values["date"], values["time"], values.get("time_zone") or usual_zone)


def _customer(values: Mapping[str, Any], organisation: Organisation) -> Customer | None:
    if not values.get("customer"):
        return None
    return Customer(
        name=values["customer"],
        phone=values.get("customer_phone", ""),
        email=values.get("customer_email", ""),
        language=values.get("customer_language") or organisation.language,
    )


def _note_twice(line: Line, first: dict[str, int], found: List) -> None:
    ref = line.values.get("ref")
    if ref and first.setdefault(ref, line.number) != line.number:
        earlier = _("Line %(line)s is the same ticket.", line=first[ref])
        found.wrong.append(Wrong(line.number, found.heads["ref"], earlier))


def _named(line: Line, broken: set[str], found: List) -> None:
    """Whoever is called has a name."""
    reached = line.values.get("customer_phone") or line.values.get("customer_email")
    if reached and not line.values.get("customer") and "customer" not in broken:
        column = found.heads.get("customer", "customer")
        found.wrong.append(Wrong(line.number, column, _("Say who that is")))


def _visit(line: Line, broken: set[str], usual_zone: str, found: List) -> None:
    """Day and hour go together, and exist at the site (T01)."""
    day, hour = line.values.get("date"), line.values.get("time")
    if broken & {"date", "time", "time_zone"}:
        return
    column = found.heads.get("time", "time")
    if bool(day) != (hour is not None):
        both = _("Give the day and the hour, or neither.")
        found.wrong.append(Wrong(line.number, column, both))
        return
    try:
        _starts_at(line.values, usual_zone)
    except Refused as refused:
        found.wrong.append(Wrong(line.number, column, refused.message))


def _readers(
    organisation: Organisation, phone_countries: Collection[str], playbooks: Collection[str]
) -> dict[str, Reader]:
    return {
        "ref": _ref,
        "title": lambda cell: needed(cell, 120, _("Say what the problem is")),
        "description": lambda cell: _long(cell, LONGEST_TEXT),
        "trade": lambda cell: short(cell, 40),
        "urgency": lambda cell: _one_of(cell, URGENT),
        "kind": lambda cell: _one_of(cell, KINDS),
        "playbook": lambda cell: _one_of(cell, {"": "", **{name: name for name in playbooks}}),
        "site_name": lambda cell: short(cell, 120),
        "address": lambda cell: short(cell, 200),
        "postcode": lambda cell: short(cell, 12),
        "city": lambda cell: short(cell, 80),
        "country": _country,
        "time_zone": _zone,
        "access": lambda cell: _long(cell, 500),
        "customer": lambda cell: short(cell, 120),
        "customer_phone": lambda cell: contacts.phone(cell, organisation.country, phone_countries),
        "customer_email": contacts.email,
        "customer_language": language,
        "price": _price,
        "currency": lambda cell: _code(cell, 3),
        "date": _day,
        "time": _hour,
    }


def _ref(cell: str) -> str | None:
    if cell and not can_be_ref(cell):
        raise Unreadable(_("Only letters, digits, dots and hyphens."))
    return cell or None


def _long(cell: str, most: int) -> str:
    if len(cell) > most:
        raise Unreadable(_("At most %(count)s characters.", count=most))
    return cell


def _one_of(cell: str, values: Mapping[str, Any]) -> Any:
    known = {name.casefold(): value for name, value in values.items()}
    if cell.casefold() not in known:
        raise Unreadable(_("Write one of %(codes)s.", codes=", ".join(filter(None, values))))
    return known[cell.casefold()]


def _code(cell: str, letters: int) -> str:
    code = cell.upper()
    if code and not (code.isascii() and code.isalpha() and len(code) == letters):
        raise Unreadable(_("Write a code of %(count)s letters.", count=letters))
    return code


def _country(cell: str) -> str:
    code = _code(cell, 2)
    return known_country(code) if code else ""


def _zone(cell: str) -> str:
    if cell and cell not in available_timezones():
        raise Unreadable(_("This time zone does not exist."))
    return cell


def _price(cell: str) -> int | None:
    try:
        return cents(cell) if cell else None
    except ValueError:
        raise Unreadable(_("Write the price, for example 120 or 120.50")) from None


def _day(cell: str) -> date | None:
    if not cell:
        return None
    found = DAY.fullmatch(LOCAL_DAY.sub(r"\3-\2-\1", cell))
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(cell)
    except ValueError:
        raise Unreadable(_("Write a day as YYYY-MM-DD.")) from None


def _hour(cell: str) -> time | None:
    if not cell:
        return None
    found = HOUR.fullmatch(cell)
    try:
        return time(int(found[1]), int(found[2])) if found else time.fromisoformat(cell).replace(tzinfo=None)
    except ValueError:
        raise Unreadable(_("Write an hour as HH:MM.")) from None
