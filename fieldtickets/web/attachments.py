"""Files of a submission: checked, put into the store, and taken out again when nothing came of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from fieldtickets.desk import StoredFile
from fieldtickets.store.files import new_key
from fieldtickets.uploads import FileSent, Limits, looked_at
from fieldtickets.web.parts import parts


@dataclass
class Kept:
    """The files now in the store; `unwanted` gives them back, as when the same form came twice."""

    files: tuple[StoredFile, ...] = ()
    unwanted: bool = False


@contextmanager
def kept(sent: Sequence[FileSent], organisation_id: int) -> Iterator[Kept]:
    """Store what was sent for the length of the block, and for good if it ends well (invariant 17).

    Every file has a key of its own, so that giving it back never takes another one's bytes.
    Raises BadUpload at the first that cannot be taken, StorageFull when there is no room.
    """
    limits = Limits(parts().settings.max_upload_bytes)
    stored: list[StoredFile] = []
    outcome = Kept(unwanted=True)
    try:
        for upload in looked_at(sent, limits):
            key = new_key(organisation_id, upload.digest)
            stored.append(StoredFile(upload.field, upload.name, upload.kind, upload.size, upload.digest, key))
            parts().files.put(key, upload.content)
        outcome = Kept(tuple(stored))
        yield outcome
    except BaseException:
        outcome.unwanted = True
        raise
    finally:
        if outcome.unwanted:
            for file in stored:
                parts().files.delete(file.key)
