"""A program of Nadia's organisation, with its token."""

import hashlib

import pytest

from fieldtickets.domain.parties import Role
from fieldtickets.store.models import ApiToken
from tests.builders import MONDAY_NOON


class Program:
    """Calls the API with a bearer token."""

    def __init__(self, client, secret: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {secret}"}

    def get(self, path, **more):
        return self._client.get(f"/api/v1{path}", headers=self._headers, **more)

    def post(self, path, json=None, headers=None, **more):
        return self._client.post(
            f"/api/v1{path}", json=json, headers={**self._headers, **(headers or {})}, **more
        )


def a_token(database, organisation_id: int, role: Role, secret: str) -> str:
    with database.begin(organisation_id) as session:
        digest = hashlib.sha256(secret.encode()).hexdigest()
        session.add(ApiToken(name="Logiciel de Nadia", role=role, digest=digest, created_at=MONDAY_NOON))
    return secret


@pytest.fixture
def program(app, database, cast):
    return Program(app.test_client(), a_token(database, cast.organisation, Role.MANAGER, "nadias-token"))


@pytest.fixture
def igors_program(app, database, cast):
    return Program(app.test_client(), a_token(database, cast.other_organisation, Role.ADMIN, "igors-token"))


@pytest.fixture
def reading_program(app, database, cast):
    return Program(app.test_client(), a_token(database, cast.organisation, Role.VIEWER, "readers-token"))
