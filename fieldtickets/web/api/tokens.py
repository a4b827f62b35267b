"""API tokens: made once, shown once, kept as a digest (W01)."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Role
from fieldtickets.store.models import ApiToken


def new_token(rows: Session, organisation_id: int, role: Role, name: str, now: datetime) -> str:
    """A program's right to speak for an organisation; the secret, which nobody can read again."""
    secret = secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    rows.add(ApiToken(organisation_id=organisation_id, role=role, name=name, digest=digest, created_at=now))
    return secret
