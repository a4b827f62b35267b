"""The API: the same rules as the pages, for programs."""

import io

from openapi_spec_validator import validate
from sqlalchemy import select

from fieldtickets.store.models import Attachment, Ticket
from tests.builders import TUESDAY_AT_TWO, do, sent

LEAK = {
    "title": "Fuite sous évier",
    "trade": "plumbing",
    "site": {"address": "18 rue Jeanne-d'Arc", "postcode": "69003", "city": "Lyon"},
    "customer": {"name": "Anna Rossi", "phone": "06 39 98 00 00"},
    "price_cents": 12000,
}


def ticket_id(database, organisation_id, ref):
    with database.read(organisation_id) as session:
        return session.scalar(select(Ticket.id).where(Ticket.ref == ref))


def test_a_program_adds_a_subcontractor_and_sends_it_a_ticket(program):
    """S014 S020"""
    company = {"name": "Marc Serrurier", "phone": "06 12 34 56 70", "trades": ["locks"], "areas": ["69"]}
    added = program.post("/subcontractors", company)
    assert added.status_code == 201
    assert added.json["phone"] == "+33612345670"

    created = program.post("/tickets", {**LEAK, "offer_to": [added.json["id"]]})

    assert created.status_code == 201
    assert created.json["ref"] == "T-2031-000001"
    assert created.json["phase"] == "offered"
    assert [one["state"] for one in created.json["dispatches"]] == ["offered"]
    assert [one["kind"] for one in created.json["deadlines"]] == ["offer.remind", "offer.lapse"]
    assert created.json["deadlines"][0]["owed_by"] == "subcontractor"


def test_matching_asks_those_who_do_this_trade_here(program, cast):
    """S007 S008"""
    program.post(
        "/subcontractors",
        {"name": "Nice Plomberie", "phone": "0612345670", "trades": ["plumbing"], "areas": ["06"]},
    )

    created = program.post("/tickets", {**LEAK, "offer_to": "matching"}).json

    assert {one["subcontractor_id"] for one in created["dispatches"]} == {cast.karim, cast.lucie}


def test_an_unknown_subcontractor_makes_no_ticket(program, database, cast):
    """R10"""
    refused = program.post("/tickets", {**LEAK, "offer_to": [12345]})

    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    with database.read(cast.organisation) as session:
        assert session.scalars(select(Ticket)).all() == []


def test_bad_input_names_the_field(program):
    """R15 M15 X04 X10 T01"""
    cases = (
        ("/tickets", {"title": ""}, "title"),
        ("/tickets", {**LEAK, "price_cents": -1}, "price_cents"),
        ("/tickets", {**LEAK, "urgency": "yesterday"}, "urgency"),
        ("/tickets", {**LEAK, "playbook": "none"}, "playbook"),
        ("/tickets", {**LEAK, "appointment": {"date": "2031-05-40", "time": "10:00"}}, "appointment.date"),
        ("/tickets", {**LEAK, "appointment": {"date": "2031-05-05", "time": "11:59"}}, "appointment.date"),
        ("/tickets", {**LEAK, "appointment": {"date": "2032-03-28", "time": "02:30"}}, "appointment.time"),
        ("/tickets", {**LEAK, "site": {"time_zone": "Mars/Olympus"}}, "site.time_zone"),
        ("/tickets", {**LEAK, "site": {"country": "ZZ"}}, "site.country"),
        ("/tickets", {**LEAK, "site": {"country": "France"}}, "site.country"),
        ("/tickets", {**LEAK, "customer": {"name": "A", "phone": "0899123456"}}, "customer.phone"),
        ("/tickets", {**LEAK, "customer": {"name": "A", "email": "a@b\r\nBcc: c@d"}}, "customer.email"),
        ("/subcontractors", {"name": "Marc"}, "phone"),
    )
    for path, body, field in cases:
        refused = program.post(path, body)
        assert refused.status_code == 422, body
        assert field in refused.json["errors"], (body, refused.json)


def test_a_visit_is_past_or_not_by_the_clock_of_its_place(program):
    """T01 R15"""
    for zone, status in (("Asia/Tokyo", 422), ("America/New_York", 201)):
        visit = {"appointment": {"date": "2031-05-05", "time": "12:00"}, "site": {"time_zone": zone}}
        assert program.post("/tickets", {**LEAK, **visit}).status_code == status


def test_without_a_token_nothing_is_said(app, program, cast):
    """W01"""
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic bmFkaWE6eA=="}):
        refused = app.test_client().get("/api/v1/tickets", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_reader_may_not_write(reading_program):
    """O02"""
    assert reading_program.get("/tickets").status_code == 200
    assert reading_program.post("/tickets", LEAK).status_code == 403


def test_igor_sees_nothing_of_nadias(program, igors_program, cast):
    """O01 O04"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]

    for path in (f"/tickets/{ref}", f"/tickets/{ref}/events", f"/tickets/{ref}/deliveries"):
        foreign, unknown = igors_program.get(path), igors_program.get(path.replace(ref, "T-1"))
        assert (
            (foreign.status_code, foreign.data) == (unknown.status_code, unknown.data) == (404, foreign.data)
        )
    assert igors_program.post(f"/tickets/{ref}/acts/ticket.close").status_code == 404
    assert igors_program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).status_code == 422
    assert igors_program.get("/tickets").json["items"] == []


def test_the_same_key_gets_the_first_reply_and_another_body_is_refused(program):
    """W02 R02 R04"""
    key = {"Idempotency-Key": "order-4127"}

    first, again = (program.post("/tickets", LEAK, headers=key) for _ in range(2))
    other = program.post("/tickets", {**LEAK, "title": "Porte bloquée"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert (other.status_code, other.json["title"]) == (422, "form.reused")
    assert len(program.get("/tickets").json["items"]) == 1


def test_the_manager_closes_and_reopens_through_the_api(program):
    """S042"""
    ref = program.post("/tickets", LEAK).json["ref"]

    assert program.post(f"/tickets/{ref}/acts/ticket.close").json["phase"] == "closed"
    refused = program.post(f"/tickets/{ref}/acts/ticket.reopen", {})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["reason"])
    assert (
        program.post(f"/tickets/{ref}/acts/ticket.reopen", {"reason": "Elle fuit encore"}).json["phase"]
        == "draft"
    )
    again = program.post(f"/tickets/{ref}/acts/ticket.reopen", {"reason": "Encore"})
    assert (again.status_code, again.json["title"]) == (409, "step.not_allowed")


def test_the_journal_tells_who_did_what_with_its_seals(program, parts, database, cast):
    """E01 E03"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]
    ticket = sent(parts, cast.organisation, ticket_id(database, cast.organisation, ref))
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    events = program.get(f"/tickets/{ref}/events").json["items"]

    assert [one["act"] for one in events] == ["ticket.open", "offer.send", "offer.accept"]
    assert [one["by"] for one in events] == ["manager", "manager", "subcontractor"]
    assert events[2]["previous_seal"] == events[1]["seal"]
    assert "Karim Plomberie" in events[2]["line"]
    shown = program.get(f"/tickets/{ref}").json
    assert (shown["appointment"]["date"], shown["appointment"]["time"]) == ("2031-05-06", "14:00")


def test_the_price_is_agreed_once_a_company_has_the_job(program, parts, database, cast):
    """S059 S097"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]
    ticket = sent(parts, cast.organisation, ticket_id(database, cast.organisation, ref))

    def money():
        found = program.get(f"/tickets/{ref}").json["money"]
        return found["recommended_cents"], found["agreed_cents"], found["total_cents"]

    assert money() == (12000, None, 0)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    assert money() == (12000, 12000, 12000)


def test_deliveries_tell_the_fate_of_each_message_but_no_address(program, cast):
    """M01"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]

    answer = program.get(f"/tickets/{ref}/deliveries")

    assert [(one["channel"], one["act"], one["state"]) for one in answer.json["items"]].count(
        ("sms", "offer.send", "queued")
    ) == 1
    assert "+336" not in answer.text
    assert "@" not in answer.text


def test_lists_page_without_missing_or_repeating_a_ticket(program):
    """W06"""
    refs = [program.post("/tickets", {**LEAK, "ref": f"R{i}"}).json["ref"] for i in range(51)]

    first = program.get("/tickets").json
    program.post("/tickets", {**LEAK, "ref": "LATE"})
    second = program.get(f"/tickets?cursor={first['next_cursor']}").json

    seen = [one["ref"] for one in first["items"] + second["items"]]
    assert sorted(seen) == sorted(refs)
    assert second["next_cursor"] is None


def test_tickets_are_found_by_queue_and_by_words_without_accents(program, cast):
    """X03"""
    program.post("/tickets", LEAK)
    program.post("/tickets", {**LEAK, "title": "100% cassé", "offer_to": [cast.karim]})

    assert [one["title"] for one in program.get("/tickets?queue=to_send").json["items"]] == [
        "Fuite sous évier"
    ]
    assert [one["title"] for one in program.get("/tickets?q=evier").json["items"]] == ["Fuite sous évier"]
    assert [one["title"] for one in program.get("/tickets?q=%25 casse").json["items"]] == ["100% cassé"]
    assert len(program.get("/tickets?q=06 39 98 00 00").json["items"]) == 2
    assert program.get("/tickets?queue=nonsense").status_code == 422


def test_a_message_with_a_photo_goes_to_the_subcontractor(program, cast, database):
    """S052 U01"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]

    sent_form = {"to": "subcontractor", "body": "Voici le plan.", "files": (a_pdf(), "plan.pdf")}
    done = program.post(f"/tickets/{ref}/acts/message.write", data=sent_form)

    assert done.status_code == 200, done.text
    with database.read(cast.organisation) as session:
        assert [one.name for one in session.scalars(select(Attachment))] == ["plan.pdf"]
    assert [one["act"] for one in program.get(f"/tickets/{ref}/events").json["items"]][-1] == "message.write"


def test_a_message_that_names_nobody_is_for_the_company(program, cast):
    """S052"""
    ref = program.post("/tickets", {**LEAK, "offer_to": [cast.karim]}).json["ref"]

    assert program.post(f"/tickets/{ref}/acts/message.write", {"body": "Voici le code."}).status_code == 200

    told = program.get(f"/tickets/{ref}/deliveries").json["items"]
    assert {one["party"] for one in told if one["act"] == "message.write"} == {"subcontractor"}
    for to in ("", "everybody"):
        refused = program.post(f"/tickets/{ref}/acts/message.write", {"body": "Encore", "to": to})
        assert (refused.status_code, refused.json["errors"]) == (422, {"to": ["Say who it is for"]})


def a_pdf():
    return io.BytesIO(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")


def test_the_document_is_valid_and_shown_without_anybody_elses_scripts(app):
    """Y07"""
    document = app.test_client().get("/api/v1/openapi.json").json
    validate(document)
    assert {"get", "post"} <= set(document["paths"]["/api/v1/tickets"])
    assert "requestBody" in document["paths"]["/api/v1/subcontractors"]["post"]
    page = app.test_client().get("/api/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
