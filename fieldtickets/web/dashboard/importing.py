"""Import: a list of companies is checked, shown with its errors by line and column, then written whole.

Between the check and the writing the page itself holds the list, packed, so that nothing is kept of a list
that nobody wanted; it is read and checked again before it is written.
"""

import base64
import binascii
import zlib

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets import imports
from fieldtickets.domain.words import Message, _
from fieldtickets.web.accounts import MANAGERS, require
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

MOST_BYTES = 8_000_000  # of a list, as a spreadsheet saves it
MOST_PACKED = 1_800_000  # of it in the page; a field of a form may not be longer
MOST_SHOWN = 200  # errors; nobody mends more at a time


@bp.get("/import")
def import_page() -> ResponseReturnValue:
    """Choose a file; after an import, what it did."""
    require(*MANAGERS)
    return _page(done=[request.args.get(name, "") for name in ("added", "changed")])


@bp.post("/import")
def import_list() -> ResponseReturnValue:
    """Check the file that was sent, or write the list that was checked before."""
    require(*MANAGERS)
    packed = request.form.get("list", "")
    content = unpacked(packed) if packed else _sent()
    if content is None:
        return _page(refusal=_("Choose a CSV file with at most 8 MB.")), 422
    found = imports.subcontractors(content, g.organisation.country, parts().settings.phone_countries)
    if found.wrong:
        return _page(found=found), 422
    if packed:
        written = parts().database.attempt(g.organisation_id, lambda session: _write(session, found))
        return redirect(f"/import?added={written.added}&changed={written.changed}", 303)
    packed = pack(content)
    if len(packed) > MOST_PACKED:
        return _page(refusal=_("This list is too long for a page: cut it in parts.")), 422
    with parts().database.read(g.organisation_id) as rows:
        return _page(found=found, packed=packed, would=imports.would_write(rows, found.lines))


def _sent() -> bytes | None:
    file = request.files.get("file")
    content = file.stream.read(MOST_BYTES + 1) if file and file.filename else b""
    return content if 0 < len(content) <= MOST_BYTES else None


def _write(session: Session, found: imports.List) -> imports.Written:
    return imports.apply_subcontractors(session, found.lines, parts().clock.now())


def pack(content: bytes) -> str:
    """A list small enough to stand in a page."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str) -> bytes | None:
    """The list again; None for what is none of ours, or would be too long."""
    try:
        opening = zlib.decompressobj()
        content = opening.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return content if opening.eof and content else None


def _page(
    found: imports.List | None = None,
    packed: str = "",
    would: imports.Written | None = None,
    refusal: Message | None = None,
    done: list[str] | None = None,
) -> str:
    return render_template(
        "dashboard/import.html",
        current="subcontractors",
        found=found,
        packed=packed,
        would=would,
        refusal=refusal,
        done=[int(count) for count in done if count.isdecimal()] if done else [],
        most_shown=MOST_SHOWN,
        example=imports.EXAMPLES[reader().language],
    )
