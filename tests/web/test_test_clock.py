"""The clock of simulations: moved by a request, and what is due then is done before the answer."""

import pytest

from fieldtickets import create_app
from tests.builders import MONDAY_NOON, a_ticket, acts_done


@pytest.fixture
def simulation(settings):
    app = create_app(settings)
    yield app
    app.extensions["fieldtickets"].database.close()


def test_the_clock_is_moved_and_answers_in_utc_to_the_second(simulation, cast):
    """T01 S008"""
    parts = simulation.extensions["fieldtickets"]
    a_ticket(parts, cast, cast.karim, now=MONDAY_NOON)

    moved = simulation.test_client().post("/test/clock", json={"now": "2031-05-06T12:00:00.25+02:00"})

    assert (moved.status_code, moved.json) == (200, {"now": "2031-05-06T10:00:00Z", "fired": 1})
    assert acts_done(parts.database, cast.organisation)[-1] == "offer.remind"


@pytest.mark.parametrize("body", [{"now": "soon"}, {"now": "2031-05-06T10:00:00"}, {}, [1]])
def test_an_instant_without_its_zone_moves_nothing(simulation, body):
    """T01"""
    assert simulation.test_client().post("/test/clock", json=body).status_code == 400
