"""A signature as strokes of a finger: read from what a pad sends, bounded, drawn again as a path.

A simple electronic signature in the sense of eIDAS, art. 3(10) and 25(1) (E08). It is kept as it was drawn,
in whole thousandths of the pad's width, so that it can be shown in any size.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from wtforms import HiddenField

from fieldtickets.domain.words import Message, _

MOST_STROKES, MOST_POINTS = 200, 10_000
MOST_CHARACTERS = 500_000  # of JSON; more is no signature (E07)
FARTHEST = 10_000  # from the corner of the pad, which is 1,000 wide
LONGEST_MS = 3_600_000
LEAST_INK = 60  # thousandths of the pad's width: a dot or a slip of the finger signs nothing

Stroke = Sequence[Sequence[int]]
BROKEN = _("The signature did not arrive whole. Please sign again.")
TOO_SHORT = _("This is only a dot. Please sign with your name.")


@dataclass(frozen=True)
class Drawing:
    """A signature ready to be drawn: the part of the plane that it covers, and its lines, as SVG has them."""

    box: str
    path: str


class SignatureField(HiddenField):
    """What a signature pad sends: JSON, a list of strokes, each a list of [x, y] or [x, y, milliseconds]."""

    def process_formdata(self, values: list[str]) -> None:
        """Text to strokes of whole numbers, or a sentence; none for a pad left empty."""
        self.data: list[list[list[int]]] | None = None
        typed = values[0].strip() if values else ""
        if typed and typed != "[]":
            self.data = strokes_of(typed)

    def _value(self) -> str:
        return json.dumps(self.data, separators=(",", ":")) if self.data else ""


def strokes_of(typed: str) -> list[list[list[int]]]:
    """The strokes in what a pad sent. Raises ValueError with a sentence for what is no signature (E07)."""
    if len(typed) > MOST_CHARACTERS:
        raise ValueError(BROKEN)
    try:
        drawn = [
            [_point(one) for one in stroke]
            for stroke in json.loads(typed, parse_constant=_no_number)
            if stroke
        ]
    except (ValueError, TypeError, RecursionError):
        raise ValueError(BROKEN) from None
    if len(drawn) > MOST_STROKES or sum(map(len, drawn)) > MOST_POINTS:
        raise ValueError(BROKEN)
    if _ink(drawn) < LEAST_INK:
        raise ValueError(TOO_SHORT)
    return drawn


def drawing(strokes: Sequence[Stroke]) -> Drawing:
    """The same signature as one SVG path, with a margin around it."""
    across = [point[0] for stroke in strokes for point in stroke]
    down = [point[1] for stroke in strokes for point in stroke]
    left, top, margin = min(across), min(down), 20
    width, height = max(across) - left, max(down) - top
    lines = ("M" + "L".join(f"{point[0]} {point[1]}" for point in stroke) for stroke in strokes)
    return Drawing(
        f"{left - margin} {top - margin} {width + 2 * margin} {height + 2 * margin}", "".join(lines)
    )


def _point(typed: Any) -> list[int]:
    x, y, *time = typed
    if not all(type(one) in (int, float) for one in typed) or len(time) > 1:
        raise ValueError
    if max(abs(x), abs(y)) > FARTHEST or any(not 0 <= one <= LONGEST_MS for one in time):
        raise ValueError
    return [round(one) for one in typed]


def _no_number(_name: str) -> NoReturn:
    raise ValueError


def _ink(strokes: Sequence[Stroke]) -> float:
    """How far the finger went while it touched the pad."""
    return sum(
        math.dist(one[:2], other[:2])
        for stroke in strokes
        for one, other in zip(stroke, stroke[1:], strict=False)
    )


def signature_field(says: Message) -> SignatureField:
    """The pad of a form; above it stands what the signature confirms (S093)."""
    pad: SignatureField = SignatureField(_("Signature"), description=says)
    return pad
