"""The signs of a site on paper, one a page: to be printed and hung where companies come to work (S077)."""

from collections.abc import Sequence

from fieldtickets.documents.papers import paper
from fieldtickets.documents.render import render_pdf
from fieldtickets.domain.site_codes import in_groups
from fieldtickets.language import Reader
from fieldtickets.phones import pretty
from fieldtickets.store.models import Organisation, Site, SiteCode


def signs_pdf(base_url: str, organisation: Organisation, site: Site, signs: Sequence[SiteCode]) -> bytes:
    """The paper in the organisation's language; a QR code holds the address of its sign. Raises PdfFailed."""
    reader = Reader(organisation.language, site.time_zone)
    told = {
        "organisation": organisation.name,
        "phone": pretty(organisation.phone, reader.language) if organisation.phone else "",
        "site": site,
        "signs": signs,
        "in_groups": in_groups,
    }
    codes = {sign.code: f"{base_url}/s/{sign.code}" for sign in signs}
    return render_pdf(paper("signs", reader, **told), codes=codes)
