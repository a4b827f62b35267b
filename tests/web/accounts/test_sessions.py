"""Who is signed in, from one request to the next."""

from datetime import timedelta

import pytest
from flask import Blueprint, g
from itsdangerous import TimestampSigner
from sqlalchemy import delete, select

from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import User, UserSession
from fieldtickets.web import accounts
from tests.web.signing_in import csrf_token, sign_in


@pytest.fixture
def app(app):
    """The application with a page of its own behind the guard."""
    desk = Blueprint("a_test", __name__, url_prefix="/a-test")
    desk.before_request(accounts.signed_in)
    desk.add_url_rule(
        "/", view_func=lambda: f"{g.user.name} {g.organisation_id} {g.reader.zone}", endpoint="x"
    )
    desk.add_url_rule("/do", view_func=lambda: "done", endpoint="do", methods=["POST"])
    accounts.csrf.exempt(desk)
    app.register_blueprint(desk)
    return app


def seen(database):
    with database.read(EVERYONE) as rows:
        return rows.scalars(select(UserSession.last_seen_at)).one()


def test_nadia_is_known_with_her_organisation(phone, parts, cast):
    """S06"""
    sign_in(phone, parts, cast.nadia)

    assert phone.get("/a-test/").text == f"Nadia Benali {cast.organisation} Europe/Paris"


def test_a_session_ends_the_moment_its_row_is_gone(phone, parts, cast, database):
    """O10"""
    sign_in(phone, parts, cast.nadia)
    with database.begin(EVERYONE) as rows:
        rows.execute(delete(UserSession))

    assert phone.get("/a-test/").location.startswith("/sign-in")


def test_a_deactivated_account_is_out_at_once(phone, parts, cast, database):
    """O10"""
    sign_in(phone, parts, cast.nadia)
    with database.begin(EVERYONE) as rows:
        rows.get_one(User, cast.nadia).active = False

    assert phone.get("/a-test/").location.startswith("/sign-in")


def test_a_lowered_role_counts_from_the_next_request_on(phone, parts, cast, database):
    """O10 O02"""
    sign_in(phone, parts, cast.nadia)
    assert phone.post("/a-test/do").status_code == 200
    with database.begin(EVERYONE) as rows:
        rows.get_one(User, cast.nadia).role = Role.VIEWER

    assert phone.post("/a-test/do").status_code == 403
    assert phone.get("/a-test/").status_code == 200


def test_a_session_ends_thirty_days_after_the_last_thing_done(phone, parts, cast, clock):
    sign_in(phone, parts, cast.nadia)

    clock.instant += timedelta(days=29)
    assert phone.post("/a-test/do").status_code == 200
    clock.instant += timedelta(days=29)
    assert phone.get("/a-test/").status_code == 200
    clock.instant += timedelta(days=2)
    assert phone.get("/a-test/").location.startswith("/sign-in")


def test_looking_leaves_no_trace_and_doing_is_noted_at_most_every_five_minutes(
    phone, parts, cast, clock, database
):
    """G01"""
    sign_in(phone, parts, cast.nadia)
    start = clock.instant
    clock.instant += timedelta(minutes=4)
    phone.post("/a-test/do")
    clock.instant += timedelta(hours=1)
    phone.get("/a-test/")
    assert seen(database) == start

    phone.post("/a-test/do")
    assert seen(database) == clock.instant


def test_the_cookie_of_another_installation_opens_nothing(phone, parts, cast):
    """L06"""
    sign_in(phone, parts, cast.nadia)
    cookie = phone.get_cookie("fieldtickets")
    name, signature = cookie.value.rsplit(".", 1)
    phone.set_cookie("fieldtickets", f"{name}.{signature[::-1]}")

    assert phone.get("/a-test/").location.startswith("/sign-in")


def test_two_servers_whose_clocks_differ_know_the_same_people(phone, parts, cast, monkeypatch):
    """T04: the cookie of the server that is ahead comes, for the other, from the future."""
    read = TimestampSigner.get_timestamp
    with monkeypatch.context() as ahead:
        ahead.setattr(TimestampSigner, "get_timestamp", lambda signer: read(signer) + 120)
        sign_in(phone, parts, cast.nadia)
        token = csrf_token(phone, "/tickets/new")

    assert phone.get("/a-test/").text.startswith("Nadia Benali")
    assert phone.post("/sign-out", data={"csrf_token": token}).status_code == 303
