"""Founding an organisation: its row and the head of its journal, which every act locks."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldtickets.domain import seals
from fieldtickets.store.models import JournalHead, Organisation


def found_organisation(session: Session, name: str, short_name: str, language: str, now: datetime) -> int:
    """A new organisation, ready for its first ticket; its id. The session is one over EVERYONE.

    short_name: at most 20 letters, they begin every text message.
    """
    organisation = Organisation(name=name, short_name=short_name, language=language, created_at=now)
    session.add(organisation)
    session.flush()
    session.add(JournalHead(organisation_id=organisation.id, seal=seals.GENESIS))
    return organisation.id
