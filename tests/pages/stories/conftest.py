"""Who plays in the stories, and where: Anna at home in Lyon, the companies that Nadia knows."""

import pytest

from tests.conftest import sqlite_copy
from tests.pages.stories.stage import Manager, Somebody, Stage, opened

AT_ANNAS = {
    "customer_name": "Anna Rossi",
    "customer_phone": "06 39 98 00 11",
    "customer_email": "anna@rossi.example",
    "site_name": "Résidence Jeanne-d'Arc",
    "site_address": "18 rue Jeanne-d'Arc",
    "site_postcode": "69003",
    "site_city": "Lyon",
    "site_access": "2e étage, code 4B21",
}


@pytest.fixture
def stage(request, browser, sqlite_template, tmp_path):
    """Monday the fifth of May, nine in the morning."""
    story = request.module.__name__.rpartition("test_")[2]
    with opened(browser, sqlite_copy(sqlite_template, tmp_path), tmp_path, story) as found:
        found.at(5, 9)
        yield found


@pytest.fixture
def nadia(stage: Stage) -> Manager:
    return stage.manager()


@pytest.fixture
def anna(stage: Stage) -> Somebody:
    return stage.somebody("Anna Rossi", "+33639980011", "anna@rossi.example")


@pytest.fixture
def karim(stage: Stage) -> Somebody:
    return stage.company("Karim Plomberie", "+33612345678", "karim@plomberie.example", "plomberie")
