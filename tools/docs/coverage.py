"""docs/coverage.md: which test names which id of docs/requirements.md, in its docstring or its name."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.docs.tables import table

ROOT = Path(__file__).parent.parent.parent
REQUIREMENTS = ROOT / "docs/requirements.md"
TESTS = ROOT / "tests"
LETTERS = "DEGILMNOPRSTUWXY"
ID = f"S[0-9]{{3}}|[{LETTERS}][0-9]{{2}}"
IN_TEXT = re.compile(rf"\b(?:{ID})\b")
IN_NAME = re.compile(rf"(?<![a-z0-9])(?:{ID.lower()})(?![a-z0-9])")
RANGE = re.compile(rf"\b([{LETTERS}])(\d{{2,3}})(?:-|–| to )\1(\d{{2,3}})\b")
ROW = re.compile(rf"^\| ({ID}) \| (.*) \|$", re.MULTILINE)
MOST_NAMED = 4  # tests of one id; the rest is counted

INTRODUCTION = """# What is covered by which test

Made by `make docs` from the docstrings and names of the tests; [requirements.md](requirements.md) says what
each id stands for. A test that names an id tries something of it, not always the whole of it.
"""


def page() -> str:
    """The whole page."""
    wanted, found = requirements(), named(TESTS)
    named_ones = [one for one in wanted if one in found]
    behaviours = [one for one in wanted if len(one) == len("S001")]
    faults = [one for one in wanted if one not in behaviours]
    return "\n".join(
        (
            INTRODUCTION,
            f"{covered(behaviours, found)} of {len(behaviours)} behaviours and "
            f"{covered(faults, found)} of {len(faults)} inputs and faults are named.\n",
            "## Named by tests\n",
            table(("id", "what", "tests"), ((one, wanted[one], tests_of(found[one])) for one in named_ones)),
            "## Behaviours that no test names yet\n",
            table(("id", "what"), ((one, wanted[one]) for one in behaviours if one not in found)),
            "## Inputs and faults that no test names yet\n",
            table(("id", "what"), ((one, wanted[one]) for one in faults if one not in found)),
        )
    )


def covered(ids: list[str], found: Mapping[str, list[str]]) -> int:
    """How many of these ids some test names."""
    return sum(one in found for one in ids)


def requirements() -> dict[str, str]:
    """Each id with its words, in the order of docs/requirements.md."""
    return dict(ROW.findall(REQUIREMENTS.read_text(encoding="utf-8")))


def tests_of(tests: list[str]) -> str:
    """The first tests of an id, and how many more there are."""
    more = len(tests) - MOST_NAMED
    shown = "<br>".join(f"`{one}`" for one in tests[:MOST_NAMED])
    return shown + (f"<br>and {more} more" if more > 0 else "")


def named(folder: Path) -> dict[str, list[str]]:
    """The ids that tests name, each with them, by file and order; a file's own docstring comes last."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        name, tree = path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        of_file = ids_of(ast.get_docstring(tree) or "")
        for test in tests_in(tree):
            for one in sorted(ids_of(ast.get_docstring(test) or "") | ids_of_name(test.name)):
                found[one].append(f"{name}::{test.name}")
                of_file.discard(one)
        for one in sorted(of_file):
            found[one].append(name)
    return dict(found)


def tests_in(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """The tests of a file, in the order in which they are written."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return (node for node in sorted(found, key=lambda node: node.lineno) if node.name.startswith("test_"))


def ids_of(text: str) -> set[str]:
    """The ids in a text; "L02 to L06" names all five."""
    found = set(IN_TEXT.findall(text))
    for letter, first, last in RANGE.findall(text):
        found |= {f"{letter}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)}
    return found


def ids_of_name(name: str) -> set[str]:
    """The ids in the name of a test."""
    return {one.upper() for one in IN_NAME.findall(name)}
