"""House rules that no linter knows: `python -m tools.check_repo`, part of `make lint`.

It looks at what git holds or would add: ignored files are nobody's business.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {".py", ".html", ".js", ".css"}
HISTORY = Path("migrations/versions")  # written once and kept as it was, however long
MOST_LINES = 400  # of a file
MOST_FUNCTION_LINES = 40  # of a function, its docstring not counted

HOST = "the host name of a registry"
MACHINE = "a path of somebody's machine"
FORBIDDEN = {
    r"\bTO[D]O\b|\bFIX[M]E\b": "do it, or write it down where the work is planned",
    r"\bpypi\.org\b|\bpythonhosted\.org\b": HOST,
    r"\bnpmjs\.(org|com)\b|\bproxy\.golang\.org\b": HOST,
    r"\b(docker|ghcr|quay|gcr)\.io\b|\bdeb\.debian\.org\b": HOST,
    r"(?<![\w.$}>-])/(work|root)(?=[/\s'\"`)]|$)|(?<![\w.$}>-])/home/\w": MACHINE,
}


def main() -> int:
    """Print each broken rule as `file:line: sentence`; 1 when there is any."""
    broken = [line for path in files() for line in check(path, ROOT)]
    print("\n".join(broken) if broken else "House rules kept.")
    return 1 if broken else 0


def files() -> list[Path]:
    """Every file that is committed, or would be by `git add`."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in sorted(set(names.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def check(path: Path, root: Path) -> Iterator[str]:
    """What is wrong with one file; pictures and other bytes are left alone."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    name = path.relative_to(root)
    yield from forbidden_words(text, name)
    if name.parent == HISTORY:
        return
    if path.suffix in OURS:
        lines = text.count("\n")
        if lines > MOST_LINES:
            yield f"{name}:1: {lines} lines, more than {MOST_LINES}: it asks for a room of its own"
    if path.suffix == ".py":
        yield from long_functions(text, name)


def forbidden_words(text: str, name: Path) -> Iterator[str]:
    """Marks of unfinished work, and names that belong to one machine or one supplier."""
    for pattern, reason in FORBIDDEN.items():
        for found in re.finditer(pattern, text, re.MULTILINE):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{name}:{line}: {found.group()}: {reason}"


def long_functions(source: str, name: Path) -> Iterator[str]:
    """Functions that no longer fit on a screen."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        docstring = ast.get_docstring(node, clean=False)
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        lines -= docstring.count("\n") + 1 if docstring else 0
        if lines > MOST_FUNCTION_LINES:
            yield f"{name}:{node.lineno}: {node.name} has {lines} lines, more than {MOST_FUNCTION_LINES}"


if __name__ == "__main__":
    sys.exit(main())
