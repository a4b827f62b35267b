"""Markdown tables, and what may not stand in them."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text that stays within its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every line ends, so that pages are put together by joining."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell(one) for one in line) + " |\n" for line in lines)


def between(text: str, begin: str, end: str, filling: str) -> str:
    """A page with something new between two of its lines. Raises ValueError when one is missing."""
    before, rest = text[: text.index(begin) + len(begin)], text[text.index(end) :]
    return f"{before}\n{filling}\n{rest}"
