"""Companies from a list: known by their own number, else by their name; nobody is taken away."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldtickets import contacts
from fieldtickets.domain.words import Message, _
from fieldtickets.imports.lists import Form, Line, List, Reader, Unreadable, Wrong, language, needed, short
from fieldtickets.imports.lists import read as read_list
from fieldtickets.outbox.readdressing import readdress
from fieldtickets.store.models import Organisation, Person, Subcontractor

MOST_LINES = 50_000

# The heads of columns, as people write them, without accents and in small letters.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "nom", "societe", "entreprise", "company", "firma", "nome", "ditta"),
    "phone": ("phone", "telephone", "tel", "mobile", "portable", "telefon", "telefono"),
    "email": ("email", "e-mail", "mail", "courriel"),
    "language": ("language", "langue", "sprache", "lingua"),
    "trades": ("trades", "trade", "metiers", "metier", "gewerke", "mestieri"),
    "areas": ("areas", "area", "secteurs", "secteur", "codes postaux", "gebiete", "zone"),
    "siret": ("siret",),
    "vat_number": ("vat_number", "vat", "tva", "numero de tva", "ust-id", "partita iva"),
    "external_no": ("external_no", "number", "numero", "no", "code", "reference", "nummer"),
}
# How a list may begin, for a reader of each language; in the order above.
EXAMPLES: Mapping[str, str] = {
    "fr": "nom; téléphone; e-mail; langue; métiers; secteurs; siret; tva; numéro",
    "en": "name; phone; email; language; trades; areas; siret; vat; number",
    "de": "firma; telefon; e-mail; sprache; gewerke; gebiete; siret; ust-id; nummer",
    "it": "ditta; telefono; e-mail; lingua; mestieri; zone; siret; partita iva; numero",
}


@dataclass(frozen=True)
class Written:
    """What a list changed, or would change."""

    added: int
    changed: int


def subcontractors(content: bytes, country: str, phone_countries: Collection[str]) -> List:
    """Read a list of companies; national telephone numbers are those of `country`."""
    first: dict[str, int] = {}  # own number, or the name of who has none → the line that has it

    def check(line: Line, broken: set[str], found: List) -> None:
        _reachable(line, broken, found)
        _note_twice(line, first, found)

    missing = _("There is no column with the name of the company.")
    form = Form(COLUMNS, _readers(country, phone_countries), "name", missing, MOST_LINES, check)
    return read_list(content, form)


def _reachable(line: Line, broken: set[str], found: List) -> None:
    if not (line.values.get("phone") or line.values.get("email") or broken & {"phone", "email"}):
        message = _("Give a telephone number or an e-mail.")
        found.wrong.append(Wrong(line.number, found.heads.get("phone", "phone"), message))


def _note_twice(line: Line, first: dict[str, int], found: List) -> None:
    number, name = line.values.get("external_no"), line.values["name"]
    key = f"number {number}" if number else f"name {name.casefold()}" if name else ""
    if key and first.setdefault(key, line.number) != line.number:
        earlier = _("Line %(line)s is the same company.", line=first[key])
        column = found.heads["external_no" if number else "name"]
        found.wrong.append(Wrong(line.number, column, earlier))


def _readers(country: str, phone_countries: Collection[str]) -> dict[str, Reader]:
    return {
        "name": lambda cell: needed(cell, 120, _("Give the name")),
        "phone": lambda cell: contacts.phone(cell, country, phone_countries),
        "email": contacts.email,
        "language": language,
        "trades": _words,
        "areas": _words,
        "siret": lambda cell: _number(cell, r"[0-9]{14}", _("A SIRET has 14 digits.")),
        "vat_number": lambda cell: _number(
            cell, r"[A-Z]{2}[0-9A-Z+*]{2,13}", _("A VAT number looks like FR12345678901.")
        ),
        "external_no": lambda cell: short(cell, 40) or None,
    }


def _words(cell: str) -> list[str]:
    words = [word.strip() for word in re.split(r"[,;|/]", cell)]
    if any(len(word) > 40 for word in words):
        raise Unreadable(_("Write short words with commas between them."))
    return list(dict.fromkeys(word for word in words if word))


def _number(cell: str, form: str, sentence: Message) -> str:
    bare = re.sub(r"[\s.]", "", cell).upper()
    if bare and not re.fullmatch(form, bare):
        raise Unreadable(sentence)
    return bare


def would_write(session: Session, lines: Sequence[Line]) -> Written:
    """What writing a list would do; nothing is written."""
    matched = list(_matched(session, lines))
    changed = sum(company is not None and _differs(company, line.values) for line, company in matched)
    return Written(sum(company is None for _line, company in matched), changed)


def apply_subcontractors(session: Session, lines: Sequence[Line], now: datetime) -> Written:
    """Write a list without errors. Who is known by its own number, else by its name, is changed, not doubled.

    Only columns that the list has are changed; nobody is taken away. A list sent twice changes nothing more.
    """
    organisation = session.get_one(
        Organisation, session.info["organisation_id"], with_for_update={"key_share": True}
    )
    added = changed = 0
    for line, known in _matched(session, lines):
        if known is None:
            company = Subcontractor(
                organisation_id=organisation.id,
                language=organisation.language,
                created_at=now,
                people=[Person(organisation_id=organisation.id, name=line.values["name"])],
            )
            _write(company, line.values)
            session.add(company)
            added += 1
        elif _differs(known, line.values):
            phone, email = known.office.phone, known.office.email
            _write(known, line.values)
            readdress(session, known.id, "sms", phone, known.office.phone)
            readdress(session, known.id, "email", email, known.office.email)
            changed += 1
    session.flush()
    return Written(added, changed)


def _matched(session: Session, lines: Sequence[Line]) -> Iterator[tuple[Line, Subcontractor | None]]:
    """Each line with the company that it is about; None for a new one."""
    # joined: SQLite finds no index for the pairs of keys that a second query would ask for
    everybody = select(Subcontractor).options(joinedload(Subcontractor.people))
    known = session.scalars(everybody).unique().all()
    by_number = {one.external_no: one for one in known if one.external_no}
    by_name = {one.name.casefold(): one for one in known}
    for line in lines:
        number, name = line.values.get("external_no"), line.values["name"].casefold()
        namesake = by_name.get(name)
        if namesake and number and namesake.external_no not in (None, number):
            namesake = None
        yield line, (by_number.get(number) if number else None) or namesake


def _differs(company: Subcontractor, values: Mapping[str, Any]) -> bool:
    return any(_value(company, name) != value for name, value in values.items() if value or name in _CLEARED)


_CLEARED = ("trades", "areas")  # an empty cell empties these; elsewhere it leaves what is known
_OF_OFFICE = ("phone", "email")


def _value(company: Subcontractor, name: str) -> Any:
    return getattr(company.office if name in _OF_OFFICE else company, name)


def _write(company: Subcontractor, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value or name in _CLEARED:
            setattr(company.office if name in _OF_OFFICE else company, name, value)
    company.office.name = company.name
