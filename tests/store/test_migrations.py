"""The schema's revisions: up, down and up again with rows in the tables, and one result from many at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text

from fieldtickets.desk.sites import hang_up
from fieldtickets.store import migrate, schema
from fieldtickets.store.db import Database
from fieldtickets.store.models import Base, SiteCode, Ticket
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.postgres import fresh_database

ROOT = Path(__file__).parents[2]
AT_ONCE = 4


@pytest.fixture
def empty_url(request, database_url, tmp_path) -> Iterator[str]:
    """A database of either kind that no revision has touched."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


def revisions() -> list[str]:
    """All of them, the newest first, then what is below the first."""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()] + ["base"]


def tables(url: str) -> set[str]:
    database = Database(url)
    with database.engine.connect() as connection:
        found = set(inspect(connection).get_table_names())
    database.close()
    return found


def test_every_revision_goes_down_and_up_again_with_rows_in_the_tables(parts, cast, settings):
    """D14 D15"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    parts.database.close()

    for revision in revisions()[1:]:
        migrate.downgrade(settings.database_url, revision)
    assert tables(settings.database_url) == {"alembic_version"}
    for revision in reversed(revisions()[:-1]):
        migrate.upgrade(settings.database_url, revision)

    migrate.check(settings.database_url)
    assert tables(settings.database_url) == {*Base.metadata.tables, "alembic_version"}


def test_a_sign_still_hangs_after_down_and_up(parts, cast, settings):
    """D15 S077"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(cast.organisation) as session:
        site = session.get_one(Ticket, ticket.id).site
        code = hang_up(session, site, "Hall", cast.nadia, MONDAY_NOON).code
    parts.database.close()

    migrate.downgrade(settings.database_url, "0009")
    migrate.upgrade(settings.database_url)

    migrate.check(settings.database_url)
    with parts.database.read(cast.organisation) as session:
        sign = session.get_one(SiteCode, code)
        assert (sign.place, sign.created_at, sign.hung_by) == ("Hall", MONDAY_NOON, None)


def test_the_journal_is_guarded_again_after_down_and_up(parts, cast, settings):
    """E01 D15"""
    migrate.downgrade(settings.database_url, "base")
    migrate.upgrade(settings.database_url)
    with parts.database.engine.connect() as connection:
        guards = {
            True: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'",
            False: "SELECT tgname FROM pg_trigger WHERE tgrelid = 'event'::regclass AND NOT tgisinternal",
        }
        found = connection.scalars(text(guards[parts.database.is_sqlite])).all()

    assert "event_is_never_changed" in found


def test_models_and_revisions_agree(database_url):
    """D15"""
    migrate.check(database_url)


def test_an_index_over_some_rows_has_the_condition_that_its_model_names(database):
    """D15: SQLite keeps the words; PostgreSQL writes them anew, there it counts that there is one."""
    option = f"{database.engine.dialect.name}_where"
    found = {
        index["name"]: str(index["dialect_options"][option])
        for table in Base.metadata.tables
        for index in inspect(database.engine).get_indexes(table)
        if option in index.get("dialect_options", {})
    }
    named = {
        index.name: str(index.info["where"])
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }

    assert found.keys() == named.keys()
    assert not database.is_sqlite or found == named


def test_a_column_that_no_revision_makes_is_noticed(database, database_url):
    """D15"""
    with database.engine.begin() as connection:
        connection.execute(text('ALTER TABLE "user" DROP COLUMN shortcuts'))

    with pytest.raises(CommandError, match="shortcuts"):
        migrate.check(database_url)


def test_processes_that_migrate_at_once_make_one_schema(empty_url):
    """D14 D15"""
    upgrade = f"from fieldtickets.store.migrate import upgrade; upgrade({empty_url!r})"
    together = [
        subprocess.Popen([sys.executable, "-c", upgrade], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _process in range(AT_ONCE)
    ]
    said = [process.communicate()[1] for process in together]

    assert [process.returncode for process in together] == [0] * AT_ONCE, said
    migrate.check(empty_url)


def test_a_revision_that_fails_halfway_leaves_nothing_behind(empty_url):
    """D14"""
    database = Database(empty_url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE event (id INTEGER)"))  # in the way of the first revision

    with pytest.raises(Exception, match="event"):
        migrate.upgrade(empty_url)

    assert schema.revision_of(database.engine) is None
    database.close()
    assert tables(empty_url) <= {"event", "alembic_version"}


def test_the_newest_revision_is_the_head_of_all_revisions():
    """D15"""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.newest_revision()]
