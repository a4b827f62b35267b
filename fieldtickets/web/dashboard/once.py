"""A form of the dashboard that came twice is one act: the first result is shown again (R02, R04)."""

import hashlib
import json
from collections.abc import Callable

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import clean
from fieldtickets.store.models import Organisation, Submission
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import as_sent


def once(session: Session, act: str, submission: str, work: Callable[[], str]) -> tuple[str, bool]:
    """Do the work, or give the result of the first time; tells whether it was done before.

    Raises FormReused for the same form with other content.
    """
    # whoever creates is first here, so that the same form sent twice waits for itself; acts, whose rows
    # name the organisation, go on
    session.scalars(
        select(Organisation.id).where(Organisation.id == g.organisation_id).with_for_update(key_share=True)
    ).one()
    nonce, digest = f"{act}:{g.user.id}:{clean(submission)}", _digest()
    earlier = session.get(Submission, nonce)
    if earlier is not None:
        if earlier.digest != digest:
            raise desk.FormReused(_("This form was already sent with other content."))
        return str((earlier.result or {})["made"]), True
    made = work()
    now = parts().clock.now()
    session.add(Submission(nonce=nonce, act=act, digest=digest, result={"made": made}, at=now))
    return made, False


def _digest() -> str:
    return hashlib.sha256(json.dumps(as_sent()).encode()).hexdigest()
