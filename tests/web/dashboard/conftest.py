"""The desk: Nadia signed in, and one job that has its company."""

import pytest

from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.web.signing_in import sign_in


@pytest.fixture
def nadia(phone, parts, cast):
    """Nadia's browser, signed in."""
    sign_in(phone, parts, cast.nadia)
    return phone


@pytest.fixture
def job(parts, cast):
    """Karim has the job and comes on Tuesday at two; Anna was told, and nobody else was let in."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket
