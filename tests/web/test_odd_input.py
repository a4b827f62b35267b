"""What nobody types and somebody sends: bytes that no database takes, numbers too large for it."""

import base64
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import Headers

from fieldtickets.domain.parties import Role
from fieldtickets.store.models import User
from fieldtickets.web import passwords
from fieldtickets.web.links.forms import declared_at
from tests.builders import MONDAY_NOON, a_ticket
from tests.web.api.conftest import Program, a_token
from tests.web.signing_in import csrf_token, sign_in

PASSWORD = "a horse, a battery, a staple"
LONG = "n" * 245 + "@x.france"  # 254 letters


@pytest.fixture
def program(app, database, cast):
    return Program(app.test_client(), a_token(database, cast.organisation, Role.MANAGER, "nadias-token"))


@pytest.fixture
def nadia(phone, parts, cast):
    """Nadia's browser, signed in."""
    sign_in(phone, parts, cast.nadia)
    return phone


def sign_in_with(phone, **typed) -> int:
    typed["csrf_token"] = csrf_token(phone, "/sign-in")
    return phone.post("/sign-in", data={"password": "quite wrong", **typed}).status_code


@pytest.mark.parametrize("email", ["nadia\0@lavigne.example", "\0", LONG, "\ufeff" + LONG * 9])
def test_an_odd_address_is_nobodys(phone, cast, email):
    """S01 S02 X04"""
    assert sign_in_with(phone, email=email) == 422
    token = csrf_token(phone, "/password/forgot")
    asked = phone.post("/password/forgot", data={"email": email, "csrf_token": token})
    assert asked.status_code == 303


def test_a_long_address_has_its_own_count_of_tries(phone, cast):
    """S01"""
    assert [sign_in_with(phone, email=LONG) for _try in range(11)] == [422] * 10 + [429]
    assert sign_in_with(phone, email="z" + LONG[1:]) == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tickets?q=%00", 400),
        ("/tickets?trade=a%00b", 400),
        ("/tickets?%00", 400),
        ("/tickets/%00", 404),
        ("/subcontractors?q=%00", 400),
        ("/l/%00", 404),
        ("/tickets?q=%2500", 200),
    ],
)
def test_an_address_with_a_nul_leads_nowhere(nadia, path, status):
    """X04 N04"""
    assert nadia.get(path).status_code == status


def test_a_program_learns_that_its_address_is_wrong(program):
    """X04 W06"""
    refused = program.get("/tickets?q=%00")

    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert program.get("/tickets/%00").status_code == 404


def test_a_signed_field_with_a_nul_makes_one_company(nadia):
    """R02 X04"""
    company = {
        "name": "Marc Serrurier",
        "phone": "06 12 34 56 70",
        "language": "fr",
        "submission": "a\0b",
        "csrf_token": csrf_token(nadia, "/subcontractors/new"),
    }

    first, second = (nadia.post("/subcontractors/new", data=company) for _time in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_numbers_of_a_company_are_kept_without_what_cannot_be_seen(program):
    """X04"""
    odd = {"siret": "552\0 081", "vat_number": "FR\0 1", "external_no": "F\u202e-1"}

    made = program.post("/subcontractors", {"name": "Marc", "phone": "06 12 34 56 70", **odd})

    assert made.status_code == 201
    assert [made.json[name] for name in odd] == ["552 081", "FR 1", "F-1"]


@pytest.mark.parametrize("kept", ["5", "null", "[1, 2, 3]", '["/", [1], true]', "[" * 100_000, "{"])
def test_what_was_kept_may_be_anything(phone, cast, database, kept):
    """S04 X09"""
    with database.begin(cast.organisation) as rows:
        rows.get_one(User, cast.nadia).password_hash = passwords.hasher(True).hash(PASSWORD)
    token = csrf_token(phone, "/sign-in")
    answer = phone.post(
        "/sign-in",
        data={"email": "nadia@lavigne.example", "password": PASSWORD, "kept": kept, "csrf_token": token},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def packed(text: str) -> str:
    """A cursor as ours look, whatever is in it."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("digits", ["9" * 16, "9" * 19, "9" * 23, "9" * 40])
def test_a_number_larger_than_any_id_is_nobodys(program, nadia, digits):
    """O01 W06"""
    assert program.get(f"/subcontractors/{digits}").status_code == 404
    assert nadia.get(f"/subcontractors/{digits}").status_code == 404
    for number in (int(digits), 2**70, -1):
        refused = program.post("/tickets", {"title": "Fuite", "offer_to": [number]})
        assert refused.status_code == 422
        assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("number", ["9" * 40, "-" + "9" * 40, "9" * 5000, "nine", ""])
def test_a_cursor_that_is_none_of_ours_begins_at_the_start(program, nadia, cast, parts, number):
    """W06"""
    a_ticket(parts, cast, cast.karim)
    for text in (f"0|2031-05-05T09:00:00+00:00|{number}", f"{number}|0001-01-01T00:00:00+14:00|1"):
        assert nadia.get(f"/tickets?cursor={packed(text)}").status_code == 200
    for text in (f'["Karim", {number}]', '["\\u0000", Infinity]', '["\\u0000", 1]', "[" * 5000):
        assert nadia.get(f"/subcontractors?cursor={packed(text)}").status_code == 200


@pytest.mark.parametrize("number", ["9" * 40, "-" + "9" * 40, "9" * 5000, "nine", "0x1", "१"])
def test_a_program_is_told_that_a_cursor_is_none_of_ours(program, cast, parts, number):
    """W06 R15"""
    ref = a_ticket(parts, cast, cast.karim).ref
    lists = (f"/tickets?cursor={packed(number)[:200]}", f"/tickets?cursor={number[:200]}")
    lists += tuple(f"/tickets/{ref}/{of}?cursor={number[:200]}" for of in ("events", "deliveries"))
    for path in lists:
        refused = program.get(path)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["cursor"]), path


@pytest.mark.parametrize("number", ["9999999999999999999999", "-9999999999999999999999", "x", ""])
def test_a_message_that_is_not_there_is_not_sent_again(nadia, cast, parts, number):
    """M04"""
    ticket = a_ticket(parts, cast, cast.karim)
    typed = {"delivery": number, "csrf_token": csrf_token(nadia, "/tickets")}
    assert nadia.post(f"/tickets/{ticket.ref}/again", data=typed).status_code == 404


@pytest.mark.parametrize("number", [str(2**53), "9" * 16, "9" * 19, "9" * 30])
def test_a_receipt_for_a_number_of_nobody_is_taken(phone, parts, cast, number):
    """M17"""
    path = urlsplit(parts.links.receipts_url()).path
    answer = phone.post(path, json={"id": number, "status": "delivered"})
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("done", "left", "believed"),
    [
        ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", None),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", None),
        ("2031-04-01T00:00:00+00:00", "2031-05-01T00:00:01+00:00", None),
        ("2031-04-01T00:00:00+00:00", "2031-05-01T00:00:00+00:00", timedelta(days=30)),
        ("2031-05-05T09:00:00+00:00", "2031-05-05T11:00:00+02:00", timedelta(0)),
        ("2031-05-05T09:00:01+00:00", "2031-05-05T09:00:00+00:00", None),
    ],
)
def test_a_phone_is_believed_for_thirty_days(done, left, believed):
    """T07"""
    declared = declared_at(Headers({"X-Done-At": done, "X-Sent-At": left}), MONDAY_NOON)
    assert declared == (None if believed is None else MONDAY_NOON - believed)


def test_a_program_cannot_take_the_name_of_a_page(program):
    """R10"""
    refused = program.post("/tickets", {"title": "Fuite", "ref": "new"})

    assert refused.status_code == 422
    assert "ref" in refused.json["errors"]
    assert program.post("/tickets", {"title": "Fuite", "ref": "new-1"}).status_code == 201
