"""Places of work and the codes that hang there. Each ticket has a row of its own for its place."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from fieldtickets.domain.site_codes import place_key
from fieldtickets.store.models import Site, SiteCode

Columns = Row[*tuple[Any, ...]]  # of a site, read without the rest of it
ITS_SITE = (Site.id == SiteCode.site_id) & (Site.organisation_id == SiteCode.organisation_id)
HANGING = select(SiteCode, Site).join(Site, ITS_SITE).where(SiteCode.revoked_at.is_(None))
WHERE_THEY_HANG = (
    select(SiteCode.code, Site.id, Site.organisation_id, Site.name, Site.address, Site.postcode, Site.city)
    .join(Site, ITS_SITE)
    .where(SiteCode.revoked_at.is_(None))
)


def is_same_place(one: Site | Columns, other: Site) -> bool:
    """Whether two rows of one organisation are one place: the same address, however it was typed."""
    if one.organisation_id != other.organisation_id:
        return False
    key = _key(other)
    return one.id == other.id or (key != "" and _key(one) == key)


def codes_at(session: Session, site: Site) -> Sequence[SiteCode]:
    """The codes that hang at this place now, whichever ticket they were made on; the oldest first.

    No database compares places as we do, so the addresses of all that hangs are read, and they alone.
    """
    signs = session.execute(WHERE_THEY_HANG.where(SiteCode.organisation_id == site.organisation_id))
    here = [one.code for one in signs if is_same_place(one, site)]
    codes = select(SiteCode).where(SiteCode.code.in_(here))
    return session.scalars(codes.order_by(SiteCode.created_at, SiteCode.code)).all()


def all_signs(session: Session) -> list[tuple[SiteCode, Site]]:
    """Every code that hangs now with its place, place by place."""
    found = session.execute(HANGING.order_by(Site.city, Site.address, Site.name, SiteCode.created_at))
    return [(code, where) for code, where in found]


def hanging(session: Session, code: str) -> Site | None:
    """The site at which this code hangs now; None for one that was taken down or never was."""
    found = session.execute(HANGING.where(SiteCode.code == code)).one_or_none()
    return found[1] if found else None


def _key(site: Site | Columns) -> str:
    return place_key(site.name, site.address, site.postcode, site.city)
