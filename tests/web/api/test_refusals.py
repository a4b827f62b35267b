"""Refusals: what did not arrive whole is no missing field, and every sentence is in one language."""

from datetime import timedelta

import pytest

from fieldtickets.rounds import Rounds
from fieldtickets.store.models import Person
from tests.builders import MONDAY_NOON, a_ticket

LEAK = {"title": "Fuite sous évier"}


@pytest.mark.parametrize(
    "body", [b"{", b"title=Fuite", b"[]", b'"title"', b"null", b"[" * 100_000, b"\xff\xfe{}", b"9" * 5000]
)
@pytest.mark.parametrize("path", ["/tickets", "/subcontractors", "/tickets/T-1/acts/ticket.close"])
def test_a_body_that_is_no_object_is_a_problem_of_its_own(program, path, body):
    """R15 X10"""
    refused = program.post(path, data=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json["title"]) == (400, "body")
    assert "errors" not in refused.json


def test_other_kinds_of_bodies_are_not_taken(program):
    """R15"""
    refused = program.post("/tickets", data=b"<ticket/>", headers={"Content-Type": "text/xml"})
    assert (refused.status_code, refused.mimetype) == (415, "application/problem+json")


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"title": ""}, "title", "This is missing."),
        ({"title": "x" * 121}, "title", "At most 120 characters."),
        (
            {"site": {"country": "ZZ"}},
            "site.country",
            "There is no country ZZ. Write its two letters, like FR.",
        ),
        (
            {"appointment": {"date": "2031-05-04", "time": "10:00"}},
            "appointment.date",
            "This day is past. Choose another day",
        ),
        ({"offer_to": "all"}, "offer_to", "Write a list of ids of companies, or: matching."),
        ({"offer_to": ["Karim"]}, "offer_to", "Write a list of ids of companies, or: matching."),
        ({"offer_to": None}, "offer_to", "Write a list of ids of companies, or: matching."),
    ],
)
def test_a_refusal_names_the_field_as_it_was_sent_and_the_remedy(program, sent, field, sentence):
    """R15"""
    refused = program.post("/tickets", {**LEAK, **sent})
    assert (refused.status_code, refused.json["errors"]) == (422, {field: [sentence]})


@pytest.mark.parametrize("path", ["/tickets", "/subcontractors", "/tickets/T-1/acts/message.write"])
def test_a_body_that_nobody_would_write_is_too_big(program, path):
    """X11"""
    refused = program.post(path, {"title": "x" * 1_000_000})
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert refused.json["detail"] == "This is too big."


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/nowhere", 404, "There is nothing here."),
        ("DELETE", "/tickets", 405, "This address does not take this method."),
    ],
)
def test_a_program_is_not_told_of_buttons(phone, method, path, status, sentence):
    """N04"""
    refused = phone.open(f"/api/v1{path}", method=method)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json")
    assert refused.json["detail"] == sentence


SENTENCES = {
    None: ("Some fields are not right.", "This is missing.", "There is nothing here."),
    "de-CH, de;q=0.9, fr;q=0.5": (
        "Einige Angaben stimmen nicht.",
        "Diese Angabe fehlt.",
        "Hier ist nichts.",
    ),
    "pt": ("Some fields are not right.", "This is missing.", "There is nothing here."),
}


@pytest.mark.translated
@pytest.mark.parametrize("asked", SENTENCES)
def test_all_sentences_of_a_refusal_are_in_the_language_asked_for_else_english(program, asked):
    """S114 X05"""
    headers = {"Accept-Language": asked} if asked else {}
    refused = program.post("/tickets", {}, headers=headers).json
    nothing = program.post("/tickets/T-1/acts/ticket.close", headers=headers).json
    told = (refused["detail"], refused["errors"]["title"][0], nothing["detail"])
    assert told == SENTENCES[asked]


@pytest.mark.translated
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tickets", {**LEAK, "price_cents": -1, "urgency": "now", "playbook": "none", "ref": "new"}),
        ("/tickets", {"title": "x" * 121, "site": {"country": "France"}, "customer": []}),
        ("/tickets", {**LEAK, "appointment": {"date": "soon", "time": "late"}, "offer_to": 4}),
        ("/tickets", {**LEAK, "price_cents": 10**12, "description": 5, "currency": "euro", "ref": "a b"}),
        ("/tickets", {**LEAK, "customer": {"name": "Anna", "phone": "12", "email": "anna@"}}),
        ("/tickets", {**LEAK, "site": {"time_zone": "Mars/Olympus"}}),
        ("/tickets", {**LEAK, "site": {"country": "ZZ"}}),
        ("/tickets", {**LEAK, "appointment": {"date": "2031-05-04", "time": "10:00"}}),
        ("/tickets", {**LEAK, "offer_to": [12345]}),
        ("/subcontractors", {"name": "Marc", "language": "pt"}),
        ("/subcontractors", {"name": "Marc"}),
        ("/tickets/{ref}/acts/ticket.amend", {"title": ""}),
        ("/tickets/{ref}/acts/ticket.reopen", {"reason": "Encore"}),
        ("/tickets/{ref}/acts/message.write", {"body": "Bonjour", "dispatch_id": 1}),
    ],
)
def test_no_refusal_mixes_languages(program, parts, cast, path, body):
    """S114"""
    path = path.format(ref=a_ticket(parts, cast, cast.karim).ref)
    in_english, in_french = (
        program.post(path, body, headers={"Accept-Language": language}) for language in ("en", "fr")
    )
    assert in_english.status_code == in_french.status_code in (409, 422), in_english.text
    assert in_english.json["detail"] != in_french.json["detail"]
    errors = in_english.json.get("errors", {})
    assert list(errors) == list(in_french.json.get("errors", {}))
    for field, sentences in errors.items():
        assert sentences != in_french.json["errors"][field], field
        assert "%(" not in "".join(sentences)


@pytest.mark.translated
def test_what_is_shown_of_a_ticket_speaks_as_its_organisation(program, parts, cast):
    """S114"""
    ref = a_ticket(parts, cast, cast.karim).ref
    lines = [one["line"] for one in program.get(f"/tickets/{ref}/events").json["items"]]
    assert lines[0] == "Nadia Benali crée le ticket."


def test_a_task_says_about_whom_it_is(program, parts, cast, clock, database):
    """S008 M07"""
    with database.begin(cast.organisation) as session:
        for person in session.query(Person).where(Person.subcontractor_id == cast.lucie):
            person.phone = person.email = ""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    clock.instant = MONDAY_NOON + timedelta(days=3)
    Rounds(parts.database, parts.links, clock.now).run()

    tasks = program.get(f"/tickets/{ticket.ref}").json["tasks"]

    told = [(one["kind"], one["detail"].get("who")) for one in tasks]
    assert ("undeliverable", "Lucie Chauffage") in told
    assert ("silent", "Karim Plomberie") in told
    assert all("." not in one["since"] and one["since"].endswith("Z") for one in tasks)


def test_a_company_sent_twice_with_the_same_key_is_added_once(program):
    """W02 R02"""
    company, key = {"name": "Marc Serrurier", "phone": "0612345670"}, {"Idempotency-Key": "company-7"}
    first, again = (program.post("/subcontractors", company, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)
