"""`python -m bench`: measure, print a table, write bench/results.json."""

import json
import platform
import sys
from itertools import chain
from pathlib import Path

from bench import deadlines, mails, pages

RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Run every measure; 1 when a limit is passed."""
    print(f"{'what':34} {'unit':12} {'ours':>10} {'bare':>10} {'ratio':>7} {'limit':>7}")
    rows = []
    for row in chain(pages.rows(), mails.rows(), deadlines.rows()):
        show(row)
        rows.append(row)
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "rows": rows}, indent=1) + "\n")
    return int(any(passed(row) for row in rows))


def show(row: pages.Row) -> None:
    """One line of the table, as soon as it is known."""
    cells = (row[name] if row[name] is not None else "" for name in ("ours", "bare", "ratio", "limit"))
    widths = zip(cells, (10, 10, 7, 7), strict=True)
    print(
        f"{row['what']:34} {row['unit']:12} " + " ".join(f"{cell!s:>{wide}}" for cell, wide in widths),
        flush=True,
    )


def passed(row: pages.Row) -> bool:
    """Whether a figure is beyond its limit; rates are shown as bare over ours, so higher is always worse."""
    value = row["ratio"] if row["ratio"] is not None else row["ours"]
    return row["limit"] is not None and float(str(value)) > float(str(row["limit"]))


if __name__ == "__main__":
    sys.exit(main())
