"""Previews of what was attached, made after the commit: no request ever decodes a picture."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import select, update

from fieldtickets.documents.pictures import KINDS, PictureFailed, Preview, preview
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileDamaged, FileMissing, FileStore, new_key
from fieldtickets.store.models import Attachment

BATCH = 20


@dataclass(frozen=True)
class Previews:
    """Makes what is missing. Two workers at the same picture cost one of them its work, nothing else.

    ending: set once the worker is told to stop; the picture in hand is the last (D04).
    """

    database: Database
    files: FileStore
    ending: Event = field(default_factory=Event)

    def make(self) -> int:
        """A preview and a thumbnail for every new picture; the number of attachments looked at."""
        looked_at = 0
        while rows := self._new():
            for row in rows:
                if self.ending.is_set():
                    return looked_at
                self._make_one(row)
                looked_at += 1
        return looked_at

    def _new(self) -> Sequence[Attachment]:
        with self.database.read(EVERYONE) as session:
            return session.scalars(
                select(Attachment).where(Attachment.state == "new").order_by(Attachment.id).limit(BATCH)
            ).all()

    def _make_one(self, row: Attachment) -> None:
        if row.kind not in KINDS:
            self._note(row, state="ready")
            return
        try:
            made = preview(self.files.read(row.key, row.digest), row.kind)
        except (PictureFailed, FileMissing, FileDamaged):
            self._note(row, state="broken")
        else:
            self._keep(row, made)

    def _keep(self, row: Attachment, made: Preview) -> None:
        keys = {"preview_key": made.jpeg, "thumb_key": made.thumb}
        stored = {}
        for name, content in keys.items():
            stored[name] = new_key(row.organisation_id, hashlib.sha256(content).hexdigest())
            self.files.put(stored[name], content)
        if not self._note(row, state="ready", width=made.width, height=made.height, **stored):
            for key in stored.values():
                self.files.delete(key)

    def _note(self, row: Attachment, **values: object) -> bool:
        """Write down what was made; False when another worker was first."""
        with self.database.begin(EVERYONE) as session:
            mine = update(Attachment).where(Attachment.id == row.id, Attachment.state == "new")
            return bool(session.execute(mine.values(**values)).rowcount)  # type: ignore[attr-defined]
