"""Papers that several audiences may take away."""

from flask import g

from fieldtickets.documents.dossier import dossier_page
from fieldtickets.documents.render import render_pdf
from fieldtickets.web.parts import parts

PDF = "application/pdf"


def dossier(ref: str) -> bytes:
    """The dossier of a ticket as PDF; no transaction stays open while a child makes it.

    Raises NoResultFound, PdfFailed.
    """
    with parts().database.read(g.organisation_id) as rows:
        html, pictures = dossier_page(rows, parts().files, ref, parts().clock.now())
    return render_pdf(html, pictures)
