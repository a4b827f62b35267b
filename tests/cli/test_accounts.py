"""Whoever installs the service makes the first organisation, account and token from a shell."""

from sqlalchemy import select

from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import JournalHead, User
from fieldtickets.web import passwords
from tests.builders import a_ticket


def nadia(command, *more: str):
    return command(
        "user", "create", "Nadia@lavigne.example", "--role", "manager", "--organisation", "Lavigne", *more
    )


def test_from_an_empty_database_to_a_link_that_chooses_a_password(command, parts, app):
    """S02"""
    assert command("organisation", "create", "Lavigne").exit_code == 0

    printed = nadia(command)

    address = printed.stdout.strip()
    assert printed.exit_code == 0
    assert address.startswith("http://localhost/password/")
    with app.app_context(), parts.database.begin(EVERYONE) as rows:
        user = rows.scalars(select(User)).one()
        link = passwords.live_link(rows, address.rpartition("/")[2], parts.clock.now())
        assert link is not None
        assert link.user_id == user.id
        assert (user.email, user.role, user.password_hash) == ("nadia@lavigne.example", Role.MANAGER, None)


def test_a_new_organisation_can_have_tickets_at_once(command, parts, cast):
    """E01"""
    command("organisation", "create", "Lavigne et fils")

    with parts.database.read(EVERYONE) as rows:
        heads = rows.scalars(select(JournalHead)).all()
    assert [head.seq for head in heads] == [0] * 3
    assert a_ticket(parts, cast, cast.karim).ref


def test_a_link_that_ran_out_is_made_anew_but_nobodys_password_is_taken_over(command, parts):
    """S02"""
    command("organisation", "create", "Lavigne")
    first, second = nadia(command).stdout, nadia(command).stdout
    assert first != second

    with parts.database.begin(EVERYONE) as rows:
        rows.scalars(select(User)).one().password_hash = "chosen"
    refused = nadia(command)

    assert refused.exit_code == 1
    assert "already" in refused.stderr
    assert "/password/" not in refused.output


def test_what_cannot_be_is_refused_in_a_sentence(command, cast):
    """N04"""
    for words in (
        ("organisation", "create", "Gestion Lavigne"),
        ("organisation", "create", " "),
        ("user", "create", "nobody", "--role", "admin", "--organisation", "Gestion Lavigne"),
        ("user", "create", "a@b.example", "--role", "admin", "--organisation", "Nowhere"),
        ("user", "create", "igor@igor.example", "--role", "admin", "--organisation", "Gestion Lavigne"),
        ("token", "create", "--role", "admin", "--organisation", "Nowhere"),
    ):
        refused = command(*words)
        assert refused.exit_code == 1, words
        assert refused.stderr.startswith("Error: "), words


def test_a_token_opens_the_api_and_is_printed_once(command, app, cast):
    """W01"""
    printed = command("token", "create", "--organisation", "Gestion Lavigne", "--role", "manager")

    secret = printed.stdout.strip()
    headers = {"Authorization": f"Bearer {secret}"}
    assert len(secret) >= 32
    assert app.test_client().get("/api/v1/tickets", headers=headers).status_code == 200
    assert app.test_client().get("/api/v1/tickets").status_code == 401
