"""First floor: files that come in with a form, looked at and kept aside until the answer is recorded.

Nothing is decoded here and no name, type or size that was declared is believed.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from fieldtickets.domain.file_kinds import ENDINGS, HEAD_BYTES, PDF, Broken, kind_of, shape
from fieldtickets.domain.file_names import clean_name
from fieldtickets.domain.words import Message, _

MEGABYTE = 1_000_000
CHUNK_BYTES = 64 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT)


class BadUpload(Exception):
    """A file cannot be taken; the message tells the sender what to do. `status` is that of the answer."""

    def __init__(self, message: Message, code: str, status: int) -> None:
        super().__init__(message)
        self.message, self.code, self.status = message, code, status


@dataclass(frozen=True)
class Limits:
    """How much one submission may bring, and where it waits (None: the system's temporary folder)."""

    max_bytes: int = 25 * MEGABYTE  # of one file
    max_files: int = 20
    max_pixels: int = 60_000_000
    max_frames: int = 200
    spool: Path | None = None


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its cleaned name, its kind (MIME, by content), its bytes at `path`.

    size is in bytes, digest is the SHA-256 in hexadecimal, field the form field that it came with.
    """

    name: str
    kind: str
    size: int
    digest: str
    path: Path
    field: str = "files"


class FileSent(Protocol):
    """What werkzeug's FileStorage offers."""

    @property
    def filename(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def stream(self) -> IO[bytes]: ...


@contextmanager
def spooled(files: Iterable[FileSent], limits: Limits) -> Iterator[list[Upload]]:
    """The files of a submission, on disk until the block ends, whatever happens in it.

    Raises BadUpload at the first that cannot be taken.
    """
    with ExitStack() as until_recorded:
        with _full_disk_told():
            folder = until_recorded.enter_context(TemporaryDirectory(prefix="upload-", dir=limits.spool))
            taken = take(files, limits, Path(folder))
        yield taken


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """A full disk costs the file, with a sentence; it is no fault of the page (D07)."""
    try:
        yield
    except OSError as reason:
        if reason.errno not in FULL:
            raise
        no_room = _("We cannot take files at the moment. Try again in a few minutes.")
        raise BadUpload(no_room, "storage.full", 507) from reason


def take(files: Iterable[FileSent], limits: Limits, folder: Path) -> list[Upload]:
    """Look at each file and write it into the folder; an input left empty is no file."""
    sent = [file for file in files if file.filename or _size(file.stream)]
    if len(sent) > limits.max_files:
        raise BadUpload(
            _("%(count)s files are too many. Send %(most)s at most.", count=len(sent), most=limits.max_files),
            "file.too_many",
            422,
        )
    return [_take_one(file, limits, folder / str(number)) for number, file in enumerate(sent)]


def _take_one(file: FileSent, limits: Limits, path: Path) -> Upload:
    size = _size(file.stream)
    if size > limits.max_bytes:
        raise _too_big(size, limits)
    head = file.stream.read(HEAD_BYTES)
    kind = kind_of(head)
    if kind is None:
        raise BadUpload(_("Send a photo (JPEG, PNG, WebP, HEIC) or a PDF."), "file.type", 415)
    file.stream.seek(0)
    digest = _copy(file.stream, path)
    _look_at(path, kind, limits)
    otherwise = "document" if kind == PDF else "photo"
    name = clean_name(file.filename or "", ENDINGS[kind], otherwise)
    return Upload(name, kind, size, digest, path, file.name or "files")


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def _copy(stream: IO[bytes], path: Path) -> str:
    """Write what is read, and tell its SHA-256."""
    digest = sha256()
    with path.open("wb") as copy:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def _look_at(path: Path, kind: str, limits: Limits) -> None:
    """Refuse what did not arrive whole, and what would burst the memory of its reader."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            found = shape(content, kind)
    except Broken as reason:
        raise _broken(kind) from reason
    if found and (found.pixels > limits.max_pixels or found.frames > limits.max_frames):
        raise BadUpload(
            _("This picture has too many pixels. The limit is %(limit)s million. Send a smaller one.",
              limit=limits.max_pixels // 1_000_000),
            "image.too_many_pixels",
            422,
        )  # fmt: skip


def _broken(kind: str) -> BadUpload:
    if kind == PDF:
        return BadUpload(_("This file did not arrive whole. Send it again."), "file.broken", 422)
    return BadUpload(_("This photo did not arrive whole. Send it again."), "image.broken", 422)


def _too_big(size: int, limits: Limits) -> BadUpload:
    message = _(
        "This file is too big: %(size)s MB. The limit is %(limit)s MB. Take a photo of the page.",
        size=-(-size // MEGABYTE),
        limit=limits.max_bytes // MEGABYTE,
    )
    return BadUpload(message, "file.too_big", 413)
