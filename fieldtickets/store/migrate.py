"""The schema's revisions: bring a database up or down, and say whether the code knows its schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to a revision; several processes at once take turns."""
    command.upgrade(_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take the schema down to a revision ("base" for an empty database)."""
    command.downgrade(_config(database_url), revision)


def check(database_url: str) -> None:
    """Raise alembic's CommandError when the models say something that no revision makes."""
    command.check(_config(database_url))


def revision_of(engine: Engine) -> str | None:
    """The revision that a database is at; None for an empty one."""
    with engine.connect() as connection:
        return revision_on(connection)


def revision_on(connection: Connection) -> str | None:
    """The same on a connection that is open already, such as one that only looks."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this code was written for (D15)."""
    return ScriptDirectory.from_config(_config("sqlite://")).get_current_head()


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    return config
