"""The child that puts PDFs of strangers behind an index: JSON with paths on standard input, JSON on output.

`{"index": path, "parts": [{"path": …, "title": …}], "out": path or null}`; the answer is the number of
pages of the index and of each part, 0 for one that cannot be read. It knows nothing of the service and is
started by its path (children.py). Only pages are taken over: what a document would do by itself, its
scripts, its actions and its attachments, stays behind; what forms and stamps show is painted into the page.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from pikepdf import Array, Dictionary, Name, OutlineItem, Page, PasswordError, Pdf, PdfError

PART = "part:"  # in an address of the index: the first page of this part


def merged(index: str, parts: Sequence[dict[str, str]], out: str | None) -> dict[str, Any]:
    """Write index and parts as one file, unless `out` is empty; how many pages each has."""
    with Pdf.open(index) as whole:
        own = len(whole.pages)
        counts, starts = [], []
        for part in parts:
            starts.append(len(whole.pages))
            counts.append(appended(whole, part["path"]))
        if out:
            lead(whole, own, starts, counts)
            with whole.open_outline() as outline:
                outline.root.extend(
                    OutlineItem(part["title"], start)
                    for part, start, count in zip(parts, starts, counts, strict=True)
                    if count
                )
            whole.save(out)
    return {"index": own, "parts": counts}


def appended(whole: Pdf, path: str) -> int:
    """Add the pages of one file; 0, and nothing added, when it cannot be read."""
    try:
        with Pdf.open(path) as part:
            part.flatten_annotations("print")
            for page in part.pages:
                disarm(page)
            whole.pages.extend(part.pages)
            return len(part.pages)
    except (PdfError, PasswordError):
        return 0


def disarm(page: Page) -> None:
    """Take what would act out of a page."""
    for name in (Name.Annots, Name.AA):
        if name in page.obj:
            del page.obj[name]


def lead(whole: Pdf, own: int, starts: Sequence[int], counts: Sequence[int]) -> None:
    """Let the links of the index, which name a part, open its first page."""
    for page in list(whole.pages)[:own]:
        for link, number in links_to_parts(page):
            del link["/A"]
            if counts[number]:
                link["/Dest"] = Array([whole.pages[starts[number]].obj, Name.Fit])


def links_to_parts(page: Page) -> Iterator[tuple[Any, int]]:
    for link in page.obj.get("/Annots", ()):
        action = link.get("/A", Dictionary())
        address = str(action.get("/URI", ""))
        if address.startswith(PART):
            yield link, int(address.removeprefix(PART))


if __name__ == "__main__":
    try:
        asked = json.load(sys.stdin)
        json.dump(merged(asked["index"], asked["parts"], asked["out"]), sys.stdout)
    except Exception as reason:
        sys.exit(type(reason).__name__)
