"""Files as they are handed out: pictures repainted, everything else only to be kept, nothing that runs."""

from flask import Response, abort, request

from fieldtickets.documents.pictures import KINDS, PictureFailed, preview
from fieldtickets.store.files import FileMissing
from fieldtickets.store.models import Attachment
from fieldtickets.web.parts import parts

SANDBOX = "sandbox; default-src 'none'"  # of what strangers sent: nothing in it runs (U06, U21)
JPEG = "image/jpeg"


def attachment(file: Attachment | None) -> Response:
    """A file of a ticket, for whoever may see it; 404 for none, and for one whose bytes are gone (U13)."""
    if file is None:
        abort(404)
    try:
        picture = repainted(file)
        if picture is not None:
            return handed_out(picture, JPEG, file.name, inline=True)
        return handed_out(parts().files.read(file.key, file.digest), file.kind, file.name)
    except FileMissing:
        abort(404)


def repainted(file: Attachment) -> bytes | None:
    """A picture without what its telephone wrote into it; None for what is no picture, or cannot be one.

    Before the worker has come to it, it is repainted for this answer alone: reading stores nothing (G01).
    """
    small = request.args.get("size") == "thumb"
    if key := file.thumb_key if small else file.preview_key:
        return parts().files.read(key)
    if file.kind not in KINDS:
        return None
    try:
        made = preview(parts().files.read(file.key, file.digest), file.kind)
    except PictureFailed:
        return None
    return made.thumb if small else made.jpeg


def handed_out(content: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    """A download: what it is stands in our headers, not in the eye of a browser."""
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
