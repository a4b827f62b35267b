"""The house stands: imports only go down a floor, and are all written at the top of the file."""

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
    "domain": set(),
    "exchanges": {"wtforms", "werkzeug"},
    "links": {"itsdangerous"},
    "store": {"sqlalchemy", "alembic", "obstore"},
    "desk": {"sqlalchemy"},
    "rounds": {"sqlalchemy", "structlog"},
    "senders": {"requests"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


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
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert not list(imports(node)), f"{path.name}:{node.lineno}"


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
