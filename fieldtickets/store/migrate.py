"""The schema's revisions: bring a database up or down, and compare it with the models."""

from pathlib import Path

from alembic import command
from alembic.config import Config

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


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    return config
