"""Previews of photos, repainted in a child process; asked for by a job, never in a request."""

import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fieldtickets.documents.children import Child, ChildFailed
from fieldtickets.domain.file_kinds import HEIC, JPEG, PNG, WEBP

CHILD = Child(Path(__file__).with_name("child.py"), seconds=20, memory_bytes=768 * 1024**2)
KINDS = (JPEG, PNG, WEBP, HEIC)


class PictureFailed(Exception):
    """No picture could be made of it; the file itself is kept, and may be downloaded."""


@dataclass(frozen=True)
class Preview:
    """Two clean JPEGs, upright and free of metadata; width and height are those of `jpeg`, in pixels.

    jpeg: 1600 pixels on its longer side at most, thumb: 320. taken_at: an aware instant, when the
    telephone wrote one with its zone; it is shown only where the organisation asked for it (U13).
    """

    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    taken_at: datetime | None


def preview(content: bytes, kind: str) -> Preview:
    """The preview of a picture of one of KINDS; raises PictureFailed."""
    if kind not in KINDS:
        raise PictureFailed("not a picture")
    try:
        made = json.loads(CHILD.run(content))
    except ChildFailed as reason:
        raise PictureFailed(str(reason)) from reason
    taken_at = made["taken_at"]
    return Preview(
        b64decode(made["jpeg"]),
        b64decode(made["thumb"]),
        made["width"],
        made["height"],
        datetime.fromisoformat(taken_at) if taken_at else None,
    )
