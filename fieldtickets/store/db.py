"""The database: sessions that commit whole or not at all, fenced to one organisation.

The same code runs on SQLite and PostgreSQL. SQLite is told to behave as a database that several
processes share: WAL, full synchronisation, foreign keys, and one writer at a time, admitted by a file
lock before `BEGIN IMMEDIATE`, which keeps waiting fair (E3).
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Engine, Executable, bindparam, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria
from sqlalchemy.orm.interfaces import UserDefinedOption

from fieldtickets.store.models import Owned

EVERYONE: Final = -1  # for work over all organisations: opening a link, the outbox, the rounds, signing in
LONGEST_WAIT_SECONDS = 20.0  # for the one writer's place, before the reader is told to try again (D02)
TRIES = 3  # of a whole transaction that the database itself interrupted (D12)
INTERRUPTED = {"40001", "40P01", "57P01", "57P02", "57P03", "08006", "08003", "25006"}

T = TypeVar("T")


class Busy(Exception):
    """Another writer holds the database for too long; nothing was stored, try again."""


class NoOrganisation(Exception):
    """A statement was about to run without saying for which organisation (O12)."""


class Foreign(Exception):
    """A row of another organisation was about to be written."""


class Database:
    """Opens sessions: `begin` to write, `read` to look. Each is fenced to the organisation named."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite(read_only=False) if self.is_sqlite else self._postgresql()
        self._looking = (
            self._sqlite(read_only=True)
            if self.is_sqlite
            else self.engine.execution_options(postgresql_readonly=True)
        )
        # An ended session is not to be used again: it would hold a connection that nobody gives back.
        once: dict[str, Any] = {"expire_on_commit": False, "close_resets_only": False}
        self._writing_sessions = sessionmaker(self.engine, **once)
        self._looking_sessions = sessionmaker(self._looking, autoflush=False, **once)

    @contextmanager
    def begin(self, organisation_id: int) -> Iterator[Session]:
        """A session that writes: committed whole at the end, rolled back on any exception."""
        with self._writing_sessions.begin() as session:
            session.info["organisation_id"] = organisation_id
            yield session

    @contextmanager
    def read(self, organisation_id: int) -> Iterator[Session]:
        """A session that looks; the database refuses it to write (G01)."""
        with self._looking_sessions() as session:
            session.info.update(organisation_id=organisation_id, again=partial(self.read, organisation_id))
            try:
                yield session
            finally:
                session.info["ended"] = True

    def attempt(self, organisation_id: int, work: Callable[[Session], T]) -> T:
        """Run a whole transaction, again if the database interrupted it: a deadlock, a restart (D12).

        Raises Busy when it stays interrupted.
        """
        for _try in range(TRIES):
            try:
                with self.begin(organisation_id) as session:
                    return work(session)
            except OperationalError as error:
                if not interrupted(error):
                    raise
        raise Busy

    @property
    def in_use(self) -> int:
        """How many connections are out of the pools now."""
        return sum(pool.checkedout() for pool in {self.engine.pool, self._looking.pool})  # type: ignore[attr-defined]

    def hurry(self) -> None:
        """Let no commit wait for the disk of SQLite: for rows that can be made anew after a power cut."""
        if self.is_sqlite:
            event.listen(self.engine, "connect", _hurried_connection)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._looking.dispose()

    def _postgresql(self) -> Engine:
        engine = create_engine(self.url, pool_size=20, max_overflow=20, pool_pre_ping=True)
        event.listen(engine, "connect", _durable_connection)
        return engine

    def _sqlite(self, *, read_only: bool) -> Engine:
        path = Path(self.url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, pool_size=20, max_overflow=40)
        event.listen(engine, "connect", _looking_connection if read_only else _writing_connection)
        if not read_only:
            door = WriterDoor(path.with_name(path.name + ".lock"))
            event.listen(engine, "begin", door.enter)
            event.listen(engine, "checkin", door.leave)
        return engine


class WriterDoor:
    """Admits one writer at a time to an SQLite file: threads by a lock, processes by a file lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()

    def enter(self, connection: Any) -> None:
        """Wait for the door, then begin. Raises Busy after 20 s."""
        if not self._threads.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise Busy
        try:
            connection.connection.info["door"] = self._lock_file()
        except BaseException:  # also when no more files can be opened: the next writer must get in
            self._threads.release()
            raise
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def leave(self, _raw: Any, record: Any) -> None:
        """Open the door again, once the connection goes back to the pool: committed or rolled back."""
        if "door" in record.info:
            os.close(record.info.pop("door"))
            self._threads.release()

    def _lock_file(self) -> int:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        patience = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return handle
            except BlockingIOError:
                if time.monotonic() > patience:
                    os.close(handle)
                    raise Busy from None
                time.sleep(0.002)


def _durable_connection(raw: Any, _record: Any) -> None:
    """Acknowledge nothing that is not on the disk, though a server's own setting would (D05)."""
    raw.execute("SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'")  # fmt: skip
    raw.commit()


def _connection(raw: sqlite3.Connection) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("PRAGMA cache_size=-16384")


def _hurried_connection(raw: sqlite3.Connection, _record: Any) -> None:
    raw.execute("PRAGMA synchronous=OFF")


def _writing_connection(raw: sqlite3.Connection, _record: Any) -> None:
    _connection(raw)


def _looking_connection(raw: sqlite3.Connection, _record: Any) -> None:
    _connection(raw)
    raw.execute("PRAGMA query_only=ON")


def interrupted(error: OperationalError) -> bool:
    """Whether the database broke off a transaction that may well pass when tried again."""
    return getattr(error.orig, "sqlstate", None) in INTERRUPTED or error.connection_invalidated


def looking(session: Session) -> AbstractContextManager[Session]:
    """The session itself, or one like it where it has ended: for what a page asks for late."""
    if not session.info.get("ended"):
        return nullcontext(session)
    again: Callable[[], AbstractContextManager[Session]] = session.info["again"]
    return again()


class Fenced(UserDefinedOption):
    """Marks a statement that is fenced already; what it loads later inherits the mark with the fence."""

    propagate_to_loaders = True


# One fence for all organisations, so that a statement and what was compiled of it are kept whole: whose rows
# are meant is looked up at each execution.
_INSIDE: ContextVar[int] = ContextVar("organisation")
_OURS = bindparam("our_organisation", callable_=_INSIDE.get, type_=BigInteger)
_FENCE = with_loader_criteria(
    Owned, lambda row: row.organisation_id == _OURS, include_aliases=True, track_closure_variables=False
)
_FENCED: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()


@event.listens_for(Session, "do_orm_execute")
def _fence(state: ORMExecuteState) -> None:
    """Only rows of the session's organisation are seen, updated or deleted, however they are asked for."""
    organisation_id = state.session.info.get("organisation_id")
    if organisation_id is None:
        raise NoOrganisation
    _INSIDE.set(organisation_id)  # of every session: what a row brings of a fence asks for it
    if organisation_id == EVERYONE or state.is_column_load:
        return
    if not any(isinstance(option, Fenced) for option in state.user_defined_options):
        state.statement = _fenced(state.statement)


def _fenced(statement: Executable) -> Executable:
    fenced = _FENCED.get(statement)
    if fenced is None:
        fenced = _FENCED[statement] = statement.options(_FENCE, Fenced())
    return fenced


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: Any, _instances: Any) -> None:
    """A new row gets the session's organisation; a foreign one is refused."""
    organisation_id = session.info.get("organisation_id")
    if organisation_id is None:
        raise NoOrganisation
    for row in session.new:
        if isinstance(row, Owned):
            if row.organisation_id is None and organisation_id != EVERYONE:
                row.organisation_id = organisation_id
            elif organisation_id not in (EVERYONE, row.organisation_id):
                raise Foreign(type(row).__name__)
