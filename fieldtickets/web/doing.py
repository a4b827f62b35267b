"""What every way of doing an act shares: whose dispatch is meant, and recording it with its files."""

from collections.abc import Callable, Sequence

from flask import g
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from fieldtickets import desk
from fieldtickets.desk.whose import meant
from fieldtickets.domain.acts import Act
from fieldtickets.outbox import limits
from fieldtickets.store.models import Dispatch, Ticket
from fieldtickets.store.queries import acts as queries
from fieldtickets.web.attachments import kept
from fieldtickets.web.parts import parts


def dispatch_meant(ticket: Ticket, act: Act, wanted: str | None, to: str | None) -> Dispatch | None:
    """The dispatch that an act of our side is about. Raises LookupError for another ticket's.

    wanted: its id as it was sent. to: for whom a message is.
    """
    if wanted and not (wanted.isascii() and wanted.isdecimal()):
        raise LookupError(wanted)
    return meant(ticket, act, int(wanted) if wanted else None, to)


def came_before(nonce: str) -> bool:
    """Whether a form was counted already: it is then not held against what is possible by now (R02)."""
    with parts().database.read(g.organisation_id) as session:
        return queries.submission(session, nonce) is not None


def record(
    asked: Callable[[tuple[desk.StoredFile, ...]], desk.Request], sent: Sequence[FileStorage]
) -> desk.Recorded:
    """Record an act with the files sent; the outbox and the previews look at once.

    asked: the request, once its files are stored. Raises what `desk.record` raises, BadUpload and
    TooManyTexts; then nothing is kept.
    """
    now = parts().clock.now()

    def work(session: Session) -> desk.Recorded:
        wanted = asked(stored.files)
        recorded = desk.record(session, parts().links, wanted, now)
        limits.check_act(session, parts().settings, wanted, recorded, now)
        return recorded

    with kept(sent, g.organisation_id) as stored:
        recorded = parts().database.attempt(g.organisation_id, work)
        stored.unwanted = recorded.again or recorded.too_late is not None
    if recorded.delivery_ids:
        parts().ring("outbox")
    if stored.files and not stored.unwanted:
        parts().ring("previews")
    return recorded
