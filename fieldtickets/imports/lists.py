"""Reading a list: which separator, which column is which, and every cell that cannot be taken."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import clean, one_line
from fieldtickets.language import LANGUAGES

SNIFFED = 10_000  # characters that show which separator a file uses
GUARDED = tuple("=+-@")  # behind an apostrophe, so that no spreadsheet takes it for a formula (X07)

Reader = Callable[[str], Any]  # a cell to its value; ValueError with the sentence that says why not


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken: the line of the file, the head of the column as it stands there, and why."""

    line: int
    column: str
    message: Message


@dataclass(frozen=True)
class Line:
    """One line of the list, ready to be written: the values of those columns that the list has."""

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
class Form:
    """A kind of list.

    columns: our name of each column with its heads as people write them, small, without accents.
    key, missing: the column that must be there, and what is said without it.
    check: looks at a whole line, knowing which of its columns could not be read; adds to what is wrong.
    """

    columns: Mapping[str, Sequence[str]]
    readers: Mapping[str, Reader]
    key: str
    missing: Message
    most: int
    check: Callable[[Line, set[str], List], None]


class Unreadable(ValueError):
    """A value that cannot be taken, with the sentence that says why."""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, else as Windows saves it (cp1252)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(content: bytes, form: Form) -> List:
    """Every line of a list of this kind, and everything that is wrong with it."""
    found = List()
    rows = _rows(decoded(content))
    _line, heads = next(rows, (1, []))
    columns = _columns(heads, form, found)
    if form.key not in columns.values():
        found.wrong.append(Wrong(1, form.key, form.missing))
        return found
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found.lines) >= form.most:
            most = _("At most %(count)s lines at a time: cut the list in parts.", count=form.most)
            found.wrong.append(Wrong(number, "", most))
            break
        found.lines.append(_line_of(number, cells, columns, form, found))
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


def _columns(heads: Sequence[str], form: Form, found: List) -> dict[int, str]:
    known = {head: name for name, heads in form.columns.items() for head in heads}
    columns: dict[int, str] = {}
    for place, head in enumerate(heads):
        name = known.get(_plain(head))
        if name and name not in columns.values():
            columns[place], found.heads[name] = name, one_line(head)[:60]
        elif name:
            found.wrong.append(Wrong(1, one_line(head)[:60], _("This column is there twice.")))
        elif head.strip():
            found.ignored.append(one_line(head)[:60])
    return columns


def _plain(head: str) -> str:
    return one_line(head).casefold().translate(str.maketrans("éèêàôç", "eeeaoc"))


def _line_of(number: int, cells: Sequence[str], columns: Mapping[int, str], form: Form, found: List) -> Line:
    values: dict[str, Any] = {}
    broken: set[str] = set()
    for place, name in columns.items():
        cell = _bare(clean(cells[place])) if place < len(cells) else ""
        try:
            values[name] = form.readers[name](cell)
        except ValueError as error:
            values[name] = ""
            found.wrong.append(Wrong(number, found.heads[name], error.args[0]))
            broken.add(name)
    line = Line(number, values)
    form.check(line, broken, found)
    return line


def _bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from reckoning with it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell


def short(cell: str, most: int) -> str:
    """One line of at most so many characters."""
    line = one_line(cell)
    if len(line) > most:
        raise Unreadable(_("At most %(count)s characters.", count=most))
    return line


def needed(cell: str, most: int, missing: Message) -> str:
    """The same, and something has to be there."""
    if not cell:
        raise Unreadable(missing)
    return short(cell, most)


def language(cell: str) -> str:
    """A code or the language's own name."""
    by_name = {name.casefold(): code for code, name in LANGUAGES.items()}
    code = by_name.get(cell.casefold(), cell.casefold())
    if code and code not in LANGUAGES:
        raise Unreadable(_("Write one of %(codes)s.", codes=", ".join(LANGUAGES)))
    return code
