"""`Idempotency-Key`: a request sent again gets the first reply, with another body it is refused (W02).

The key is optional; a program that sends one may repeat a request safely after a broken connection.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from fieldtickets.domain.words import _
from fieldtickets.store.models import Submission
from fieldtickets.web.api.problems import Problem

LONGEST_KEY = 80


def submission() -> str:
    """The name of this request: the token and the key that the program chose, or a new one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise Problem(400, "idempotency_key", _("At most %(count)s characters.", count=LONGEST_KEY))
    return f"api:{g.api_token.id}:{key or secrets.token_urlsafe(12)}"


def once(session: Session, now: datetime, work: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
    """Do the work, or give the reply of the first time; tells whether it was done now."""
    nonce, digest = submission(), hashlib.sha256(request.get_data(cache=True)).hexdigest()
    earlier = session.get(Submission, nonce)
    if earlier is not None:
        if earlier.digest != digest or earlier.result is None:
            raise Problem(422, "form.reused", _("This key was already used with another body."))
        return earlier.result, False
    reply = work()
    session.add(Submission(nonce=nonce, act=request.path[:40], digest=digest, result=reply, at=now))
    return reply, True
