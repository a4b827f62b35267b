"""Signs at places of work: a code is hung up, taken down, or replaced by another, each by somebody (S077)."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from fieldtickets.domain.site_codes import ALPHABET, LETTERS
from fieldtickets.store.models import Site, SiteCode


def hang_up(session: Session, site: Site, place: str, user_id: int, now: datetime) -> SiteCode:
    """A new code for a site; `place` tells where it hangs there. It counts at once."""
    code = "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))
    sign = SiteCode(code=code, site_id=site.id, place=place, created_at=now, hung_by=user_id)
    session.add(sign)
    return sign


def take_down(sign: SiteCode, user_id: int, now: datetime) -> None:
    """From now on the code proves nothing; what it proved stays proved."""
    sign.revoked_at, sign.taken_down_by = now, user_id


def replace(session: Session, site: Site, sign: SiteCode, user_id: int, now: datetime) -> SiteCode:
    """Another code where this one hangs: for one that was photographed, lost or painted over."""
    take_down(sign, user_id, now)
    return hang_up(session, site, sign.place, user_id, now)
