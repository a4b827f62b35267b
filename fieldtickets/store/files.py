"""Blobs: the bytes of photos and documents, in a local folder, in an S3 bucket, or in memory for tests.

Tables hold names, kinds and digests; a blob is known only by its key. Every attachment has a key of its
own, never shared, so that what a refused answer had stored can be deleted without looking further.
"""

import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from mmap import mmap
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, S3Store

CHUNK_BYTES = 256 * 1024
IN_MEMORY_BYTES = 1024 * 1024  # a larger blob waits on disk while its digest is compared
FULL = (errno.ENOSPC, errno.EDQUOT)
KEY = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]*(/[0-9A-Za-z_-][0-9A-Za-z._-]*)*")


class StorageError(Exception):
    """The blob store cannot do it now; nothing was stored."""


class StorageFull(StorageError):
    """No room is left where blobs are kept; nothing of this one was."""


class FileMissing(StorageError):
    """The row is there, the blob is not."""


class FileDamaged(StorageError):
    """The bytes are not those that were stored."""


def new_key(organisation_id: int, digest: str) -> str:
    """A key that nobody else has, for content with this SHA-256 (hexadecimal)."""
    return f"{organisation_id}/{digest[:2]}/{digest}.{secrets.token_hex(8)}"


class FileStore:
    """The blobs of one installation: `file:var/files`, `s3://bucket/prefix?endpoint=…&region=…`, `memory:`.

    The credentials of a bucket come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or the
    machine's role, as the AWS tools read them. Raises ValueError for an address that it does not know.
    """

    def __init__(self, storage_url: str) -> None:
        self._shelf = _shelf(urlsplit(storage_url))

    def put(self, key: str, content: Path | bytes | mmap) -> None:
        """Store a blob; when this returns, it survives a power cut. A key is written once, never again."""
        with _our_errors(key):
            self._shelf.put(_checked(key), content)

    def read(self, key: str, digest: str | None = None) -> bytes:
        """The whole blob; raises FileMissing, or FileDamaged when its SHA-256 is not `digest`."""
        with _our_errors(key):
            content = b"".join(self._shelf.chunks(_checked(key)))
        _compare(key, sha256(content).hexdigest(), digest)
        return content

    def stream(self, key: str, digest: str | None = None) -> Iterator[bytes]:
        """The blob in pieces. With `digest` it is compared first: not one altered byte goes out."""
        with _our_errors(key):
            chunks = self._shelf.chunks(_checked(key))
            return chunks if digest is None else _compared(key, chunks, digest)

    def exists(self, key: str) -> bool:
        with _our_errors(key):
            return self._shelf.exists(_checked(key))

    def delete(self, key: str) -> None:
        """Remove a blob; one that is gone already is no error."""
        with _our_errors(key):
            self._shelf.delete(_checked(key))

    def check(self) -> None:
        """Write and remove a small blob; raises StorageError when the store cannot take one."""
        probe = f"check/{secrets.token_hex(8)}"
        self.put(probe, b"readiness")
        self.delete(probe)


class Shelf(Protocol):
    """One place for blobs, in its own words and with its own errors."""

    def put(self, key: str, content: Path | bytes | mmap) -> None: ...
    def chunks(self, key: str) -> Iterator[bytes]: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...


class Folder:
    """Blobs as files under one folder.

    Written with the system's own calls: obstore's local store does not fsync, and its threads do not
    survive the fork of a web server.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, content: Path | bytes | mmap) -> None:
        target = self._root / key
        _make_folder(target.parent)
        with NamedTemporaryFile(dir=target.parent, prefix=".incoming-") as incoming:
            for chunk in _pieces(content):
                incoming.write(chunk)
            incoming.flush()
            os.fsync(incoming.fileno())
            os.link(incoming.name, target)  # unlike a rename, never replaces
        _sync_folder(target.parent)

    def chunks(self, key: str) -> Iterator[bytes]:
        return _read_on((self._root / key).open("rb"))

    def exists(self, key: str) -> bool:
        return (self._root / key).is_file()

    def delete(self, key: str) -> None:
        (self._root / key).unlink(missing_ok=True)


class ObjectStore:
    """Blobs in a bucket, or in this process's memory."""

    def __init__(self, store: S3Store | MemoryStore) -> None:
        self._store = store

    def put(self, key: str, content: Path | bytes | mmap) -> None:
        obstore.put(self._store, key, content, mode="create", use_multipart=False)

    def chunks(self, key: str) -> Iterator[bytes]:
        return map(bytes, obstore.get(self._store, key).stream(min_chunk_size=CHUNK_BYTES))

    def exists(self, key: str) -> bool:
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        obstore.delete(self._store, key)


def _shelf(url: SplitResult) -> Shelf:
    match url.scheme:
        case "file" if url.path:
            return Folder(Path(url.path))
        case "s3" if url.hostname:
            return ObjectStore(_bucket(url))
        case "memory":
            return ObjectStore(MemoryStore())
    raise ValueError("neither file:<folder>, s3://<bucket>/<prefix> nor memory:")


def _bucket(url: SplitResult) -> S3Store:
    options = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    if unknown := options.keys() - {"endpoint", "region"}:
        raise ValueError(f"unknown option of s3: {', '.join(sorted(unknown))}")
    endpoint = options.get("endpoint")
    return S3Store(
        url.hostname,
        prefix=url.path.strip("/") or None,
        endpoint=endpoint,
        region=options.get("region", "us-east-1"),
        virtual_hosted_style_request=endpoint is None,  # S3-like servers answer by path
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": "30s"},
        retry_config={"max_retries": 3},
    )


@contextmanager
def _our_errors(key: str) -> Iterator[None]:
    """Turn the errors of the system and of the bucket into ours."""
    try:
        yield
    except FileNotFoundError as reason:
        raise FileMissing(key) from reason
    except OSError as reason:
        raise (StorageFull if reason.errno in FULL else StorageError)(reason.strerror) from reason
    except BaseError as reason:
        raise StorageError(type(reason).__name__) from reason


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("not a key of ours")
    return key


def _compare(key: str, found: str, expected: str | None) -> None:
    if expected is not None and found != expected:
        raise FileDamaged(key)


def _compared(key: str, chunks: Iterable[bytes], digest: str) -> Iterator[bytes]:
    with ExitStack() as unless_read_on:
        kept = unless_read_on.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        found = sha256()
        for chunk in chunks:
            found.update(chunk)
            kept.write(chunk)
        _compare(key, found.hexdigest(), digest)
        kept.seek(0)
        unless_read_on.pop_all()
        return _read_on(kept)


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def _read_on(source: Readable) -> Iterator[bytes]:
    """The rest of an open file in pieces; closes it at the end."""
    try:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
    finally:
        source.close()


def _pieces(content: Path | bytes | mmap) -> Iterator[bytes | mmap]:
    return _read_on(content.open("rb")) if isinstance(content, Path) else iter((content,))


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each known to the disk before a file relies on it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
