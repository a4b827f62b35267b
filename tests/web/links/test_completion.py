"""The end of a job through the links: the report, the signature, the technician, the days to declare."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from fieldtickets.desk import dispatch_to
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Attachment, Delivery, Event, EventPayload, Link, Ticket, TodoTask
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do, sent
from tests.conftest import sqlite_copy
from tests.pictures import PDF, photo
from tests.web.links.forms import fill, forms_on, path_of_anna

VISIT = MONDAY_NOON + timedelta(days=1, hours=2)
HAND = json.dumps([[[100, 100, 0], [180, 60, 40], [260, 140, 90]], [[300, 90, 300], [420, 110, 380]]])
DRAWN = 'd="M100 100L180 60L260 140M300 90L420 110"'


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def rounds(parts, clock):
    return Rounds(parts.database, parts.links, clock.now)


def a_job(parts, cast, clock, playbook="syndic"):
    """Karim has the job, and the hour of the visit has struck."""
    job = a_ticket(parts, cast, cast.karim, playbook=playbook)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    clock.instant = VISIT + timedelta(hours=1)
    return job


def phase_of(database, job):
    with database.read(EVERYONE) as session:
        return session.get_one(Ticket, job.id).phase


def tasks(database):
    with database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


def told(database, act, address):
    with database.read(EVERYONE) as session:
        owed = select(Delivery).where(Delivery.act == act, Delivery.address == address)
        return session.scalars(owed).all()


def technician(parts, job):
    with parts.database.read(EVERYONE) as session:
        link = session.scalars(
            select(Link).where(
                Link.ticket_id == job.id, Link.party == Party.DELEGATE, Link.revoked_at.is_(None)
            )
        ).one()
        return f"/l/{parts.links.token(link.id, link.key_fingerprint)}"


def test_karim_reports_with_photos_and_his_invoice_and_nadia_has_something_to_check(
    phone, parts, cast, database, clock
):
    """S092 S094 S098 S099 S100 U11"""
    job = a_job(parts, cast, clock)
    sent = fill(
        phone,
        job.path(cast.karim),
        "completion.submit",
        done="Siphon changé, plus de fuite.",
        minutes="45",
        photos_before=(BytesIO(photo()), "avant.jpg"),
        photos=(BytesIO(photo("HEIF")), "apres.heic"),
        invoice_file=(BytesIO(PDF), "facture.pdf"),
    )

    assert sent.status_code == 303
    assert phase_of(database, job) is Phase.DONE
    assert tasks(database) == [Task.REPORT]
    with database.read(EVERYONE) as session:
        files = session.scalars(select(Attachment).order_by(Attachment.place)).all()
    assert [file.field for file in files] == ["photos_before", "photos", "invoice_file"]
    page = phone.get(job.path(cast.karim)).text
    assert "Siphon changé, plus de fuite." in page
    assert "45" in page
    assert "apres" in page
    shown = phone.get(f"{job.path(cast.karim)}/files/{files[1].id}/{files[1].name}?size=thumb")
    assert Image.open(BytesIO(shown.data)).format in ("JPEG", "WEBP")


def test_a_report_without_a_word_is_not_taken(phone, parts, cast, database, clock):
    """S099 R07"""
    job = a_job(parts, cast, clock)
    sent = fill(phone, job.path(cast.karim), "completion.submit", minutes="45")

    assert sent.status_code == 422
    assert 'value="45"' in sent.text
    assert phase_of(database, job) is Phase.ASSIGNED


def test_a_report_before_the_visit_comes_too_early_and_leaves_nothing(phone, parts, cast, database, clock):
    """R10"""
    job = a_job(parts, cast, clock)
    field = forms_on(phone.get(f"{job.path(cast.karim)}/completion.submit").text)["completion.submit"]
    clock.instant = VISIT - timedelta(hours=3)
    early = phone.post(
        f"{job.path(cast.karim)}/completion.submit", data={"submission": field, "done": "Déjà fini"}
    )

    assert early.status_code == 409
    assert "Déjà fini" in early.text
    assert acts_done(database, cast.organisation)[-1] == "offer.accept"


def test_the_customers_hand_is_kept_as_strokes_and_drawn_for_both_sides(phone, parts, cast, database, clock):
    """S092 S093 S095 S096 E07"""
    job = a_job(parts, cast, clock, "marketplace")
    path = job.path(cast.karim)
    assert "confirms that the work was done as wished" in phone.get(f"{path}/completion.submit").text
    answer = {"done": "Fini", "payment": "paid", "signer_name": "Anna Rossi"}

    empty = fill(phone, path, "completion.submit", **answer, signature="[]")
    dot = fill(phone, path, "completion.submit", **answer, signature="[[[10,10]]]")
    signed = fill(phone, path, "completion.submit", **answer, signature=HAND)

    assert (empty.status_code, dot.status_code, signed.status_code) == (422, 422, 303)
    assert DRAWN in phone.get(path).text
    assert DRAWN in phone.get(path_of_anna(parts, job)).text
    assert tasks(database) == []
    for owed in told(database, "completion.submit", "nadia@lavigne.example"):
        assert "signature" not in owed.words["answer"]


def test_anna_signs_from_afar_when_she_was_not_there(phone, parts, cast, database, clock):
    """S092 S096"""
    job = a_job(parts, cast, clock, "marketplace")
    anna = path_of_anna(parts, job)
    assert (
        fill(
            phone,
            job.path(cast.karim),
            "completion.submit",
            done="Fini",
            payment="online",
            no_signature_reason="Absente",
        ).status_code
        == 303
    )
    assert tasks(database) == [Task.REPORT]
    asked = phone.get(anna).text
    assert "completion.sign" in forms_on(asked)
    assert "Absente" not in asked

    assert fill(phone, anna, "completion.sign", signer_name="Anna Rossi").status_code == 422
    assert fill(phone, anna, "completion.sign", signer_name="Anna Rossi", signature=HAND).status_code == 303

    assert tasks(database) == []
    assert "completion.sign" not in forms_on(phone.get(anna).text)


def test_what_comes_back_is_asked_for_again(phone, parts, cast, database, clock):
    """S098 S099"""
    job = a_job(parts, cast, clock)
    fill(phone, job.path(cast.karim), "completion.submit", done="Fini")
    clock.instant += timedelta(minutes=5)
    do(
        parts,
        cast,
        job,
        "completion.return",
        answer={"comment": "Il manque la photo"},
        party=Party.MANAGER,
        now=clock.instant,
    )

    assert phase_of(database, job) is Phase.ASSIGNED
    assert tasks(database) == []
    page = phone.get(job.path(cast.karim)).text
    assert "completion.submit" in forms_on(page)
    assert "Il manque la photo" in page
    assert "Il manque la photo" not in phone.get(path_of_anna(parts, job)).text


def test_the_technicians_link_gives_access_and_instructions_and_no_prices(
    phone, parts, cast, database, clock
):
    """S054 L09 O08"""
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    assert fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01").status_code == 303
    assert len(told(database, "delegate.create", "+33639980001")) == 1
    sofiane = technician(parts, job)
    page = phone.get(sofiane).text

    assert all(words in page for words in ("4B21", "18 rue Jeanne", "Anna Rossi", "Sofiane"))
    assert "120" not in page.split("<main")[1]
    assert "invoice_file" not in page
    assert phone.get(f"{sofiane}/delegate.create").status_code == 404
    assert phone.get(f"{sofiane}/offer.withdraw").status_code == 404
    fill(phone, sofiane, "completion.submit", done="Réparé", photos=(BytesIO(photo()), "apres.jpg"))
    assert phase_of(database, job) is Phase.DONE
    at_karims = phone.get(karim).text
    assert "Sofiane" in at_karims
    assert "apres.jpg" in at_karims


def test_the_company_takes_the_technicians_link_back_and_keeps_its_own(phone, parts, cast, clock):
    """L09"""
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    sofiane = technician(parts, job)

    assert fill(phone, karim, "delegate.revoke").status_code == 303

    assert phone.get(sofiane).status_code == 410
    assert phone.get(karim).status_code == 200


def test_the_companys_invoice_is_hidden_from_its_technician(phone, parts, cast, database, clock):
    """O08"""
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    fill(phone, karim, "completion.submit", done="Fini", invoice_file=(BytesIO(PDF), "facture.pdf"))
    with database.read(EVERYONE) as session:
        file_id = session.scalars(select(Attachment.id)).one()

    assert phone.get(f"{karim}/files/{file_id}/facture.pdf").status_code == 200
    assert phone.get(f"{technician(parts, job)}/files/{file_id}/facture.pdf").status_code == 404


def test_a_technician_of_a_company_that_lost_the_job_learns_no_more(phone, parts, cast, clock):
    """O08 O14"""
    job = a_job(parts, cast, clock)
    fill(phone, job.path(cast.karim), "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    sofiane = technician(parts, job)
    do(parts, cast, job, "offer.recall", cast.karim, party=Party.MANAGER, now=clock.instant)
    page = phone.get(sofiane).text

    assert not [word for word in ("Rossi", "4B21", "18 rue Jeanne") if word in page]
    assert "completion.submit" not in forms_on(page)


def test_silence_after_the_visit_is_asked_about_twice_and_then_the_manager(
    parts, cast, database, clock, rounds
):
    """S098"""
    a_job(parts, cast, clock)
    for hours in (4, 24, 48):
        clock.instant = VISIT + timedelta(hours=hours)
        rounds.run()

    assert acts_done(database, cast.organisation).count("completion.ask") == 3
    assert len(told(database, "completion.ask", "+33612345678")) == 2
    assert Task.REPORT in tasks(database)


def test_the_fifth_day_cancels_the_billing_until_nadia_makes_an_exception(
    phone, parts, cast, database, clock, rounds
):
    """S104 S105 S106"""
    job = a_job(parts, cast, clock, "home-cleaning")
    clock.instant = VISIT + timedelta(days=5)
    rounds.run()
    assert phase_of(database, job) is Phase.CLOSED
    assert phone.get(f"{job.path(cast.karim)}/completion.submit").status_code == 200
    assert "completion.submit" not in forms_on(phone.get(f"{job.path(cast.karim)}/completion.submit").text)

    clock.instant += timedelta(hours=1)
    do(
        parts,
        cast,
        job,
        "completion.except",
        answer={"reason": "Téléphone volé", "customer_agreed": True},
        party=Party.MANAGER,
        now=clock.instant,
    )
    assert fill(phone, job.path(cast.karim), "completion.submit", done="Ménage fait").status_code == 303
    assert phase_of(database, job) is Phase.DONE


def test_the_strokes_are_sealed_with_the_answer_that_they_came_with(phone, parts, cast, database, clock):
    """S092 E06"""
    job = a_job(parts, cast, clock, "marketplace")
    fill(
        phone,
        job.path(cast.karim),
        "completion.submit",
        done="Fini",
        payment="paid",
        signer_name="Anna Rossi",
        signature=HAND,
    )
    with database.read(EVERYONE) as session:
        sealed = select(EventPayload.content).join(Event, Event.id == EventPayload.event_id)
        content = session.scalars(sealed.where(Event.act == "completion.submit")).one()
    assert content["answer"]["signature"] == json.loads(HAND)


def test_a_technicians_link_that_has_ended_is_renewed_to_the_same_person(phone, parts, cast, database, clock):
    """L08"""
    job = a_job(parts, cast, clock)
    fill(phone, job.path(cast.karim), "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    sofiane = technician(parts, job)
    clock.instant += timedelta(days=100)
    dead = phone.get(sofiane)
    assert dead.status_code == 410

    phone.post(f"{sofiane}/link.renew", data={"submission": forms_on(dead.text)["link.renew"]})

    assert len(told(database, "link.renew", "+33639980001")) == 1
    fresh = technician(parts, job)
    assert fresh != sofiane
    assert "Sofiane" in phone.get(fresh).text


def test_a_technician_whose_link_was_taken_back_gets_no_new_one(phone, parts, cast, database, clock):
    """L08 L09"""
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    sofiane = technician(parts, job)
    fill(phone, karim, "delegate.revoke")

    assert "link.renew" not in forms_on(phone.get(sofiane).text)
    phone.post(f"{sofiane}/link.renew", data={"submission": "x"})
    assert told(database, "link.renew", "+33639980001") == []


def test_the_technicians_paper_has_no_price_either(phone, parts, cast, clock, monkeypatch):
    """S054 O08"""
    monkeypatch.setattr("fieldtickets.web.links.downloads.render_pdf", str.encode)
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01")

    assert "120.00" in phone.get(f"{karim}/order.pdf").text.replace(",", ".")
    paper = phone.get(f"{technician(parts, job)}/order.pdf").text
    assert "18 rue Jeanne" in paper
    assert "120.00" not in paper.replace(",", ".")


def test_a_company_reads_what_its_technician_wrote_and_the_technician_nothing_of_its_own_thread(
    phone, parts, cast, clock
):
    """S050 O08"""
    job = a_job(parts, cast, clock)
    karim = job.path(cast.karim)
    fill(phone, karim, "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    sofiane = technician(parts, job)
    fill(phone, sofiane, "message.write", body="La vanne est grippée.", files=(BytesIO(photo()), "vanne.jpg"))
    fill(phone, karim, "message.write", body="Comptez 80 euros de plus.")
    theirs = {"to": "subcontractor", "body": "D'accord pour 80 euros."}
    do(parts, cast, job, "message.write", cast.karim, theirs, party=Party.MANAGER, now=clock.instant)

    page = phone.get(karim).text
    assert "La vanne est grippée." in page
    assert "vanne.jpg" in page
    assert "80 euros" not in phone.get(sofiane).text
    assert "La vanne est grippée." in phone.get(sofiane).text


def test_another_company_reads_nothing_of_the_technician(phone, parts, cast, clock):
    """O08"""
    job = a_job(parts, cast, clock)
    fill(phone, job.path(cast.karim), "delegate.create", name="Sofiane", phone="06 39 98 00 01")
    fill(phone, technician(parts, job), "message.write", body="La vanne est grippée.")
    do(parts, cast, job, "offer.recall", cast.karim, party=Party.MANAGER, now=clock.instant)
    with parts.database.begin(cast.organisation) as session:
        dispatch_to(session, parts.links, job.id, [cast.lucie], cast.manager, clock.instant)
    lucie = sent(parts, cast.organisation, job.id).path(cast.lucie)

    assert "La vanne est grippée." not in phone.get(lucie).text
