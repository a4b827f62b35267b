"""Places of work and the codes that hang there. Each ticket has a row of its own for its place."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.domain.site_codes import place_key
from fieldtickets.store.models import Site, SiteCode

HANGING = (
    select(SiteCode, Site)
    .join(Site, (Site.id == SiteCode.site_id) & (Site.organisation_id == SiteCode.organisation_id))
    .where(SiteCode.revoked_at.is_(None))
)


def is_same_place(one: Site, other: Site) -> bool:
    """Whether two rows of one organisation are one place: the same address, however it was typed."""
    if one.organisation_id != other.organisation_id:
        return False
    return one.id == other.id or bool(_key(one)) and _key(one) == _key(other)


def codes_at(session: Session, site: Site) -> Sequence[SiteCode]:
    """The codes that hang at this place now, whichever ticket they were made on; the oldest first."""
    found = session.execute(
        HANGING.where(
            SiteCode.organisation_id == site.organisation_id, Site.postcode == site.postcode
        ).order_by(SiteCode.created_at, SiteCode.code)
    )
    return [code for code, where in found if is_same_place(where, site)]


def all_signs(session: Session) -> list[tuple[SiteCode, Site]]:
    """Every code that hangs now with its place, place by place."""
    found = session.execute(HANGING.order_by(Site.city, Site.address, Site.name, SiteCode.created_at))
    return [(code, where) for code, where in found]


def hanging(session: Session, code: str) -> Site | None:
    """The site at which this code hangs now; None for one that was taken down or never was."""
    found = session.execute(HANGING.where(SiteCode.code == code)).one_or_none()
    return found[1] if found else None


def _key(site: Site) -> str:
    return place_key(site.name, site.address, site.postcode, site.city)
