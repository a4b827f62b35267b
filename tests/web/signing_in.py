"""Signing in without the sign-in page, for tests of what lies behind it."""

from flask.testing import FlaskClient

from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import User
from fieldtickets.web import accounts
from fieldtickets.web.parts import Parts


def sign_in(client: FlaskClient, parts: Parts, user_id: int) -> str:
    """Give a test client the cookie of a new session of this user; returns its token."""
    with parts.database.begin(EVERYONE) as rows:
        user = rows.get_one(User, user_id)
        token = accounts.open_session(rows, user, "a test", parts.clock.now())
    with client.session_transaction() as cookie:
        cookie[accounts.TOKEN] = token
    return token


def csrf_token(client: FlaskClient, page: str) -> str:
    """The token in the form of a page, as a browser would send it back."""
    _before, _name, rest = client.get(page).text.partition('name="csrf_token" value="')
    return rest.partition('"')[0]
