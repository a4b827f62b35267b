"""At which revision a database is, and which one this code was written for: no migration tool is needed."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

VERSIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"
NOTED = table("alembic_version", column("version_num"))


def newest_revision() -> str:
    """The revision that this code was written for (D15): files are numbered in their order."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def revision_of(engine: Engine) -> str | None:
    """The revision that a database is at; None for an empty one."""
    with engine.connect() as connection:
        return revision_on(connection)


def revision_on(connection: Connection) -> str | None:
    """The same on a connection that is open already, such as one that only looks."""
    if not inspect(connection).has_table(NOTED.name):
        return None
    return connection.execute(select(NOTED.c.version_num)).scalar()
