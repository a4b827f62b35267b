"""A signature as it was drawn: strokes of points in JSON, redrawn as lines of an SVG."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_POINTS = 20_000  # a long name has some hundreds
MARGIN = 4  # around the strokes, in the units of the pad


@dataclass(frozen=True)
class Signature:
    """Who signed, and the lines of the drawing: `points` for SVG polylines, `box` their view box."""

    name: str
    box: str
    strokes: tuple[str, ...]


def signature(drawn: Any, name: str) -> Signature | None:
    """The drawing of one signature; None when there is none, or when it is no drawing.

    drawn: `[[[x, y], …], …]`, points also as `{"x": …, "y": …}`, or an object with these in `strokes`;
    JSON, or what JSON was read into. Only numbers go on: nothing of a stranger's markup does.
    """
    try:
        read = json.loads(drawn) if isinstance(drawn, str) else drawn
        if isinstance(read, dict):
            read = read["strokes"]
        strokes = [list(_points(stroke)) for stroke in read or ()]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None
    points = [point for stroke in strokes for point in stroke]
    if not points or len(points) > MOST_POINTS:
        return None
    left, top = (min(point[axis] for point in points) - MARGIN for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) + MARGIN for axis in (0, 1))
    lines = (" ".join(f"{x},{y}" for x, y in (*stroke, stroke[-1])) for stroke in strokes if stroke)
    return Signature(name, f"{left} {top} {right - left} {bottom - top}", tuple(lines))


def _points(stroke: Any) -> Iterator[tuple[int, int]]:
    """The points of one stroke in whole units; signature_pad keeps them in `points`."""
    for point in stroke["points"] if isinstance(stroke, dict) else stroke:
        x, y = (point["x"], point["y"]) if isinstance(point, dict) else point[:2]
        yield round(float(x)), round(float(y))
