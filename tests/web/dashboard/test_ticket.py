"""One ticket's page: what comes next, what happened, who was asked, and every act of its manager."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models import Customer, Delivery, Dispatch, Message, Ticket, User
from fieldtickets.workshop import outbox
from tests.builders import (
    MONDAY_NOON,
    TUESDAY_AT_TWO,
    TYPED_TUESDAY,
    a_ticket,
    acts_done,
    do,
)
from tests.pictures import photo
from tests.web.dashboard.ticket_forms import CSRF, fill, forms_on, page_of
from tests.web.signing_in import sign_in


def test_the_page_says_what_comes_next_and_who_has_it(nadia, parts, cast, clock):
    ticket = a_ticket(parts, cast, cast.karim)
    clock.instant = MONDAY_NOON + timedelta(minutes=12)
    page = nadia.get(page_of(ticket)).text
    assert "Karim Plomberie has not answered yet." in page
    assert "Subcontractor, for 12 min" in page
    assert "A reminder is sent." in page
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    assert re.search("Karim Plomberie comes mardi 6 mai", nadia.get(page_of(ticket)).text)


def test_the_timeline_tells_everything_oldest_first(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "message.write", cast.karim, {"body": "Le siphon est cassé"})
    page = nadia.get(page_of(ticket)).text
    told = ["creates the ticket", "Request sent to Karim", "Request sent to Lucie", "Le siphon est cassé"]
    assert [page.index(one) for one in told] == sorted(page.index(one) for one in told)
    assert "waiting to leave" in page


def test_the_page_says_who_was_asked_why_and_how_they_stand(nadia, parts, cast, clock):
    """S008"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(
        parts,
        cast,
        ticket,
        "offer.refuse",
        cast.lucie,
        {"reason": "too_far"},
        now=MONDAY_NOON + timedelta(minutes=27),
    )
    page = nadia.get(page_of(ticket)).text
    assert "chosen by the manager" in page
    assert "Refused" in page
    assert "Answered in 27 min" in page
    assert f"http://localhost{ticket.path(cast.karim)}" in page


def test_the_journal_stands_there_with_its_seals(nadia, parts, cast):
    """E8"""
    page = nadia.get(page_of(a_ticket(parts, cast, cast.karim))).text
    assert "offer.send" in page
    assert re.search(r"<code>[0-9a-f]{12}</code>", page)


def test_reading_changes_nothing_and_a_known_state_is_not_sent_again(nadia, parts, cast, clock):
    """G01"""
    ticket = a_ticket(parts, cast, cast.karim)
    before = acts_done(parts.database, cast.organisation)
    tag = nadia.get(page_of(ticket)).headers["ETag"]
    assert nadia.get(page_of(ticket), headers={"If-None-Match": tag}).status_code == 304
    outbox(parts).drain()
    assert nadia.get(page_of(ticket), headers={"If-None-Match": tag}).status_code == 200
    assert acts_done(parts.database, cast.organisation) == before


def test_nadia_writes_to_karim_to_the_customer_and_to_herself(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    address = page_of(ticket)
    lucies = ticket.dispatches[cast.lucie]
    for to, more in (("subcontractor", {"dispatch_id": lucies}), ("customer", {}), ("note", {})):
        sent = fill(nadia, address, "message.write", to=to, body=f"Pour {to}", **more)
        assert (sent.status_code, sent.headers["Location"]) == (303, address)
    with parts.database.read(cast.organisation) as session:
        kept = session.execute(select(Message.body, Message.audience, Message.dispatch_id)).all()
    assert set(kept) == {
        ("Pour subcontractor", Party.SUBCONTRACTOR, lucies),
        ("Pour customer", Party.CUSTOMER, None),
        ("Pour note", None, None),
    }
    page = nadia.get(address).text
    assert "Internal note" in page
    assert "Pour note" not in nadia.get(ticket.path(cast.karim)).text


def test_a_message_brings_its_files_and_they_are_downloaded(nadia, parts, cast):
    """U13 O03"""
    ticket, other = a_ticket(parts, cast, cast.karim), a_ticket(parts, cast, cast.karim)
    sent = fill(
        nadia,
        page_of(ticket),
        "message.write",
        to="subcontractor",
        body="Voici la photo",
        files=(BytesIO(photo()), "évier.jpg"),
    )
    assert sent.status_code == 303
    where = re.search(rf'href="({page_of(ticket)}/files/\d+/[^"]+)"', nadia.get(page_of(ticket)).text)[1]
    got = nadia.get(where)
    assert (got.status_code, got.mimetype) == (200, "image/jpeg")
    assert got.headers["Content-Security-Policy"].startswith("sandbox")
    assert nadia.get(where.replace(ticket.ref, other.ref)).status_code == 404
    assert nadia.get(f"{page_of(ticket)}/files/{10**30}/x.jpg").status_code == 404


def test_a_file_that_cannot_be_taken_is_said_beside_its_field_and_the_text_stays(nadia, parts, cast):
    """U04"""
    ticket = a_ticket(parts, cast, cast.karim)
    program = (BytesIO(b"MZ a program"), "facture.pdf")
    refused = fill(nadia, page_of(ticket), "message.write", to="note", body="Voici", files=program)
    assert refused.status_code == 415
    assert "Voici" in forms_on(refused.text, "message.write")[0]
    assert "message.write" not in acts_done(parts.database, cast.organisation)


def test_nobody_writes_to_a_customer_who_has_no_address(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, customer=Customer(name="Anna Rossi"))
    assert 'value="customer"' not in forms_on(nadia.get(page_of(ticket)).text, "message.write")[0]
    assert fill(nadia, page_of(ticket), "message.write", to="customer", body="Bonjour").status_code == 422


def test_an_empty_message_comes_back_with_what_to_put_right(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    refused = fill(nadia, page_of(ticket), "ticket.cancel", reason="Réparé par le gardien")
    assert refused.status_code == 422
    assert 'href="#ticket-cancel-source-0"' in refused.text
    assert "Réparé par le gardien" in refused.text
    assert "Write your message" in fill(nadia, page_of(ticket), "message.write", to="note").text


def test_nadia_cancels_reopens_and_closes(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    address = page_of(ticket)
    assert fill(nadia, address, "ticket.cancel", source="customer", reason="Déjà réparé").status_code == 303
    assert fill(nadia, address, "ticket.reopen", reason="La fuite revient").status_code == 303
    assert fill(nadia, address, "ticket.close").status_code == 303
    assert acts_done(parts.database, cast.organisation)[-3:] == [
        "ticket.cancel",
        "ticket.reopen",
        "ticket.close",
    ]


def test_the_same_form_sent_twice_is_one_act(nadia, parts, cast):
    """R02"""
    ticket = a_ticket(parts, cast, cast.karim)
    form = forms_on(nadia.get(page_of(ticket)).text, "offer.remind")[0]
    for _tap in range(2):
        assert fill(nadia, page_of(ticket), "offer.remind", form).status_code == 303
    assert acts_done(parts.database, cast.organisation).count("offer.remind") == 1


def test_a_form_of_somebody_else_counts_for_nothing(nadia, parts, cast):
    """G06"""
    ticket = a_ticket(parts, cast, cast.karim)
    forged = fill(
        nadia, page_of(ticket), "ticket.cancel", submission="forged", source="manager", reason="Erreur"
    )
    assert forged.status_code == 400
    assert "Erreur" in forged.text
    assert "ticket.cancel" not in acts_done(parts.database, cast.organisation)


def test_karims_job_is_taken_back_on_his_own_dispatch(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    karims = ticket.dispatches[cast.karim]
    forms = forms_on(nadia.get(page_of(ticket)).text, "offer.recall")
    his = next(form for form in forms if f'value="{karims}"' in form)
    assert fill(nadia, page_of(ticket), "offer.recall", his).status_code == 303
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Dispatch, karims).standing == "recalled"
        assert session.get_one(Dispatch, ticket.dispatches[cast.lucie]).standing == "offered"


def test_a_dispatch_of_another_ticket_is_not_there(nadia, parts, cast):
    """O03"""
    ticket, other = a_ticket(parts, cast, cast.karim), a_ticket(parts, cast, cast.karim)
    strange = fill(nadia, page_of(ticket), "offer.remind", dispatch_id=other.dispatches[cast.karim])
    assert strange.status_code == 404


def test_nadia_proposes_a_date_and_agrees_to_karims(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim, playbook="home-cleaning", customer=None)
    do(parts, cast, ticket, "offer.accept", cast.karim)
    assert fill(nadia, page_of(ticket), "appointment.propose", **TYPED_TUESDAY).status_code == 303
    do(parts, cast, ticket, "appointment.propose", cast.karim, TUESDAY_AT_TWO, submission="karim-proposes")
    agreed = fill(nadia, page_of(ticket), "appointment.agree", slot="1")
    assert agreed.status_code == 303
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, ticket.id).appointment_at is not None


def test_two_managers_change_the_same_ticket(nadia, parts, cast):
    """R08"""
    ticket = a_ticket(parts, cast, cast.karim)
    stale = forms_on(nadia.get(page_of(ticket)).text, "ticket.amend")[0]
    shown = {"title": "Fuite sous évier", "description": "", "access": "2e étage, code 4B21"}
    first = fill(nadia, page_of(ticket), "ticket.amend", **{**shown, "price_cents": "150"})
    assert first.status_code == 303
    second = fill(nadia, page_of(ticket), "ticket.amend", stale, **{**shown, "price_cents": "90,00"})
    assert second.status_code == 409
    assert 'value="90,00"' in second.text
    assert "150.00 EUR" in second.text
    assert "changes the details" in second.text
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, ticket.id).price_cents == 15000
    kept = forms_on(second.text, "ticket.amend")[0]
    assert (
        fill(nadia, page_of(ticket), "ticket.amend", kept, **{**shown, "price_cents": "90"}).status_code
        == 303
    )


def test_what_came_too_late_is_kept_and_can_be_sent_as_a_message(nadia, parts, cast):
    """R07"""
    ticket = a_ticket(parts, cast, cast.karim)
    form = forms_on(nadia.get(page_of(ticket)).text, "ticket.cancel")[0]
    do(parts, cast, ticket, "ticket.close", party=Party.MANAGER)
    late = fill(nadia, page_of(ticket), "ticket.cancel", form, source="manager", reason="Fait par le gardien")
    assert late.status_code == 409
    assert "closes the ticket" in late.text
    assert "Fait par le gardien" in forms_on(late.text, "message.write")[0]


def test_a_message_that_may_not_have_left_is_sent_again_once(nadia, parts, cast):
    """M04 M07"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(cast.organisation) as session:
        text = session.scalars(select(Delivery).where(Delivery.channel == "sms")).one()
        text.state, text.failure = "uncertain", "no answer"
        text_id = text.id
        mail_id = session.scalars(select(Delivery.id).where(Delivery.channel == "email")).first()
    page = nadia.get(page_of(ticket)).text
    assert "perhaps not sent" in page
    assert f'form="again" name="delivery" value="{text_id}"' in page
    csrf = CSRF.search(page)[1]
    for _tap in range(2):
        sent = nadia.post(f"{page_of(ticket)}/again", data={"csrf_token": csrf, "delivery": text_id})
        assert sent.status_code == 303
    with parts.database.read(cast.organisation) as session:
        assert len(session.scalars(select(Delivery).where(Delivery.channel == "sms")).all()) == 2
    assert "Sent again." in nadia.get(page_of(ticket)).text
    well = nadia.post(f"{page_of(ticket)}/again", data={"csrf_token": csrf, "delivery": mail_id})
    assert well.status_code == 404


def test_another_organisation_finds_nothing(phone, parts, cast):
    """O01"""
    ticket = a_ticket(parts, cast, cast.karim)
    sign_in(phone, parts, cast.igor)
    for below in ("", "/ticket.cancel", "/offer.send", "/files/1/x.jpg"):
        answer = phone.get(f"/tickets/{ticket.ref}{below}")
        assert answer.status_code == 404
        assert "Karim" not in answer.text
    csrf = CSRF.search(phone.get("/").text)[1]
    for below in ("/acts/ticket.close", "/acts/offer.send", "/again"):
        assert phone.post(f"/tickets/{ticket.ref}{below}", data={"csrf_token": csrf}).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ACCOUNTANT])
def test_who_only_reads_sees_all_but_the_forms_and_the_links(phone, parts, cast, role):
    """O02"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(cast.organisation) as rows:
        rows.execute(update(User).where(User.id == cast.paul).values(role=role))
    sign_in(phone, parts, cast.paul)
    page = phone.get(page_of(ticket)).text
    assert "Karim Plomberie" in page
    assert "data-act" not in page
    assert "/l/" not in page
    assert "Ask companies" not in page
    csrf = CSRF.search(page)[1]
    for below in ("/acts/ticket.close", "/acts/offer.send", "/again"):
        assert phone.post(f"{page_of(ticket)}{below}", data={"csrf_token": csrf}).status_code == 403
    assert phone.get(f"{page_of(ticket)}/ticket.cancel").status_code == 403


def test_acts_of_other_parties_have_no_form_here(nadia, parts, cast):
    ticket = a_ticket(parts, cast, cast.karim)
    assert nadia.get(f"{page_of(ticket)}/offer.accept").status_code == 404
    assert nadia.get(f"{page_of(ticket)}/nonsense").status_code == 404
    assert "This is not possible at this step" in nadia.get(f"{page_of(ticket)}/ticket.reopen").text
    assert forms_on(nadia.get(f"{page_of(ticket)}/ticket.cancel").text, "ticket.cancel")


def test_what_people_typed_is_shown_as_text(nadia, parts, cast):
    """X01"""
    ticket = a_ticket(parts, cast, cast.karim, title="<script>alert(1)</script>")
    do(parts, cast, ticket, "message.write", cast.karim, {"body": "<img src=x>{{7*7}}"})
    page = nadia.get(page_of(ticket)).text
    assert "<script>alert" not in page
    assert "&lt;img src=x&gt;{{7*7}}" in page


def test_nobody_is_sent_to_correct_a_form_that_is_too_late(nadia, parts, cast):
    """R07"""
    ticket = a_ticket(parts, cast, cast.karim)
    path = page_of(ticket)
    field = forms_on(nadia.get(f"{path}/ticket.cancel").text, "ticket.cancel")
    do(parts, cast, ticket, "ticket.close", party=Party.MANAGER)

    late = fill(nadia, path, "ticket.cancel", field[0], source="nobody", reason="Réparé par le voisin.")

    assert late.status_code == 409
    assert "Réparé par le voisin." in late.text
