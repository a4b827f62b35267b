"""HTML to PDF, in a child process of at most 30 seconds and 1 GB."""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from fieldtickets.documents.children import Child, ChildFailed

CHILD = Child(Path(__file__).with_name("__main__.py"))


class PdfFailed(Exception):
    """No PDF could be made of it; the page that asked for it is well."""


def render_pdf(html: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A PDF of the document, which opens no address: its pictures are `data:` or `asset:<name>`.

    pictures: content by name, repainted ones (pictures.py); what strangers sent is never put in as it came.
    Raises PdfFailed.
    """
    encoded = {name: b64encode(content).decode() for name, content in (pictures or {}).items()}
    try:
        pdf = CHILD.run(json.dumps({"html": html, "pictures": encoded}).encode())
    except ChildFailed as reason:
        raise PdfFailed(str(reason)) from reason
    if not pdf.startswith(b"%PDF-"):
        raise PdfFailed("not a PDF")
    return pdf
