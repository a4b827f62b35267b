"""The databases that every other test stands on."""

import os

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.postgres import GIVEN_DATABASE, fresh_database, running_postgres


@pytest.fixture(scope="module")
def server():
    with running_postgres() as url:
        yield url


def ask(url: str, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.execute(text(statement)).scalar()


def test_it_is_postgresql_and_never_waits_for_the_disk(server):
    assert str(ask(server, "SELECT version()")).startswith("PostgreSQL")
    assert ask(server, "SHOW fsync") == "off" or os.environ.get(GIVEN_DATABASE)


def test_two_fresh_databases_know_nothing_of_each_other(server):
    with fresh_database(server) as one, fresh_database(server) as other:
        with create_engine(one, poolclass=NullPool).begin() as connection:
            connection.execute(text("CREATE TABLE tool (name text)"))

        assert ask(other, "SELECT to_regclass('tool')") is None


def test_a_copy_begins_with_what_its_template_holds(server):
    with fresh_database(server) as template:
        with create_engine(template, poolclass=NullPool).begin() as connection:
            connection.execute(text("CREATE TABLE tool AS SELECT 'hammer' AS name"))

        with fresh_database(server, template) as copy:
            assert ask(copy, "SELECT name FROM tool") == "hammer"


def test_a_fresh_database_is_dropped_even_while_someone_is_connected(server):
    with fresh_database(server) as url:
        forgotten = create_engine(url)
        connection = forgotten.connect()
        connection.execute(text("SELECT 1"))

    connection.invalidate()
    with pytest.raises(OperationalError):
        ask(url, "SELECT 1")


def test_a_server_named_by_the_environment_is_used(monkeypatch):
    monkeypatch.setenv(GIVEN_DATABASE, "postgresql+psycopg://someone@127.0.0.1:1/there")

    with running_postgres() as url:
        assert url == "postgresql+psycopg://someone@127.0.0.1:1/there"
