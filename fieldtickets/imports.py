"""Lists from other programs: read as a spreadsheet saves them, checked whole, then written whole.

Reading touches no table and stops at nothing: every error names its line and its column, so that a list
is put right in one go.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldtickets import contacts
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import one_line
from fieldtickets.language import LANGUAGES
from fieldtickets.outbox.readdressing import readdress
from fieldtickets.store.models import Organisation, Person, Subcontractor

MOST_LINES = 50_000
SNIFFED = 10_000  # characters that show which separator a file uses

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
HEADS = {head: name for name, heads in COLUMNS.items() for head in heads}
LONGEST = {"name": 120, "external_no": 40}


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken: the line of the file, the head of the column as it stands there, and why."""

    line: int
    column: str
    message: Message


@dataclass(frozen=True)
class Line:
    """One company of the list, ready to be written: the values of those columns that the list has."""

    number: int
    values: Mapping[str, Any]


@dataclass
class List:
    """A list as it was read. With anything in `wrong`, nothing of it may be written."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)  # our name of a column → its head in the file
    ignored: list[str] = field(default_factory=list)  # heads of columns that nobody knows


@dataclass(frozen=True)
class Written:
    """What a list changed, or would change."""

    added: int
    changed: int


class Unreadable(ValueError):
    """A value that cannot be taken, with the sentence that says why."""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, else as Windows saves it (cp1252)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def subcontractors(content: bytes, country: str, phone_countries: Collection[str]) -> List:
    """Read a list of companies; national telephone numbers are those of `country`."""
    found, text = List(), decoded(content)
    rows = _rows(text)
    _line, heads = next(rows, (1, []))
    columns = _columns(heads, found)
    if "name" not in columns.values():
        found.wrong.append(Wrong(1, "name", _("There is no column with the name of the company.")))
        return found
    readers = _readers(country, phone_countries)
    first: dict[str, int] = {}  # own number, or the name of who has none → the line that has it
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found.lines) >= MOST_LINES:
            most = _("At most %(count)s lines at a time: cut the list in parts.", count=MOST_LINES)
            found.wrong.append(Wrong(number, "", most))
            break
        line = _line_of(number, cells, columns, readers, found)
        _note_twice(line, first, found)
        found.lines.append(line)
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines of cells with their numbers; the separator is the one that the head has most of."""
    head = text[:SNIFFED].partition("\n")[0]
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    number = 1
    for cells in reader:
        yield number, cells
        number = reader.line_num + 1


def _columns(heads: Sequence[str], found: List) -> dict[int, str]:
    columns: dict[int, str] = {}
    for place, head in enumerate(heads):
        name = HEADS.get(_plain(head))
        if name and name not in columns.values():
            columns[place], found.heads[name] = name, one_line(head)[:60]
        elif name:
            found.wrong.append(Wrong(1, one_line(head)[:60], _("This column is there twice.")))
        elif head.strip():
            found.ignored.append(one_line(head)[:60])
    return columns


def _plain(head: str) -> str:
    return one_line(head).casefold().translate(str.maketrans("éèêàôç", "eeeaoc"))


def _line_of(
    number: int,
    cells: Sequence[str],
    columns: Mapping[int, str],
    readers: Mapping[str, Callable[[str], Any]],
    found: List,
) -> Line:
    values: dict[str, Any] = {}
    broken: set[str] = set()
    for place, name in columns.items():
        cell = one_line(cells[place]) if place < len(cells) else ""
        try:
            values[name] = readers[name](cell)
        except ValueError as error:
            values[name] = ""
            found.wrong.append(Wrong(number, found.heads[name], error.args[0]))
            broken.add(name)
    if not (values.get("phone") or values.get("email") or broken & {"phone", "email"}):
        message = _("Give a telephone number or an e-mail.")
        found.wrong.append(Wrong(number, found.heads.get("phone", "phone"), message))
    return Line(number, values)


def _note_twice(line: Line, first: dict[str, int], found: List) -> None:
    number, name = line.values.get("external_no"), line.values["name"]
    key = f"number {number}" if number else f"name {name.casefold()}" if name else ""
    if key and first.setdefault(key, line.number) != line.number:
        earlier = _("Line %(line)s is the same company.", line=first[key])
        column = found.heads["external_no" if number else "name"]
        found.wrong.append(Wrong(line.number, column, earlier))


def _readers(country: str, phone_countries: Collection[str]) -> dict[str, Callable[[str], Any]]:
    return {
        "name": _needed,
        "phone": lambda cell: contacts.phone(cell, country, phone_countries),
        "email": contacts.email,
        "language": _language,
        "trades": _words,
        "areas": _words,
        "siret": lambda cell: _number(cell, r"[0-9]{14}", _("A SIRET has 14 digits.")),
        "vat_number": lambda cell: _number(
            cell, r"[A-Z]{2}[0-9A-Z+*]{2,13}", _("A VAT number looks like FR12345678901.")
        ),
        "external_no": lambda cell: _short(cell, LONGEST["external_no"]) or None,
    }


def _short(cell: str, most: int) -> str:
    if len(cell) > most:
        raise Unreadable(_("At most %(count)s characters.", count=most))
    return cell


def _needed(cell: str) -> str:
    if not cell:
        raise Unreadable(_("Give the name"))
    return _short(cell, LONGEST["name"])


def _language(cell: str) -> str:
    """A code or the language's own name."""
    by_name = {name.casefold(): code for code, name in LANGUAGES.items()}
    code = by_name.get(cell.casefold(), cell.casefold())
    if code and code not in LANGUAGES:
        raise Unreadable(_("Write one of %(codes)s.", codes=", ".join(LANGUAGES)))
    return code


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
