"""Papers of one ticket, for account holders."""

from flask.typing import ResponseReturnValue

from fieldtickets.documents.render import PdfFailed
from fieldtickets.web import errors, papers
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.handing_out import handed_out


@bp.get("/tickets/<ref>/dossier.pdf")
def dossier(ref: str) -> ResponseReturnValue:
    """The whole file of a ticket as PDF."""
    try:
        pdf = papers.dossier(ref)
    except PdfFailed:
        wait = {"Retry-After": str(errors.RETRY_AFTER_SECONDS)}
        return errors.error_page(503, "busy.retry", headers=wait)
    return handed_out(pdf, papers.PDF, f"{ref}.pdf")
