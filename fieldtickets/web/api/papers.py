"""Papers for programs."""

from typing import Any

from fieldtickets.documents.render import PdfFailed
from fieldtickets.domain.words import _
from fieldtickets.web import papers
from fieldtickets.web.api.problems import Problem
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.handing_out import handed_out


@spec.validate(resp=answers(HTTP_200=None), tags=["tickets"])
def dossier(ref: str) -> Any:
    """The whole file of a ticket as PDF: parties, journal with seals, photos, signature, money, messages."""
    try:
        pdf = papers.dossier(ref)
    except PdfFailed:
        raise Problem(503, "busy.retry", _("The service is busy. Send it again in a moment.")) from None
    return handed_out(pdf, papers.PDF, f"{ref}.pdf")
