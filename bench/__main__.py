"""`python -m bench`: measure, print a table, write bench/results.json."""

import json
import platform
import sys
from pathlib import Path

from bench import mails, pages

RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Run every measure; 1 when a limit is passed."""
    rows = [*pages.rows(), *mails.rows()]
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "rows": rows}, indent=1) + "\n")
    print(f"{'what':34} {'unit':12} {'ours':>10} {'bare':>10} {'ratio':>7} {'limit':>7}")
    for row in rows:
        cells = (row[name] if row[name] is not None else "" for name in ("ours", "bare", "ratio", "limit"))
        print(
            f"{row['what']:34} {row['unit']:12} "
            + " ".join(f"{cell!s:>{w}}" for cell, w in zip(cells, (10, 10, 7, 7), strict=True))
        )
    return int(any(passed(row) for row in rows))


def passed(row: pages.Row) -> bool:
    """Whether a figure is beyond its limit; rates are shown as bare over ours, so higher is always worse."""
    value = row["ratio"] if row["ratio"] is not None else row["ours"]
    return row["limit"] is not None and float(str(value)) > float(str(row["limit"]))


if __name__ == "__main__":
    sys.exit(main())
