"""Acts through the API: one detail changed alone, nothing overwritten unseen, nothing too long."""

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Customer, Ticket
from tests.builders import a_ticket, acts_done, do

OTHERS = {"title": "Fuite sous évier", "price_cents": 12000, "access": "2e étage, code 4B21"}


@pytest.fixture
def ticket(parts, cast):
    return a_ticket(parts, cast, cast.karim)


@pytest.fixture
def amend(program, ticket):
    return lambda **fields: program.post(f"/tickets/{ticket.ref}/acts/ticket.amend", fields)


def details(database, cast) -> dict[str, object]:
    with database.read(cast.organisation) as session:
        row = session.scalars(select(Ticket)).one()
        return {"title": row.title, "price_cents": row.price_cents, "access": row.site.access}


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({"title": "Fuite au plafond"}, {"title": "Fuite au plafond"}),
        ({"access": "Clé chez la gardienne"}, {"access": "Clé chez la gardienne"}),
        ({"access": ""}, {"access": ""}),
        ({"access": None}, {"access": ""}),
        ({"price_cents": 9050}, {"price_cents": 9050}),
        ({"price_cents": "90,50"}, {"price_cents": 9050}),
        ({"price_cents": None}, {"price_cents": None}),
    ],
)
def test_what_was_not_sent_stays_as_it_is(amend, database, cast, sent, changed):
    """R08 R15"""
    assert amend(**sent).status_code == 200
    assert details(database, cast) == {**OTHERS, **changed}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "x" * 121}, "title"),
        ({"title": ""}, "title"),
        ({"title": None, "access": "3e"}, "title"),
        ({"access": "x" * 501}, "access"),
        ({"description": "x" * 10_001}, "description"),
        ({"price_cents": -1}, "price_cents"),
        ({"price_cents": 10**12}, "price_cents"),
        ({"price_cents": 1.5e300}, "price_cents"),
    ],
)
def test_a_change_that_has_no_place_names_its_field(amend, database, cast, sent, field):
    """R15 R16"""
    refused = amend(**sent)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert details(database, cast) == OTHERS


def test_a_change_of_nothing_is_none(amend, database, cast):
    """R15"""
    assert amend().status_code == 422
    assert amend(colour="red").status_code == 422
    assert "ticket.amend" not in acts_done(database, cast.organisation)


ANNA = ("+33639980000", "anna@rossi.example")


def reached(database, cast) -> tuple[str, str]:
    with database.read(cast.organisation) as session:
        customer = session.scalars(select(Customer)).one()
        return customer.phone, customer.email


@pytest.mark.parametrize(
    ("sent", "now"),
    [
        ({"phone": "06 39 98 00 07"}, ("+33639980007", ANNA[1])),
        ({"email": "a.rossi@rossi.example"}, (ANNA[0], "a.rossi@rossi.example")),
        ({"phone": ""}, ("", ANNA[1])),
        ({"email": None}, (ANNA[0], "")),
        ({"replace_link": True}, ANNA),
    ],
)
def test_of_how_the_customer_is_reached_only_what_was_sent_changes(
    program, ticket, database, cast, sent, now
):
    """M20"""
    assert program.post(f"/tickets/{ticket.ref}/acts/customer.correct", sent).status_code == 200
    assert reached(database, cast) == now


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "0899 70 00 00"}, "phone"),
        ({"email": "anna.rossi.example"}, "email"),
        ({"email": f"{'a' * 250}@rossi.example"}, "email"),
        ({}, None),
    ],
)
def test_a_customer_who_could_not_be_reached_stays_as_before(program, ticket, database, cast, sent, field):
    """M15 M20"""
    refused = program.post(f"/tickets/{ticket.ref}/acts/customer.correct", sent)

    assert refused.status_code == 422
    assert list(refused.json.get("errors", ())) == ([field] if field else [])
    assert reached(database, cast) == ANNA


def test_a_number_is_taken_of_the_countries_that_the_server_sends_to_alone(program, ticket, parts, cast):
    """M15"""
    path, sent = f"/tickets/{ticket.ref}/acts/customer.correct", {"phone": "04 72 00 00 00"}
    object.__setattr__(parts.settings, "phone_countries", ("CH",))
    assert list(program.post(path, sent).json["errors"]) == ["phone"]

    object.__setattr__(parts.settings, "phone_countries", ("CH", "FR"))
    assert program.post(path, sent).status_code == 200


def test_the_only_way_to_a_customer_is_not_taken_away(program, ticket, database, cast):
    """M20"""
    path = f"/tickets/{ticket.ref}/acts/customer.correct"
    program.post(path, {"email": ""})

    refused = program.post(path, {"phone": ""})

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["phone"])
    assert reached(database, cast) == (ANNA[0], "")


def test_what_changed_since_it_was_read_is_not_overwritten(program, amend, ticket, database, cast):
    """R08"""
    seen = program.get(f"/tickets/{ticket.ref}").json["version"]
    assert amend(access="3e étage", seen_version=seen).json["version"] == seen + 1

    refused = amend(access="4e étage", seen_version=seen)

    assert (refused.status_code, refused.json["title"]) == (409, "version.conflict")
    assert details(database, cast)["access"] == "3e étage"
    assert amend(access="4e étage", seen_version=seen + 1).status_code == 200


@pytest.mark.parametrize("version", ["new", "-1", "9" * 40, "१"])
def test_a_version_is_a_number(amend, version):
    """R15"""
    refused = amend(access="3e étage", seen_version=version)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["seen_version"])


def test_an_act_about_no_dispatch_of_the_ticket_names_the_field(program, ticket):
    """O03"""
    refused = program.post(f"/tickets/{ticket.ref}/acts/offer.recall", {"dispatch_id": 12345})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["dispatch_id"])


def test_an_answer_with_faults_that_is_too_late_is_too_late(program, parts, cast):
    """R07"""
    ticket = a_ticket(parts, cast, cast.karim)
    assert program.post(f"/tickets/{ticket.ref}/acts/ticket.cancel", {}).status_code == 422
    do(parts, cast, ticket, "ticket.close", party=Party.MANAGER)

    refused = program.post(f"/tickets/{ticket.ref}/acts/ticket.cancel", {})

    assert (refused.status_code, refused.json["title"]) == (409, "ticket.closed")
