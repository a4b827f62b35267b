"""A new ticket on one page: created once, offered to whom was chosen, and nothing typed is lost."""

import io

import pytest
from sqlalchemy import func, select, update

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models import Attachment, Customer, Delivery, Dispatch, Subcontractor, Ticket, User
from tests.builders import a_subcontractor, a_ticket
from tests.web.signing_in import csrf_token, sign_in

LEAK = {
    "title": "Fuite sous évier",
    "trade": "plumbing",
    "urgency": "normal",
    "kind": "order",
    "playbook": "syndic",
    "site_postcode": "69003",
    "site_city": "Lyon",
    "customer_name": "Anna Rossi",
    "customer_phone": "06 39 98 00 00",
    "customer_language": "fr",
    "price": "120,50",
    "submission": "form-1",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Page:
    """Nadia's page of a new ticket, filled and sent."""

    def __init__(self, client) -> None:
        self.client = client

    def send(self, *to: object, **typed: object):
        data = {**LEAK, "csrf_token": csrf_token(self.client, "/tickets"), **typed, "offer_to": list(to)}
        return self.client.post("/tickets/new", data=data)


@pytest.fixture
def nadia(phone, parts, cast) -> Page:
    sign_in(phone, parts, cast.nadia)
    return Page(phone)


def the_tickets(database, cast) -> list[Ticket]:
    with database.read(cast.organisation) as rows:
        return list(rows.scalars(select(Ticket).order_by(Ticket.id)))


def asked(database, cast) -> set[int]:
    with database.read(cast.organisation) as rows:
        return set(rows.scalars(select(Dispatch.subcontractor_id)))


def test_nadia_creates_a_ticket_and_karim_is_asked_at_once(nadia, database, cast):
    """S020 S014"""
    made = nadia.send(cast.karim)
    assert (made.status_code, made.headers["Location"]) == (303, "/tickets/T-2031-000001")
    (ticket,) = the_tickets(database, cast)
    assert (ticket.title, ticket.price_cents, ticket.manager_id) == ("Fuite sous évier", 12050, cast.nadia)
    assert asked(database, cast) == {cast.karim}
    with database.read(cast.organisation) as rows:
        assert rows.scalar(select(func.count(Delivery.id)).where(Delivery.channel == "sms")) == 1
        assert rows.scalars(select(Customer.phone)).one() == "+33639980000"


def test_those_who_suit_are_asked_or_nobody_yet(nadia, database, cast):
    """S007 S003"""
    nadia.send("later", cast.karim)
    assert asked(database, cast) == set()
    nadia.send("matching", submission="form-2")
    assert asked(database, cast) == {cast.karim, cast.lucie}


def test_a_ticket_with_date_number_and_files(nadia, database, cast):
    """S020 U01"""
    made = nadia.send(
        "later", ref="A-12", date="2031-05-06", time="14:00", files=(io.BytesIO(PDF), "plan.pdf")
    )
    assert made.headers["Location"] == "/tickets/A-12"
    with database.read(cast.organisation) as rows:
        assert rows.scalars(select(Attachment.name)).all() == ["plan.pdf"]
    (ticket,) = the_tickets(database, cast)
    assert ticket.appointment_at.isoformat() == "2031-05-06T12:00:00+00:00"


def test_the_same_form_twice_is_one_ticket_and_keeps_one_copy_of_its_files(nadia, database, cast, tmp_path):
    """R02 R04"""
    first = nadia.send(cast.karim, files=(io.BytesIO(PDF), "plan.pdf"))
    again = nadia.send(cast.karim, files=(io.BytesIO(PDF), "plan.pdf"))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(the_tickets(database, cast)) == 1
    assert sum(path.is_file() for path in (tmp_path / "files").rglob("*")) == 1
    other = nadia.send(cast.karim, title="Porte bloquée")
    assert other.status_code == 422
    assert len(the_tickets(database, cast)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Say what the problem is"),
        ({"price": "beaucoup"}, "Write the price"),
        ({"customer_phone": "0899123456"}, "special number"),
        ({"customer_email": "anna@"}, "not an e-mail address"),
        ({"customer_name": ""}, "Say who that is"),
        ({"date": "2031-05-06"}, "Give the day and the hour"),
        ({"date": "2032-03-28", "time": "02:30"}, "does not exist"),
        ({"date": "2031-05-05", "time": "11:59"}, "This day is past"),
        ({"ref": "A/12"}, "Only letters"),
        ({"ref": "new"}, "Only letters"),
        ({"playbook": "none"}, "Choose from the list"),
        ({"title": "x" * 121}, "At most"),
    ],
)
def test_what_is_not_right_is_said_beside_its_field_and_all_else_stays(
    nadia, database, cast, typed, sentence
):
    """R15 M15 X04 T01"""
    refused = nadia.send(cast.karim, site_access="Code 4B21", **typed)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert 'value="Code 4B21"' in refused.text
    assert f'value="{cast.karim}" checked' in refused.text
    assert 'name="submission" value="form-1"' in refused.text
    assert the_tickets(database, cast) == []


def test_a_past_visit_is_said_beside_its_day(nadia):
    """T01 R15"""
    refused = nadia.send("later", date="2031-05-04", time="14:00").text
    assert 'id="date-error"' in refused
    assert 'id="time-error"' not in refused


def test_a_number_that_is_taken_is_said_beside_the_number(nadia, parts, database, cast):
    """R15"""
    a_ticket(parts, cast, ref="A-12")
    refused = nadia.send("later", ref="A-12")
    assert refused.status_code == 422
    assert 'id="ref-error"' in refused.text
    assert "already taken" in refused.text
    assert len(the_tickets(database, cast)) == 1


def test_a_file_of_another_kind_is_refused_and_nothing_is_kept(nadia, database, cast, tmp_path):
    """U02"""
    refused = nadia.send("later", files=(io.BytesIO(b"MZ\x90"), "plan.pdf"))
    assert refused.status_code == 415
    assert "Send a photo" in refused.text
    assert the_tickets(database, cast) == []
    assert not any(path.is_file() for path in (tmp_path / "files").rglob("*"))


@pytest.mark.parametrize("whom", [(), ("everybody",), ("9" * 30,), ("1234567",)])
def test_somebody_who_exists_has_to_be_chosen(nadia, database, cast, whom):
    """R10 X10"""
    assert nadia.send(*whom).status_code == 422
    assert the_tickets(database, cast) == []


def test_matching_needs_a_trade(nadia):
    """S007"""
    refused = nadia.send("matching", trade="")
    assert refused.status_code == 422
    assert 'id="trade-error"' in refused.text


def test_the_page_says_who_suits_and_why_before_anything_is_created(nadia, parts, database, cast):
    """S008"""
    with database.begin(cast.organisation) as rows:
        a_subcontractor(rows, cast.organisation, "Nice Plomberie", "+33612345670").areas = ["06"]
    a_ticket(parts, cast, cast.karim)
    page = nadia.send("matching", look="1", title="").text
    suitable, others = page.split("Other companies")
    assert "Karim Plomberie" in suitable
    assert "Lucie Chauffage" in suitable
    assert suitable.count("does plumbing, works in 69") == 2
    assert "Nice Plomberie" in others
    assert len(the_tickets(database, cast)) == 1


def test_a_long_list_of_companies_is_narrowed_by_a_word(nadia, database, cast):
    """S008"""
    with database.begin(cast.organisation) as rows:
        rows.execute(update(Subcontractor).values(trades=["heating"]))
        for number in range(60):
            a_subcontractor(rows, cast.organisation, f"Étanchéité {number:02d}", f"+336123500{number:02d}")
    page = nadia.send("later", look="1", company="etancheite 59", trade="roof").text
    assert "Étanchéité 59" in page
    assert "Étanchéité 01" not in page
    assert "22 more" in nadia.send("later", look="1", trade="roof").text


@pytest.mark.parametrize("role", Role)
def test_only_managers_create(phone, parts, database, cast, role):
    """O02"""
    with database.begin(cast.organisation) as rows:
        rows.execute(update(User).where(User.id == cast.paul).values(role=role))
    sign_in(phone, parts, cast.paul)
    allowed = role.party is Party.MANAGER
    assert phone.get("/tickets/new").status_code == (200 if allowed else 403)
    assert Page(phone).send("later").status_code == (303 if allowed else 403)
    assert len(the_tickets(database, cast)) == allowed


def test_igor_cannot_ask_nadias_karim(phone, parts, database, cast):
    """O01 O04"""
    sign_in(phone, parts, cast.igor)
    page = Page(phone)
    assert page.send(cast.karim).status_code == 422
    assert "Karim" not in page.client.get("/tickets/new").text


def test_a_form_without_our_token_creates_nothing(nadia, database, cast):
    """S03"""
    assert nadia.send("later", csrf_token="").status_code == 400
    assert the_tickets(database, cast) == []


def test_what_was_typed_comes_back_as_text(nadia):
    """X01"""
    page = nadia.send("later", title='"><script>alert(1)</script>', price="x").text
    assert "<script>alert" not in page
