"""A backup while people work, and the drill of bringing it back."""

import hashlib
import json
import os
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import func, select

from fieldtickets import create_app
from fieldtickets.store.models import Attachment, Base, Event
from tests.builders import KEY, TUESDAY_AT_TWO, a_ticket, do
from tests.postgres import fresh_database, installed_programs

PHOTO = b"a photo of the leak" * 1000


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch):
    """pg_dump refuses a server newer than itself."""
    monkeypatch.setenv("PATH", f"{installed_programs()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def ticket(parts, cast):
    """Offered to Karim, who accepted; with a photo."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    a_photo(parts, cast, ticket, "1/ab/photo")
    return ticket


def a_photo(parts, cast, ticket, key: str) -> None:
    parts.files.put(key, PHOTO)
    with parts.database.begin(cast.organisation) as rows:
        rows.add(
            Attachment(
                ticket_id=ticket.id,
                event_id=rows.scalars(select(Event.id).order_by(Event.seq)).first(),
                name="fuite.jpg",
                kind="image/jpeg",
                size=len(PHOTO),
                digest=hashlib.sha256(PHOTO).hexdigest(),
                key=key,
            )
        )


@pytest.fixture
def elsewhere(request, settings, clock, tmp_path):
    """The service on a new machine: an empty database of the same kind, an empty store."""
    if settings.database_url.startswith("sqlite"):
        yield from new_service(settings, clock, tmp_path, f"sqlite:///{tmp_path / 'new' / 'fieldtickets.db'}")
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield from new_service(settings, clock, tmp_path, url)


def new_service(settings, clock, tmp_path, url):
    moved = replace(settings, database_url=url, storage_url=f"file:{tmp_path / 'new-files'}")
    app = create_app(moved, clock=clock)
    yield app
    app.extensions["fieldtickets"].database.close()


def command_of(app):
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def counts(database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name != "installation"
        }


def test_everything_is_there_again_on_another_machine(command, parts, ticket, cast, elsewhere, tmp_path):
    """D16"""
    made = command("backup", str(tmp_path / "backup"))
    assert made.exit_code == 0, made.output

    there = elsewhere.extensions["fieldtickets"]
    brought = command_of(elsewhere)("restore", str(tmp_path / "backup"))

    assert brought.exit_code == 0, brought.output
    assert counts(there.database) == counts(parts.database)
    assert there.files.read("1/ab/photo") == PHOTO
    assert command_of(elsewhere)("journal", "verify").exit_code == 0
    assert command_of(elsewhere)("db", "check").exit_code == 0
    assert elsewhere.test_client().get(ticket.path(cast.karim)).status_code == 200
    do(there, cast, ticket, "message.write", cast.karim, {"body": "Toujours là."})


def test_a_restored_copy_sends_nothing_until_the_operator_says_go(command, ticket, elsewhere, tmp_path):
    """D16"""
    command("backup", str(tmp_path / "backup"))
    there = command_of(elsewhere)
    there("restore", str(tmp_path / "backup"))
    assert there("outbox", "run").stdout == "0 messages\n"

    assert "Messages leave again" in there("outbox", "resume").stdout

    assert there("outbox", "run").stdout != "0 messages\n"


def test_what_may_have_left_before_the_restore_can_be_dropped(command, ticket, elsewhere, tmp_path):
    """D16"""
    command("backup", str(tmp_path / "backup"))
    there = command_of(elsewhere)
    there("restore", str(tmp_path / "backup"))

    assert "0 wait" in there("outbox", "resume", "--drop").stdout

    assert there("outbox", "run").stdout == "0 messages\n"


def test_a_backup_while_people_write_is_whole(command, parts, cast, ticket, elsewhere, tmp_path):
    """D16"""

    def write() -> None:
        for number in range(40):
            body = {"body": "Bien reçu."}
            do(parts, cast, ticket, "message.write", cast.karim, body, submission=f"message-{number}")

    writer = Thread(target=write)
    writer.start()
    made = command("backup", str(tmp_path / "backup"))
    writer.join()

    assert made.exit_code == 0, made.output
    assert command_of(elsewhere)("restore", str(tmp_path / "backup")).exit_code == 0
    assert command_of(elsewhere)("journal", "verify").exit_code == 0


def test_a_backup_that_was_changed_is_not_restored(command, ticket, elsewhere, tmp_path):
    """D16"""
    command("backup", str(tmp_path / "backup"))
    (tmp_path / "backup" / "files" / "1" / "ab" / "photo").write_bytes(b"another photo")

    refused = command_of(elsewhere)("restore", str(tmp_path / "backup"))

    assert refused.exit_code == 1
    assert "files/1/ab/photo is missing or was changed" in refused.stderr
    assert command_of(elsewhere)("db", "check").exit_code == 1  # still empty


def test_half_a_backup_is_not_restored(command, ticket, elsewhere, tmp_path):
    """D16"""
    command("backup", str(tmp_path / "backup"))
    (tmp_path / "backup" / "manifest.json").unlink()

    assert "holds no whole backup" in command_of(elsewhere)("restore", str(tmp_path / "backup")).stderr


def test_nothing_is_written_over(command, ticket, tmp_path):
    """D16"""
    assert command("backup", str(tmp_path / "backup")).exit_code == 0

    again = command("backup", str(tmp_path / "backup"))
    back = command("restore", str(tmp_path / "backup"))

    assert (again.exit_code, back.exit_code) == (1, 1)
    assert "is not empty" in again.stderr
    assert "the database is not empty" in back.stderr


def test_a_file_that_was_lost_is_named_and_the_rest_is_saved(command, parts, cast, ticket, tmp_path):
    """D16"""
    a_photo(parts, cast, ticket, "1/cd/gone")
    parts.files.delete("1/cd/gone")

    made = command("backup", str(tmp_path / "backup"))

    assert made.exit_code == 1
    assert "1 files are lost or damaged" in made.stderr
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert manifest["lost"] == ["1/cd/gone"]
    assert "files/1/ab/photo" in manifest["digests"]


def test_no_link_and_no_key_is_in_a_backup(command, cast, ticket, tmp_path):
    """N07"""
    command("backup", str(tmp_path / "backup"))

    held = b"".join(path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())

    assert ticket.tokens[cast.karim].encode() not in held
    assert KEY.encode() not in held


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_postgresqls_own_programs_it_says_what_to_install(command, ticket, tmp_path, monkeypatch):
    """D16"""
    monkeypatch.setenv("PATH", str(tmp_path))

    refused = command("backup", str(tmp_path / "backup"))

    assert refused.exit_code == 1
    assert "pg_dump is missing: install postgresql-client" in refused.stderr
