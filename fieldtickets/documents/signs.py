"""The signs of a site on paper, one a page: to be printed and hung where companies come to work (S077)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from fieldtickets.documents.children import Child, ChildFailed
from fieldtickets.documents.papers import paper
from fieldtickets.documents.render import PdfFailed, render_pdf
from fieldtickets.domain.site_codes import in_groups
from fieldtickets.language import Reader
from fieldtickets.phones import pretty
from fieldtickets.store.models import Organisation, Site, SiteCode

CHILD = Child(Path(__file__).with_name("qr_child.py"))


def signs_pdf(base_url: str, organisation: Organisation, site: Site, signs: Sequence[SiteCode]) -> bytes:
    """The paper in the organisation's language; a QR code holds the address of its sign. Raises PdfFailed."""
    reader = Reader(organisation.language, site.time_zone)
    html = paper(
        "signs",
        reader,
        organisation=organisation.name,
        phone=pretty(organisation.phone, reader.language) if organisation.phone else "",
        site=site,
        signs=signs,
        in_groups=in_groups,
        drawn=qr_codes({sign.code: f"{base_url}/s/{sign.code}" for sign in signs}),
    )
    return render_pdf(html)


def qr_codes(texts: Mapping[str, str]) -> dict[str, Markup]:
    """Each text as a QR code in SVG, by its name. Raises PdfFailed."""
    try:
        svgs = json.loads(CHILD.run(json.dumps(texts).encode()))
    except ChildFailed as reason:
        raise PdfFailed(str(reason)) from reason
    return {name: Markup(svg) for name, svg in svgs.items()}
