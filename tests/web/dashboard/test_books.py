"""The books over HTTP: who may read them, and what each month shows."""

import re
from datetime import UTC, date, datetime

import pytest

from fieldtickets.documents.packs import Packs
from fieldtickets.domain.parties import Role
from fieldtickets.store.models import User
from tests.books.rows import a_fee, an_invoice
from tests.builders import MONDAY_NOON, a_ticket
from tests.web.signing_in import csrf_token, sign_in

PAGES = (
    "/books",
    "/books/invoices",
    "/books/register.csv",
    "/books/register.xlsx",
    "/books/packs",
    "/books/packs/1.pdf",
)


@pytest.fixture
def ticket(parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-2031-7", date(2031, 5, 2))
    an_invoice(parts, cast, ticket, cast.karim, "F-2031-8", date(2031, 5, 3), state="approved")
    a_fee(parts, cast, ticket, cast.karim, datetime(2031, 5, 4, tzinfo=UTC))
    return ticket


@pytest.fixture
def paul(phone, parts, cast):
    sign_in(phone, parts, cast.paul)
    return phone


def test_the_accountant_reads_the_month_with_its_tickets_and_totals(paul, ticket):
    """S100"""
    page = paul.get("/books").text
    assert 'href="/books" aria-current="page"' in page
    for words in ("F-2031-7", "F-2031-8", "Client absent", f"/tickets/{ticket.ref}", "240,00", "Invoices: 2"):
        assert words in page
    assert "No invoice and no fee here" in paul.get("/books?month=2031-04").text


def test_a_view_shows_one_state_and_its_total(paul, ticket):
    """S100"""
    approved = paul.get("/books?month=2031-05&state=approved").text
    assert "F-2031-8" in approved
    assert "F-2031-7" not in approved
    assert "Invoices: 1" in approved
    fees = paul.get("/books?month=2031-05&state=fees").text
    assert "Client absent" in fees
    assert "F-2031" not in fees


def test_the_register_holds_what_the_view_shows(paul, ticket):
    """X07"""
    sheet = paul.get("/books/register.csv?month=2031-05&state=approved")
    assert sheet.content_type.startswith("text/csv")
    assert "F-2031-8" in sheet.text
    assert "F-2031-7" not in sheet.text
    assert paul.get("/books/register.xlsx?month=2031-05").data.startswith(b"PK")


@pytest.mark.parametrize("month", ["", "nonsense", "9999-99", "0001-01"])
def test_a_month_that_is_none_is_this_one(paul, ticket, month):
    """X10"""
    page = paul.get("/books", query_string={"month": month, "state": "nonsense"})
    assert (page.status_code, "F-2031-7" in page.text) == (200, True)


def test_a_viewer_has_no_business_in_the_books(phone, parts, cast, ticket):
    """O02"""
    with parts.database.begin(cast.organisation) as rows:
        viewer = User(name="Vera", email="vera@lavigne.example", role=Role.VIEWER, created_at=MONDAY_NOON)
        rows.add(viewer)
        rows.flush()
        vera = viewer.id
    sign_in(phone, parts, vera)
    assert "/books" not in phone.get("/").text
    assert [phone.get(page).status_code for page in PAGES] == [403] * len(PAGES)


def test_strangers_and_other_organisations_read_nothing(phone, parts, cast, ticket):
    """O01 O04 S04"""
    assert all(phone.get(page).status_code in (303, 401) for page in PAGES)
    sign_in(phone, parts, cast.igor)
    for page in ("/books?month=2031-05", "/books/register.csv?month=2031-05"):
        assert "F-2031" not in phone.get(page).text


def test_the_page_is_live(paul, ticket):
    """G01"""
    known = {"If-None-Match": paul.get("/books").headers["ETag"]}
    assert paul.get("/books", headers=known).status_code == 304


def ask(client, **typed):
    return client.post(
        "/books/packs", data={"csrf_token": csrf_token(client, "/books?month=2031-05"), **typed}
    )


def test_a_paper_is_asked_for_once_made_by_the_worker_and_taken_away(paul, parts, cast, ticket, phone):
    """R02 S100"""
    form = {"month": "2031-05", "company": str(cast.karim), "submission": "once"}
    assert [ask(paul, **form).status_code for _time in range(2)] == [303, 303]
    waiting = paul.get("/books/packs")
    assert waiting.text.count("Statement of Karim Plomberie") == 1
    assert "Waiting" in waiting.text
    known = {"If-None-Match": waiting.headers["ETag"]}
    assert paul.get("/books/packs", headers=known).status_code == 304

    Packs(parts.database, parts.files, parts.clock.now).make()

    page = paul.get("/books/packs", headers=known)
    assert page.status_code == 200
    address = re.search(r"/books/packs/\d+\.pdf", page.text).group()
    assert paul.get(address).data.startswith(b"%PDF-")
    sign_in(phone, parts, cast.igor)
    assert phone.get(address).status_code == 404
    assert "Karim" not in phone.get("/books/packs").text


def test_a_foreign_or_unknown_company_has_no_statement(phone, parts, cast, ticket):
    """O01"""
    sign_in(phone, parts, cast.igor)
    token = csrf_token(phone, "/")
    for company in (cast.karim, 1, 2**60):
        form = {"csrf_token": token, "month": "2031-05", "company": str(company), "submission": "x"}
        assert phone.post("/books/packs", data=form).status_code == 404
