"""The service in processes of its own, for the tests that stop it, kill it or cut its lines."""

from collections.abc import Iterator

import pytest

from tests.web.links.server import Server, running


@pytest.fixture
def server(settings, cast, tmp_path) -> Iterator[Server]:
    with running(settings, tmp_path) as server:
        yield server
