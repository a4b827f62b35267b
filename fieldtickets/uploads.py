"""First floor: files that come in with a form, looked at before the answer is recorded.

Nothing is decoded here and no name, type or size that was declared is believed.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from mmap import ACCESS_READ, mmap
from typing import IO, Protocol

from fieldtickets.domain.file_kinds import ENDINGS, HEAD_BYTES, PDF, Broken, kind_of, shape
from fieldtickets.domain.file_names import clean_name
from fieldtickets.domain.words import Message, _

MEGABYTE = 1_000_000
HELD_BYTES = 500 * 1024  # the web library holds so much of a file in memory, and lays more aside on the disk


class BadUpload(Exception):
    """A file cannot be taken; the message tells the sender what to do. `status` is that of the answer."""

    def __init__(self, message: Message, code: str, status: int) -> None:
        super().__init__(message)
        self.message, self.code, self.status = message, code, status


@dataclass(frozen=True)
class Limits:
    """How much one submission may bring."""

    max_bytes: int = 25 * MEGABYTE  # of one file
    max_files: int = 20
    max_pixels: int = 60_000_000
    max_frames: int = 200


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its cleaned name, its kind (MIME, by content), its bytes.

    size is in bytes, digest is the SHA-256 in hexadecimal, field the form field that it came with.
    """

    name: str
    kind: str
    size: int
    digest: str
    content: bytes | mmap
    field: str = "files"


class FileSent(Protocol):
    """What werkzeug's FileStorage offers."""

    @property
    def filename(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def stream(self) -> IO[bytes]: ...


def looked_at(files: Iterable[FileSent], limits: Limits) -> list[Upload]:
    """The files of a submission, read where they lie. An input left empty is no file.

    Raises BadUpload at the first that cannot be taken.
    """
    sent = [file for file in files if file.filename or _size(file.stream)]
    if len(sent) > limits.max_files:
        raise BadUpload(
            _("%(count)s files are too many. Send %(most)s at most.", count=len(sent), most=limits.max_files),
            "file.too_many",
            422,
        )
    return [_take_one(file, limits) for file in sent]


def _take_one(file: FileSent, limits: Limits) -> Upload:
    size = _size(file.stream)
    if size > limits.max_bytes:
        raise _too_big(size, limits)
    kind = kind_of(file.stream.read(HEAD_BYTES))
    if kind is None:
        raise BadUpload(_("Send a photo (JPEG, PNG, WebP, HEIC) or a PDF."), "file.type", 415)
    content = _content(file.stream, size)
    _measure(content, kind, limits)
    otherwise = "document" if kind == PDF else "photo"
    name = clean_name(file.filename or "", ENDINGS[kind], otherwise)
    return Upload(name, kind, size, sha256(content).hexdigest(), content, file.name or "files")


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def _content(stream: IO[bytes], size: int) -> bytes | mmap:
    """The bytes of a stream, without a copy of what lies on the disk.

    Nobody closes a mapping: a store may still hold it when its call is over, and it ends with its last user.
    """
    stream.seek(0)
    lies_on_disk = size > HELD_BYTES and not isinstance(stream, BytesIO)
    return mmap(stream.fileno(), 0, access=ACCESS_READ) if lies_on_disk else stream.read()


def _measure(content: bytes | mmap, kind: str, limits: Limits) -> None:
    """Refuse what did not arrive whole, and what would burst the memory of its reader."""
    try:
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
