"""Invoices for programs: listed by month, and decided on by the accountant's program."""

from datetime import date, timedelta

import pytest

from fieldtickets.domain.parties import Role
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.conftest import sqlite_copy
from tests.web.api.conftest import Program, a_token
from tests.web.signing_in import sign_in

FIGURES = {"file": 1, "total_net": 10000, "total_vat": 2000, "total_gross": 12000}


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def accounting(app, database, cast):
    return Program(app.test_client(), a_token(database, cast.organisation, Role.ACCOUNTANT, "pauls-token"))


@pytest.fixture
def job(parts, cast):
    """A ticket that Karim has, with an invoice of April and, after it was paid, one of May."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    send(parts, cast, ticket, "A-1", date(2031, 4, 30))
    return ticket


def send(parts, cast, ticket, number, day):
    do(
        parts,
        cast,
        ticket,
        "invoice.submit",
        cast.karim,
        {**FIGURES, "number": number, "date": day},
        submission=number,
        now=MONDAY_NOON + timedelta(days=day.month),
    )


def test_an_accountants_program_approves_and_pays_and_nothing_else(accounting, job):
    """S103 O02"""
    act = f"/tickets/{job.ref}/acts/invoice"

    assert accounting.post(f"{act}.approve", {"comment": "Merci"}).status_code == 200
    assert accounting.post(f"{act}.pay").status_code == 200
    assert accounting.post(f"{act}.pay").status_code == 409
    assert accounting.get("/invoices").json["items"][0]["state"] == "paid"
    assert accounting.post(f"/tickets/{job.ref}/acts/ticket.close").status_code == 403
    assert accounting.post("/tickets", {"title": "Fuite"}).status_code == 403


def test_a_reading_program_decides_nothing(reading_program, job):
    """O02"""
    assert reading_program.post(f"/tickets/{job.ref}/acts/invoice.approve").status_code == 403
    assert len(reading_program.get("/invoices").json["items"]) == 1


def test_invoices_are_listed_by_the_month_of_their_date(program, parts, cast, job):
    """S100 W06"""
    for act in ("approve", "pay"):
        assert program.post(f"/tickets/{job.ref}/acts/invoice.{act}").status_code == 200
    send(parts, cast, job, "A-2", date(2031, 5, 1))

    april, may = (program.get(f"/invoices?month=2031-{number}").json for number in ("04", "05"))

    assert [one["number"] for one in april["items"]] == ["A-1"]
    identity = may["items"][0].pop("id")
    assert isinstance(identity, int)
    assert may == {
        "items": [
            {
                "ref": job.ref,
                "subcontractor_id": cast.karim,
                "number": "A-2",
                "date": "2031-05-01",
                "type": "invoice",
                "currency": "EUR",
                "net_cents": 10000,
                "vat_cents": 2000,
                "gross_cents": 12000,
                "state": "submitted",
                "source": "typed",
                "checks": [],
                "duplicate_of": None,
            }
        ],
        "next_cursor": None,
    }
    cursor = f"2031-04-30.{april['items'][0]['id']}"
    after = program.get(f"/invoices?cursor={cursor}").json["items"]
    assert [one["number"] for one in after] == ["A-2"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=2031-13", "month"),
        ("month=may", "month"),
        ("cursor=x", "cursor"),
        ("cursor=2031-02-30.1", "cursor"),
    ],
)
def test_a_month_or_cursor_that_is_none_is_named(program, query, field):
    """W06"""
    refused = program.get(f"/invoices?{query}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_another_organisation_sees_no_invoice_of_ours(igors_program, job):
    """O01"""
    assert igors_program.get("/invoices").json == {"items": [], "next_cursor": None}
    assert igors_program.post(f"/tickets/{job.ref}/acts/invoice.approve").status_code == 404


def test_the_accountant_finds_the_invoice_to_decide_on_the_ticket_page(phone, parts, cast, job):
    """S103 O02"""
    sign_in(phone, parts, cast.paul)

    page = phone.get(f"/tickets/{job.ref}").text

    assert 'data-act="invoice.approve"' in page
    assert 'data-act="invoice.dispute"' in page
    assert 'data-act="ticket.close"' not in page
