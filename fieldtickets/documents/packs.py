"""Papers of the books that somebody asked for, made one after the other by the worker."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy import and_, delete, or_, select, update

from fieldtickets.documents.bookkeeping import books_of, month_pack, statement
from fieldtickets.documents.render import PdfFailed
from fieldtickets.domain.books import Month
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileStore, new_key
from fieldtickets.store.models import Pack

PATIENCE = timedelta(minutes=15)  # with a worker that took one and may be dead
KEPT = timedelta(days=30)  # they can be made again from what was recorded

log = structlog.get_logger("packs")


@dataclass(frozen=True)
class Packs:
    """Makes what was asked for. Of several workers one gets each.

    ending: set once the worker is told to stop; the paper in hand is the last (D04).
    """

    database: Database
    files: FileStore
    now: Callable[[], datetime]
    ending: Event = field(default_factory=Event)

    def make(self) -> int:
        """Make every paper that waits, and drop those nobody keeps any more; how many were made."""
        self._forget()
        made = 0
        while not self.ending.is_set() and (pack := self._claim()):
            self._make_one(pack)
            made += 1
        return made

    def _claim(self) -> Pack | None:
        """The oldest that waits, now ours."""
        now = self.now()
        waits = or_(Pack.state == "queued", and_(Pack.state == "working", Pack.started_at < now - PATIENCE))
        with self.database.begin(EVERYONE) as session:
            oldest = select(Pack).where(waits).order_by(Pack.asked_at, Pack.id).limit(1)
            pack = session.scalars(oldest.with_for_update(skip_locked=True)).one_or_none()
            if pack is not None:
                pack.state, pack.started_at, pack.progress = "working", now, 0
            return pack

    def _make_one(self, pack: Pack) -> None:
        try:
            content = self._content(pack)
            digest = hashlib.sha256(content).hexdigest()
            key = new_key(pack.organisation_id, digest)
            self.files.put(key, content)
        except Exception as fault:  # one that fails must not keep the others waiting
            log.error("pack failed", pack=pack.id, fault=type(fault).__name__, reason=_reason(fault))
            self._note(pack, state="failed", ended_at=self.now())
        else:
            self._note(pack, state="ready", progress=100, key=key, digest=digest, ended_at=self.now())

    def _content(self, pack: Pack) -> bytes:
        wanted = Month.read(pack.month)
        books = books_of(self.database, pack.organisation_id, wanted, pack.subcontractor_id)
        if pack.kind == "statement":
            return statement(books)
        return month_pack(self.database, self.files, books, lambda done: self._tell(pack, done))

    def _tell(self, pack: Pack, done: int) -> None:
        """Write the progress down, in steps that somebody would notice."""
        if done >= pack.progress + 5:
            pack.progress = done
            self._note(pack, progress=done)

    def _note(self, pack: Pack, **values: object) -> None:
        with self.database.begin(pack.organisation_id) as session:
            session.execute(update(Pack).where(Pack.id == pack.id).values(**values))

    def _forget(self) -> None:
        """Rows first: a file that nobody names is only room lost."""
        old = Pack.ended_at < self.now() - KEPT
        with self.database.begin(EVERYONE) as session:
            keys = session.scalars(select(Pack.key).where(old, Pack.key.is_not(None))).all()
            session.execute(delete(Pack).where(old))
        for key in filter(None, keys):
            self.files.delete(key)


def _reason(fault: Exception) -> str | None:
    """What a child program died of, which never quotes a file; of other errors the name is enough."""
    return str(fault) if isinstance(fault, PdfFailed) else None
