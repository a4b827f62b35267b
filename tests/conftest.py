"""Fixtures that every room's tests share: a database of each kind, the application, the cast."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from gettext import NullTranslations
from pathlib import Path

import pytest

from fieldtickets import create_app, language
from fieldtickets.config import Settings
from fieldtickets.store.db import Database
from tests.builders import KEY, MONDAY_NOON, Cast, the_cast
from tests.fakes.sms_gateway import FakeSmsGateway
from tests.postgres import fresh_database, running_postgres
from tests.schema import create_schema


@pytest.fixture(autouse=True)
def message_ids(request, monkeypatch) -> None:
    """Tests read the English message ids, whatever the language; those marked `translated` the catalogues."""
    if not request.node.get_closest_marker("translated"):
        monkeypatch.setattr(language, "catalogue", lambda _language: NullTranslations())


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.instant = MONDAY_NOON

    def now(self):
        return self.instant


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL: the one given, else one started for these tests."""
    with ExitStack() as stack:
        yield os.environ.get("FIELDTICKETS_TEST_DATABASE_URL") or stack.enter_context(running_postgres())


@pytest.fixture(scope="session")
def postgres_template(postgres_server) -> Iterator[str]:
    """A migrated, empty database to copy from."""
    with fresh_database(postgres_server) as url:
        create_schema(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    create_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Iterator[str]:
    """Every test that uses a database runs on both kinds."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    template = request.getfixturevalue("postgres_template")
    with fresh_database(request.getfixturevalue("postgres_server"), template) as url:
        yield url


def sqlite_copy(template: Path, folder: Path) -> str:
    """A new SQLite database; for what does not depend on the kind, such as pages in a browser."""
    shutil.copy(template, folder / "fieldtickets.db")
    return f"sqlite:///{folder / 'fieldtickets.db'}"


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings.from_env(
        {
            "FIELDTICKETS_ENV": "test",
            "FIELDTICKETS_SECRET_KEYS": KEY,
            "FIELDTICKETS_BASE_URL": "http://localhost",
            "FIELDTICKETS_DATABASE_URL": database_url,
            "FIELDTICKETS_QUEUE_URL": f"sqlite:{tmp_path / 'jobs.db'}",
            "FIELDTICKETS_STORAGE_URL": f"file:{tmp_path / 'files'}",
            "FIELDTICKETS_SMTP_URL": "demo:",
            "FIELDTICKETS_SMS_URL": "demo:",
            "FIELDTICKETS_MAIL_FROM": "tickets@fieldtickets.example",
        }
    )


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def app(settings, clock):
    app = create_app(settings, clock=clock)
    yield app
    left = app.extensions["fieldtickets"].database.in_use
    app.extensions["fieldtickets"].database.close()
    assert left == 0, "somebody went on reading after the session had ended"


@pytest.fixture
def parts(app):
    return app.extensions["fieldtickets"]


@pytest.fixture
def database(parts) -> Database:
    return parts.database


@pytest.fixture
def cast(database) -> Cast:
    """Nadia's organisation with Karim and Lucie, and Igor's beside it."""
    return the_cast(database)


@pytest.fixture
def phone(app):
    """Somebody's browser, without cookies from before."""
    return app.test_client()


@pytest.fixture
def network() -> Iterator[FakeSmsGateway]:
    """A text gateway on this machine."""
    with FakeSmsGateway() as gateway:
        yield gateway
