"""A copy of everything, and back: the database as it was at one instant, the files it names, their digests.

Copying an SQLite file with `cp` while somebody writes loses what is in its write-ahead log; so the
database itself makes the copy (`VACUUM INTO`, or pg_dump), while the service goes on (D16).
"""

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileDamaged, FileMissing, FileStore
from fieldtickets.store.models import Attachment
from fieldtickets.store.schema import revision_of

MANIFEST, FILES = "manifest.json", "files"
NAMES = {True: "database.sqlite", False: "database.dump"}  # for SQLite, for PostgreSQL


class NoBackup(Exception):
    """It was not done, and nothing was changed; says why in a sentence."""


@dataclass
class Manifest:
    """What a backup holds. It is written last: a folder without it is half of a backup."""

    made_at: str
    revision: str | None
    digests: dict[str, str] = field(default_factory=dict)  # SHA-256 of each file, by its path
    lost: list[str] = field(default_factory=list)  # keys whose bytes were gone or damaged already


def back_up(database: Database, files: FileStore, folder: Path, now: datetime) -> Manifest:
    """Copy everything into an empty folder. Raises NoBackup."""
    if folder.exists() and any(folder.iterdir()):
        raise NoBackup(f"{folder} is not empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = Manifest(now.isoformat(), revision_of(database.engine))
    copy = folder / NAMES[database.is_sqlite]
    if database.is_sqlite:
        with closing(sqlite3.connect(database.url.database or "")) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
    else:
        _postgresql(database, "pg_dump", "--format=custom", "--no-owner", f"--file={copy}")
    for key, digest in _named(database):
        _copy(files, key, digest, folder / FILES / key, manifest)
    manifest.digests = {str(path.relative_to(folder)): _digest(path) for path in _all_files(folder)}
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    os.sync()
    return manifest


def restore(database: Database, files: FileStore, folder: Path) -> Manifest:
    """Bring a backup into an empty database, and its files into the store. Raises NoBackup.

    Files that the store has already stay. The caller pauses the outbox before any worker starts.
    """
    manifest = _checked(folder)
    if revision_of(database.engine) is not None:
        raise NoBackup("the database is not empty: name a new one in FIELDTICKETS_DATABASE_URL")
    copy = folder / NAMES[database.is_sqlite]
    if not copy.is_file():
        raise NoBackup("it was made from the other kind of database: SQLite or PostgreSQL")
    database.close()
    for key in (name.removeprefix(f"{FILES}/") for name in manifest.digests if name != copy.name):
        if not files.exists(key):
            files.put(key, folder / FILES / key)
    if database.is_sqlite:
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(database.url.database or "")) as target,
        ):
            source.backup(target)
    else:
        name = f"--dbname={database.url.database}"
        _postgresql(database, "pg_restore", "--no-owner", "--single-transaction", name, str(copy))
    return manifest


def _named(database: Database) -> Iterator[tuple[str, str | None]]:
    """The key of every file that a row names, with its digest where the row knows it."""
    with database.read(EVERYONE) as session:
        rows = session.execute(
            select(Attachment.key, Attachment.digest, Attachment.preview_key, Attachment.thumb_key)
        ).all()
    for key, digest, *smaller in rows:
        yield key, digest
        yield from ((one, None) for one in smaller if one)


def _copy(files: FileStore, key: str, digest: str | None, target: Path, manifest: Manifest) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as written:
            for chunk in files.stream(key, digest):
                written.write(chunk)
    except (FileMissing, FileDamaged):
        target.unlink()
        manifest.lost.append(key)


def _checked(folder: Path) -> Manifest:
    """The manifest, when every file is as it says. Raises NoBackup at the first that is not."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise NoBackup(f"{folder} holds no whole backup: {MANIFEST} is missing or damaged") from None
    for name, digest in manifest.digests.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise NoBackup(f"{name} is missing or was changed since the backup was made")
    return manifest


def _all_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _postgresql(database: Database, *command: str) -> None:
    """Run one of PostgreSQL's own programs; the password travels where `ps` does not show it."""
    try:
        subprocess.run(command, env=_connection(database), check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise NoBackup(f"{command[0]} is missing: install postgresql-client") from None
    except subprocess.CalledProcessError as failed:
        reason = (failed.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NoBackup(f"{command[0]} failed: {reason}") from None


def _connection(database: Database) -> dict[str, str]:
    url, more = database.url, database.url.query
    known: dict[str, Any] = {
        "PGHOST": url.host or more.get("host"),
        "PGPORT": url.port or more.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": more.get("sslmode"),
        "PGSSLROOTCERT": more.get("sslrootcert"),
    }
    return {**os.environ, **{name: str(value) for name, value in known.items() if value}}
