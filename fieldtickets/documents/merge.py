"""One PDF out of many, with an index in front whose links lead to each; in a child process."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldtickets.documents.children import Child, ChildFailed
from fieldtickets.documents.render import PdfFailed, render_pdf

CHILD = Child(Path(__file__).with_name("merging.py"), seconds=120)

Index = Callable[[Sequence[int]], str]  # from the page on which each part begins, 0 for none, to its HTML


def bound(index: Index, parts: Sequence[tuple[str, Path]]) -> bytes:
    """The parts, each a title and a PDF, behind their index; one that cannot be read is left out.

    In the index a link to `part:0` opens the first part. Raises PdfFailed.
    """
    with TemporaryDirectory(prefix="fieldtickets-") as folder:
        cover, out = Path(folder, "index.pdf"), Path(folder, "whole.pdf")
        cover.write_bytes(render_pdf(index([0] * len(parts))))
        own, counts = _run(cover, parts, None)
        cover.write_bytes(render_pdf(index(_beginnings(own, counts))))
        _run(cover, parts, out)
        return out.read_bytes()


def _beginnings(own: int, counts: Sequence[int]) -> list[int]:
    """The page on which each part begins, counted from 1; 0 for one that has none."""
    found, page = [], own + 1
    for count in counts:
        found.append(page if count else 0)
        page += count
    return found


def _run(cover: Path, parts: Sequence[tuple[str, Path]], out: Path | None) -> tuple[int, list[int]]:
    """How many pages the index has, and each part."""
    asked = {
        "index": str(cover),
        "parts": [{"title": title, "path": str(path)} for title, path in parts],
        "out": str(out) if out else None,
    }
    try:
        counted = json.loads(CHILD.run(json.dumps(asked).encode()))
    except ChildFailed as reason:
        raise PdfFailed(str(reason)) from reason
    return counted["index"], counted["parts"]
