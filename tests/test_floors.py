"""The house stands: imports only go down a floor, at the top of the file but for a few that are read late."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fieldtickets"
FLOORS = (
    {"domain"},
    {
        "exchanges",
        "store",
        "links",
        "senders",
        "config",
        "language",
        "late",
        "clock",
        "phones",
        "contacts",
        "uploads",
    },
    {"desk", "outbox", "rounds", "documents", "imports", "demo", "simulation"},
    {"jobs", "bells"},
    {"web", "cli", "workshop"},
    {"fieldtickets"},  # the fuse box, __init__.py
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
KNOWN = {
    "domain": {"holidays"},  # a table of facts, as the time zones of the standard library are
    "exchanges": {"wtforms", "werkzeug"},
    "links": {"itsdangerous"},
    "store": {"sqlalchemy", "alembic", "obstore"},
    "desk": {"sqlalchemy"},
    "rounds": {"sqlalchemy", "structlog"},
    "senders": {"requests"},
}
# Read when it is wanted for the first time: no page and no command waits for it at its start.
LATE = {
    "fieldtickets.jobs": "the engine, with the first bell",
    "fieldtickets.web.api": "the views for programs, with the first request of one",
    "fieldtickets.cli": "the file of a command, with that command",
    "fieldtickets.documents.calendar_entries": "the library of calendars, with the first invitation",
    "holidays": "the tables of a country, where a playbook counts working days",
    "sqlalchemy.dialects": "the words of the database in use, and of no other",
    "xlsxwriter": "the library of spreadsheets, with the first one",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and loads(node):
            yield loaded(node)


def loads(call: ast.Call) -> bool:
    """Whether it is a call of `import_module`, `importlib.import_module` or `__import__`."""
    return ast.unparse(call.func).rpartition(".")[2] in ("import_module", "__import__")


def loaded(call: ast.Call) -> str:
    """What it reads, as far as it is written down: `f"fieldtickets.cli.{family}"` is `fieldtickets.cli`."""
    name = call.args[0]
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    return str(first.value).rstrip(".") if isinstance(first, ast.Constant) else ast.unparse(name)


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "fieldtickets" if parts == ("__init__",) else parts[0]


def target(dotted: str) -> str:
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOOR else parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path):
    here = room(path)
    for name in imports(ast.parse(path.read_text())):
        if name.startswith("fieldtickets"):
            there = target(name)
            assert there == here or FLOOR[there] <= FLOOR[here], f"{here} reaches up to {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_lower_floors_do_not_know_the_tools_of_the_upper_ones(path):
    here = room(path)
    if here not in KNOWN:
        return
    for name in imports(ast.parse(path.read_text())):
        top = name.split(".")[0]
        known = top == "fieldtickets" or top in sys.stdlib_module_names or top in KNOWN[here]
        assert known, f"{here} should not know {top}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_hides_inside_a_function(path):
    """What `late.py` reads is named at the top of whichever file wants it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.stem != "late":
            assert set(imports(node)) <= LATE.keys(), f"{path.name}:{node.lineno}"


def test_whatever_is_read_late_is_still_read_somewhere():
    found = {name for path in MODULES for name in imports(ast.parse(path.read_text()))}
    assert found >= LATE.keys()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import_module('fieldtickets.web')", "fieldtickets.web"),
        ("importlib.import_module('huey')", "huey"),
        ("__import__('huey')", "huey"),
        ("import_module(f'fieldtickets.web.{room}')", "fieldtickets.web"),
        ("import_module(room)", "room"),
    ],
)
def test_a_module_read_by_a_call_is_seen(code, name):
    assert list(imports(ast.parse(f"def late():\n    {code}"))) == [name]


def test_only_one_room_knows_the_engine():
    knowing = {
        room(path) for path in MODULES if any("huey" in name for name in imports(ast.parse(path.read_text())))
    }
    assert knowing <= {"jobs"}


def test_rows_are_only_read_through_the_wall():
    """E4: a Core select over a table, or text(), passes the wall between organisations; one place may."""
    for path in MODULES:
        if room(path) == "store":
            continue
        text = path.read_text()
        assert ".__table__" not in text, path.name
        assert "import text" not in text, path.name
        assert "sqlalchemy.text" not in text, path.name
