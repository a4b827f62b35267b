"""The dossier of a ticket: one PDF that a stranger can read and whose seals can be compared."""

import hashlib
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from fieldtickets.documents.dossier import dossier_page
from fieldtickets.documents.previews import Previews
from fieldtickets.documents.render import render_pdf
from fieldtickets.documents.signatures import signature
from fieldtickets.domain.effects import ChargeKind, ChargeState
from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Attachment, ChargeRow, Event, JournalHead
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.pictures import photo

STROKES = [[[10, 10], [40, 30]], [{"x": 50, "y": 12}, {"x": 60.4, "y": 30}]]


@pytest.fixture
def ticket(parts, cast):
    """Karim accepted and wrote; Nadia answered, noted something for herself; a photo and a fee are there."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "message.write", cast.karim, {"body": "Le joint est usé."})
    note = {"to": "note", "body": "Ne plus le rappeler."}
    do(parts, cast, ticket, "message.write", answer=note, party=Party.MANAGER)
    content = photo()
    parts.files.put("1/ab/photo", content)
    with parts.database.begin(cast.organisation) as rows:
        event = rows.scalars(select(Event.id).order_by(Event.seq)).first()
        rows.add(
            Attachment(
                ticket_id=ticket.id,
                event_id=event,
                name="joint.jpg",
                kind="image/jpeg",
                size=len(content),
                digest=hashlib.sha256(content).hexdigest(),
                key="1/ab/photo",
            )
        )
        rows.add(
            ChargeRow(
                ticket_id=ticket.id,
                event_id=event,
                kind=ChargeKind.FEE,
                state=ChargeState.AGREED,
                net_cents=4000,
                currency="EUR",
                label="Client absent",
                proposed_at=MONDAY_NOON,
            )
        )
    Previews(parts.database, parts.files).make()
    return ticket


def made(parts, cast, ref: str) -> PdfReader:
    with parts.database.read(cast.organisation) as rows:
        html, pictures = dossier_page(rows, parts.files, ref, MONDAY_NOON)
    return PdfReader(BytesIO(render_pdf(html, pictures)))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def pictures_in(pdf: PdfReader) -> set[bytes]:
    """Pages share what they show, so each picture counts once."""
    return {image.data for page in pdf.pages for image in page.images}


def test_it_tells_parties_journal_money_messages_and_the_journals_head(parts, cast, ticket):
    """S092 E8"""
    text = text_of(made(parts, cast, ticket.ref))

    for words in ("Gestion Lavigne", "Karim Plomberie", "Anna Rossi", "18 rue Jeanne-d'Arc", ticket.ref):
        assert words in text
    for words in ("Le joint est usé.", "joint.jpg", "Client absent", "40,00", "Text message"):
        assert words in text
    with parts.database.read(cast.organisation) as rows:
        head = rows.get_one(JournalHead, cast.organisation)
        seals = rows.scalars(select(Event.seal).where(Event.ticket_id == ticket.id)).all()
    assert head.seal in text.replace(" ", "")
    assert all(seal[:12] in text for seal in seals)


def test_photos_are_the_repainted_ones_and_notes_stay_in_the_house(parts, cast, ticket):
    """U13"""
    pdf = made(parts, cast, ticket.ref)

    assert len(pictures_in(pdf)) == 1
    assert "Ne plus le rappeler" not in text_of(pdf)


@pytest.mark.parametrize("typed", ["fuite " * 800, "x" * 4800], ids=["words", "one word"])
def test_however_long_somebody_writes_the_file_is_made(parts, cast, ticket, typed):
    """S092: within the time that one document is given."""
    extra = {"description": typed.strip(), "net": 30_00}
    do(parts, cast, ticket, "extra.propose", cast.karim, extra)

    text = text_of(made(parts, cast, ticket.ref))

    assert text.replace(" ", "").count(typed[:5].strip()) >= 800


def test_a_lost_photo_leaves_its_name(parts, cast, ticket):
    """D16"""
    with parts.database.read(cast.organisation) as rows:
        parts.files.delete(rows.scalars(select(Attachment.preview_key)).one())
    pdf = made(parts, cast, ticket.ref)

    assert not pictures_in(pdf)
    assert "joint.jpg" in text_of(pdf)


def test_another_organisations_ticket_does_not_exist(parts, cast, ticket):
    """O01"""
    with parts.database.read(cast.other_organisation) as rows, pytest.raises(NoResultFound):
        dossier_page(rows, parts.files, ticket.ref, MONDAY_NOON)


def test_a_signature_is_drawn_again_from_its_points():
    """S092"""
    drawn = signature(STROKES, "Anna Rossi")

    assert drawn is not None
    assert drawn.box == "6 6 58 28"
    assert drawn.strokes == ("10,10 40,30 40,30", "50,12 60,30 60,30")
    assert signature('{"strokes": [[[1, 2]]]}', "Anna").strokes == ("1,2 1,2",)


@pytest.mark.parametrize(
    "drawn",
    [
        None,
        "",
        "[]",
        "<svg onload=alert(1)>",
        '[[["x", 1]]]',
        "[[[1]]]",
        '{"a": 1}',
        [[[float("inf"), 1]]],
        7,
    ],
)
def test_what_is_no_drawing_is_no_signature(drawn):
    """X05"""
    assert signature(drawn, "Igor") is None
