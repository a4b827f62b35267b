"""The table of figures in README.md, between its markers, from the last `make bench`."""

import json
from pathlib import Path
from typing import Any

from tools.docs.tables import between, table

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "bench/results.json"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def readme() -> str:
    """README.md with the latest figures; as it stands when nothing was measured here."""
    text = README.read_text(encoding="utf-8")
    return filled(text, json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else text


def filled(text: str, results: dict[str, Any]) -> str:
    """A page with the figures between its markers."""
    head = ("what", "unit", "ours", "bare", "ratio", "limit")
    rows = [["" if row[name] is None else str(row[name]) for name in head] for row in results["rows"]]
    return between(text, BEGIN, END, f"Python {results['python']}.\n\n{table(head, rows)}")
