"""Choosing a password through the link of a mail: looking does not use it up, using it does."""

import pytest

from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import User
from fieldtickets.web import passwords
from tests.web.signing_in import csrf_token

LONG_PASSWORD = "le jardin de Nadia est grand"


@pytest.fixture
def link(parts, database, cast) -> str:
    """The path of a link for Nadia."""
    with database.begin(EVERYONE) as rows:
        name = passwords.new_link(rows, rows.get_one(User, cast.nadia), parts.clock.now())
    return parts.links.password_url(name).removeprefix("http://localhost")


def choose(phone, link: str, password: str):
    typed = {"password": password, "password_again": password, "csrf_token": csrf_token(phone, "/sign-in")}
    return phone.post(link, data=typed)


def test_a_link_shows_the_form_as_often_as_it_is_opened_and_works_once(phone, link):
    """S02 G01"""
    for _time in range(2):
        assert phone.get(link).status_code == 200
    assert choose(phone, link, "court").status_code == 422
    assert choose(phone, link, LONG_PASSWORD).status_code == 303
    assert choose(phone, link, LONG_PASSWORD + "!").status_code == 410
    assert phone.get(link).status_code == 410
    typed = {"email": "nadia@lavigne.example", "password": LONG_PASSWORD}
    signed_in = phone.post("/sign-in", data={**typed, "csrf_token": csrf_token(phone, "/sign-in")})
    assert signed_in.status_code == 303
