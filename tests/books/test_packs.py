"""Papers of the books: invoices bound behind their index, statements, and the worker that makes them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pikepdf import Dictionary, Name, Pdf, String
from pypdf import PdfReader

from fieldtickets.documents.bookkeeping import books_of, month_pack, statement
from fieldtickets.documents.packs import KEPT, PATIENCE, Packs
from fieldtickets.domain.books import Month
from fieldtickets.store.models import Pack
from tests.books.rows import a_fee, an_invoice
from tests.builders import MONDAY_NOON, a_ticket
from tests.pictures import photo

MAY = Month(2031, 5)


def a_pdf(pages: int) -> bytes:
    """Empty pages of an invoice that would run a script as soon as it, or its first page, is shown."""
    content, script = BytesIO(), Dictionary(S=Name.JavaScript, JS=String("app.alert('Igor')"))
    with Pdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        pdf.Root.OpenAction = script
        pdf.pages[0].obj.AA = Dictionary(O=script)
        pdf.save(content)
    return content.getvalue()


@pytest.fixture
def ticket(parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-1", date(2031, 5, 2), content=a_pdf(2))
    a_fee(parts, cast, ticket, cast.karim, MONDAY_NOON)
    return ticket


def packed(parts, cast, told=lambda _done: None) -> bytes:
    books = books_of(parts.database, cast.organisation, MAY)
    return month_pack(parts.database, parts.files, books, told)


def asked(parts, cast, **more) -> int:
    with parts.database.begin(cast.organisation) as rows:
        whole = {"month": "2031-05", "kind": "month", "asked_by": cast.paul, "asked_at": MONDAY_NOON}
        pack = Pack(**{**whole, **more})
        rows.add(pack)
        rows.flush()
        return pack.id


def found(parts, cast, pack_id: int) -> Pack | None:
    with parts.database.read(cast.organisation) as rows:
        return rows.get(Pack, pack_id)


def test_the_index_leads_to_each_invoice_and_no_script_comes_along(parts, cast, ticket):
    """P01 U21"""
    told: list[int] = []
    content = packed(parts, cast, told.append)

    pdf = PdfReader(BytesIO(content))
    index = " ".join(pdf.pages[0].extract_text().split())
    assert len(pdf.pages) == 3
    assert all(words in index for words in ("F-1", "Karim Plomberie", ticket.ref, "120,00", "Client absent"))
    targets = [note.get_object().get("/Dest") for note in pdf.pages[0]["/Annots"]]
    assert [pdf.get_page_number(target[0].get_object()) for target in targets] == [1]
    assert [pdf.get_destination_page_number(one) for one in pdf.outline] == [0, 1]
    assert b"app.alert" in a_pdf(2)
    with Pdf.open(BytesIO(content)) as whole:
        assert not any("app.alert" in str(one) for one in whole.objects)
    assert told == sorted(told)
    assert told[-1] == 95


@pytest.mark.parametrize("content", [b"%PDF-1.4 torn", b"nothing of the kind"])
def test_an_invoice_that_cannot_be_read_stands_in_the_index_alone(parts, cast, ticket, content):
    """P03"""
    other = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, other, cast.karim, "F-0", date(2031, 5, 1), content=content)
    pdf = PdfReader(BytesIO(packed(parts, cast)))
    assert "F-0" in pdf.pages[0].extract_text()
    assert len(pdf.pages) == 3


def test_a_photo_of_an_invoice_fills_a_page(parts, cast):
    """U13"""
    ticket = a_ticket(parts, cast, cast.karim)
    an_invoice(parts, cast, ticket, cast.karim, "F-9", date(2031, 5, 9), content=photo(), kind="image/jpeg")
    pdf = PdfReader(BytesIO(packed(parts, cast)))
    assert len(pdf.pages) == 2
    assert len(pdf.pages[1].images) == 1


def test_a_statement_tells_one_company_what_it_claims(parts, cast, ticket):
    """O07"""
    books = books_of(parts.database, cast.organisation, MAY, cast.karim)
    text = PdfReader(BytesIO(statement(books))).pages[0].extract_text()
    assert all(words in text for words in ("Karim Plomberie", "F-1", "120,00", "Client absent"))


def test_the_worker_makes_what_waits_and_what_a_dead_one_left(parts, cast, ticket):
    """D04 M03"""
    dead = MONDAY_NOON - PATIENCE - timedelta(seconds=1)
    ids = [
        asked(parts, cast),
        asked(parts, cast, state="working", started_at=dead),
        asked(parts, cast, state="working", started_at=MONDAY_NOON),
        asked(parts, cast, kind="statement", subcontractor_id=cast.karim),
    ]
    worker = Packs(parts.database, parts.files, lambda: MONDAY_NOON)

    assert worker.make() == 3
    assert worker.make() == 0
    rows = [found(parts, cast, one) for one in ids]
    assert [row.state for row in rows] == ["ready", "ready", "working", "ready"]
    assert parts.files.read(rows[0].key, rows[0].digest).startswith(b"%PDF-")
    assert rows[0].progress == 100


def test_one_that_cannot_be_made_fails_alone(parts, cast, ticket):
    """P02"""
    wrong, right = asked(parts, cast), asked(parts, cast)
    with parts.database.begin(cast.organisation) as rows:
        rows.get_one(Pack, wrong).month = "nonsens"
    Packs(parts.database, parts.files, lambda: MONDAY_NOON).make()
    assert [found(parts, cast, one).state for one in (wrong, right)] == ["failed", "ready"]


def test_after_a_month_the_paper_and_its_file_are_gone(parts, cast, ticket):
    """Y01"""
    pack_id = asked(parts, cast)
    Packs(parts.database, parts.files, lambda: MONDAY_NOON).make()
    key = found(parts, cast, pack_id).key
    later = MONDAY_NOON + KEPT + timedelta(seconds=1)
    Packs(parts.database, parts.files, lambda: later).make()
    assert found(parts, cast, pack_id) is None
    assert not parts.files.exists(key)
