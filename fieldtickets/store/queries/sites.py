"""Places of work and the codes that hang there. Each ticket has a row of its own for its place."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from fieldtickets.domain.site_codes import place_key
from fieldtickets.store.models import Site, SiteCode

Columns = Row[*tuple[Any, ...]]  # of a site, read without the rest of it
ITS_SITE = (Site.id == SiteCode.site_id) & (Site.organisation_id == SiteCode.organisation_id)
IS_HANGING = SiteCode.revoked_at.is_(None)
HANGING = select(SiteCode, Site).join(Site, ITS_SITE).where(IS_HANGING)
WITH_ITS_ADDRESS = select(
    *(SiteCode.code, Site.id, Site.organisation_id, Site.name, Site.address, Site.postcode, Site.city)
).join(Site, ITS_SITE)
SHOWN_GONE = 20
WHO = (selectinload(SiteCode.maker), selectinload(SiteCode.remover))  # hung it, and took it down


def is_same_place(one: Site | Columns, other: Site) -> bool:
    """Whether two rows of one organisation are one place: the same address, however it was typed."""
    if one.organisation_id != other.organisation_id:
        return False
    key = _key(other)
    return one.id == other.id or (key != "" and _key(one) == key)


def codes_at(session: Session, site: Site, *more: ExecutableOption) -> Sequence[SiteCode]:
    """The codes that hang at this place now, whichever ticket they were made on; the oldest first.

    more: what is read with them, such as WHO.
    """
    codes = select(SiteCode).where(SiteCode.code.in_(_codes_here(session, site, IS_HANGING)))
    return session.scalars(codes.order_by(SiteCode.created_at, SiteCode.code).options(*more)).all()


def taken_down_at(session: Session, site: Site) -> Sequence[SiteCode]:
    """Those that hung there before, the latest to be taken down first; the last twenty."""
    codes = select(SiteCode).where(SiteCode.code.in_(_codes_here(session, site, ~IS_HANGING)))
    latest = codes.order_by(SiteCode.revoked_at.desc(), SiteCode.code).limit(SHOWN_GONE)
    return session.scalars(latest.options(*WHO)).all()


def _codes_here(session: Session, site: Site, which: ColumnElement[bool]) -> list[str]:
    """No database compares places as we do, so the addresses of all such signs are read, and they alone."""
    ours = SiteCode.organisation_id == site.organisation_id
    signs = session.execute(WITH_ITS_ADDRESS.where(ours, which))
    return [one.code for one in signs if is_same_place(one, site)]


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
