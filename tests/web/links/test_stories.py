"""What Karim, Lucie and Anna see of a job on its way: who learns what, and the thread at every stage."""

import re
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Ticket
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, TYPED_TUESDAY, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import fill, forms_on, path_of_anna

PRIVATE = ("Rossi", "33639980000", "06 39 98 00 00", "Jeanne", "4B21")
STAGES = {
    "offered": [],
    "refused": [("offer.refuse", {"reason": "no_time"}, Party.SUBCONTRACTOR)],
    "assigned": [("offer.accept", TUESDAY_AT_TWO, Party.SUBCONTRACTOR)],
    "recalled": [("offer.recall", {}, Party.MANAGER)],
    "cancelled": [("ticket.cancel", {"source": "manager", "reason": "x"}, Party.MANAGER)],
    "closed": [("ticket.close", {}, Party.MANAGER)],
}


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def job(parts, cast):
    return a_ticket(parts, cast, cast.karim, cast.lucie)


def everything_said_to(phone, path, database, *addresses):
    """All pages of a link and all messages owed to its holder."""
    pages = [
        phone.get(f"{path}{tail}").text for tail in ("", "/offer.accept", "/offer.stand_by", "/message.write")
    ]
    with database.read(EVERYONE) as session:
        owed = session.scalars(select(Delivery).where(Delivery.address.in_(addresses))).all()
    return " ".join([*pages, *(repr(one.words) for one in owed)])


def test_who_is_only_asked_learns_the_town_and_the_winner_everything(phone, parts, cast, database):
    """O14 S013 S002 S011 S019 S024"""
    job = a_ticket(parts, cast, cast.karim, cast.lucie, playbook="marketplace")
    karim, lucie = job.path(cast.karim), job.path(cast.lucie)
    asked = everything_said_to(phone, karim, database, "+33612345678", "karim@plomberie.example")
    assert "69003 Lyon" in asked
    assert not [word for word in PRIVATE if word in asked]

    assert fill(phone, karim, "offer.accept").status_code == 303

    won = phone.get(karim).text
    assert all(word in won for word in ("Anna Rossi", "33639980000", "18 rue Jeanne", "4B21"))
    lost = everything_said_to(phone, lucie, database, "+33612345679", "lucie@chauffage.example")
    assert not [word for word in PRIVATE if word in lost]


def test_the_loser_never_sees_who_won_nor_what_is_said_there(phone, parts, cast, job, database):
    """O08 S006"""
    karim, lucie = job.path(cast.karim), job.path(cast.lucie)
    fill(phone, karim, "offer.accept", comment="Je viens avec Momo", **TYPED_TUESDAY)
    fill(phone, karim, "message.write", body="Le secret de Karim")
    to_karim = {"to": "subcontractor", "body": "La réponse à Karim"}
    do(parts, cast, job, "message.write", cast.karim, to_karim, party=Party.MANAGER)
    do(parts, cast, job, "message.write", answer={"to": "note", "body": "Entre nous"}, party=Party.MANAGER)
    fill(phone, lucie, "message.write", body="Le mot de Lucie")

    lost = everything_said_to(phone, lucie, database, "+33612345679", "lucie@chauffage.example")
    won = phone.get(karim).text

    for words in ("Karim", "Momo", "secret", "La réponse", "Entre nous", "mardi 6 mai"):
        assert words not in lost, words
    assert "Le mot de Lucie" in lost
    assert "Le secret de Karim" in won
    assert "La réponse à Karim" in won
    assert not [words for words in ("Entre nous", "Lucie") if words in won]


@pytest.mark.parametrize("stage", STAGES)
def test_karim_and_nadia_write_to_each_other_at_every_stage(phone, parts, cast, database, stage):
    """S049 S050 S051 S052 S053 S054"""
    job = a_ticket(parts, cast, cast.karim)
    path = job.path(cast.karim)
    for act, answer, party in STAGES[stage]:
        do(parts, cast, job, act, cast.karim, answer, party=party)

    assert fill(phone, path, "message.write", body="Une question").status_code == 303
    with database.read(EVERYONE) as session:
        alert = select(Delivery.address).where(
            Delivery.act == "message.write", Delivery.party == Party.MANAGER
        )
        assert session.scalars(alert).all() == ["nadia@lavigne.example"]
    reply = {"to": "subcontractor", "body": "Une réponse"}
    do(parts, cast, job, "message.write", cast.karim, reply, party=Party.MANAGER)

    page = phone.get(path).text
    assert page.index("Une question") < page.index("Une réponse")
    assert "message.write" in forms_on(page)
    with database.read(EVERYONE) as session:
        told = select(Delivery.address).where(
            Delivery.act == "message.write", Delivery.party == Party.SUBCONTRACTOR
        )
        assert sorted(session.scalars(told)) == ["+33612345678", "karim@plomberie.example"]


def test_after_answering_the_job_can_be_opened_again_with_its_calendar_and_its_order(
    phone, parts, cast, job, database
):
    """S041 S037 S038 S040 X04"""
    path = job.path(cast.karim)
    assert phone.get(f"{path}/appointment.ics").status_code == 404
    fill(phone, path, "offer.accept", comment="Avec Momo", **TYPED_TUESDAY)
    page = phone.get(path).text

    assert all(words in page for words in ("It is sent", "Avec Momo", "Fuite sous évier", "order.pdf"))
    entry = phone.get(f"{path}/appointment.ics")
    assert entry.mimetype == "text/calendar"
    (event,) = icalendar.Calendar.from_ical(entry.data).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2031-05-06T14:00:00+02:00"
    assert str(event["url"]) == f"http://localhost{path}"
    with database.read(EVERYONE) as session:
        assert event["sequence"] == session.scalars(select(Ticket.version)).one()
    paper = phone.get(f"{path}/order.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert "attachment" in paper.headers["Content-Disposition"]
    assert paper.data.startswith(b"%PDF-")
    lucie = job.path(cast.lucie)
    assert {phone.get(f"{lucie}/{one}").status_code for one in ("appointment.ics", "order.pdf")} == {404}


def test_a_new_hour_with_the_customers_agreement_counts_at_once(phone, parts, cast, job, database):
    """S046 S047 S031 S042"""
    path = job.path(cast.karim)
    fill(phone, path, "offer.accept", **TYPED_TUESDAY)
    later = {"date": "2031-05-07", "time": "09:00"}

    assert fill(phone, path, "appointment.propose", agreed_with_customer="y", **later).status_code == 303

    assert re.search("You come mercredi 7 mai \\w+ 9\u00a0h", phone.get(path).text)
    with database.read(EVERYONE) as session:
        told = select(Delivery.address).where(
            Delivery.act == "appointment.propose", Delivery.party == Party.CUSTOMER, Delivery.channel == "sms"
        )
        assert session.scalars(told).all() == ["+33639980000"]


def test_who_cannot_come_gives_the_job_back_and_the_next_is_asked(phone, parts, cast, job, database):
    """S021 S022 S023"""
    karim, lucie = job.path(cast.karim), job.path(cast.lucie)
    fill(phone, karim, "offer.accept", **TYPED_TUESDAY)
    fill(phone, lucie, "offer.stand_by")

    incomplete = fill(phone, karim, "offer.withdraw", reason="expertise")
    done = fill(phone, karim, "offer.withdraw", reason="expertise", told_customer="no")

    assert (incomplete.status_code, done.status_code) == (422, 303)
    assert not [word for word in PRIVATE if word in phone.get(karim).text]
    assert "offer.accept" in forms_on(phone.get(lucie).text)
    assert acts_done(database, cast.organisation)[-2:] == ["offer.withdraw", "offer.send"]
    assert fill(phone, lucie, "offer.accept", **TYPED_TUESDAY).status_code == 303


def test_the_page_speaks_the_language_that_is_asked_for_and_keeps_it(phone, parts, cast, job):
    """S018"""
    path = job.path(cast.karim)
    page = phone.get(f"{path}?lang=de").text

    assert '<html lang="de">' in page
    assert f'action="{path}/offer.accept?lang=de"' in page
    assert '<html lang="fr">' in phone.get(f"{path}?lang=xx").text
    assert MONDAY_NOON.isoformat() in phone.get(path).text


NIGHT = MONDAY_NOON + timedelta(hours=12)
WEDNESDAY = {"date": TUESDAY_AT_TWO["date"] + timedelta(days=1), "time": TUESDAY_AT_TWO["time"]}
CANCELLED = ("ticket.cancel", None, {"source": "manager", "reason": "x"}, Party.MANAGER)
OVERTAKES_KARIM = {
    "taken back": [("offer.recall", "karim", {}, Party.MANAGER)],
    "cancelled": [CANCELLED],
    "closed": [("ticket.close", None, {}, Party.MANAGER)],
    "opened again": [CANCELLED, ("ticket.reopen", None, {"reason": "x"}, Party.MANAGER)],
    "another date is proposed": [("appointment.propose", None, WEDNESDAY, Party.CUSTOMER)],
}
OVERTAKES_ANNA = {
    "the company gives it back": [
        ("offer.withdraw", "karim", {"reason": "no_time", "told_customer": "yes"}, Party.SUBCONTRACTOR)
    ],
    "cancelled": [CANCELLED],
    "closed": [("ticket.close", None, {}, Party.MANAGER)],
    "opened again": [CANCELLED, ("ticket.reopen", None, {"reason": "x"}, Party.MANAGER)],
    "another date": [
        ("appointment.propose", "karim", {**WEDNESDAY, "agreed_with_customer": True}, Party.SUBCONTRACTOR)
    ],
}


def let_happen(parts, cast, job, what):
    for number, (act, who, answer, party) in enumerate(what):
        company = getattr(cast, who) if who else None
        do(parts, cast, job, act, company, answer, party=party, now=NIGHT, submission=f"{act}-{number}")


@pytest.mark.parametrize("what", OVERTAKES_KARIM)
def test_the_receipt_of_who_accepted_goes_once_it_is_not_true_any_more(phone, parts, cast, job, clock, what):
    """S040 S041 L19"""
    path = job.path(cast.karim)
    fill(phone, path, "offer.accept", **TYPED_TUESDAY)
    assert "The job is yours" in phone.get(path).text

    clock.instant = NIGHT
    let_happen(parts, cast, job, OVERTAKES_KARIM[what])

    page = phone.get(path).text
    assert "It is sent" not in page
    assert "The job is yours" not in page


def test_the_receipt_of_who_refused_goes_once_another_has_the_job(phone, parts, cast, job, clock):
    """S040 S006 O08"""
    path = job.path(cast.karim)
    fill(phone, path, "offer.refuse", reason="no_time")
    do(parts, cast, job, "message.write", answer={"to": "note", "body": "Dommage"}, party=Party.MANAGER)
    assert "It is sent" in phone.get(path).text  # what is told to nobody changes nothing

    clock.instant = NIGHT
    do(parts, cast, job, "offer.accept", cast.lucie, TUESDAY_AT_TWO, now=NIGHT)

    page = phone.get(path).text
    assert "It is sent" not in page
    assert "Another company has the job" in page


@pytest.mark.parametrize("act", ["appointment.propose", "message.write"])
@pytest.mark.parametrize("what", OVERTAKES_ANNA)
def test_the_customers_receipt_goes_once_it_is_not_true_any_more(phone, parts, cast, job, clock, act, what):
    """S040 S041 S047"""
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    path = path_of_anna(parts, job)
    typed = {"body": "Je suis là", "date": "2031-05-08", "time": "09:00"}
    fill(phone, path, act, **typed)
    assert "It is sent" in phone.get(path).text

    clock.instant = NIGHT
    let_happen(parts, cast, job, OVERTAKES_ANNA[what])

    assert "It is sent" not in phone.get(path).text


def test_a_date_agreed_by_word_of_mouth_is_not_said_to_wait(phone, cast, job):
    """S040 S046"""
    path = job.path(cast.karim)
    fill(phone, path, "offer.accept", **TYPED_TUESDAY)
    later = {"date": "2031-05-07", "time": "09:00"}

    fill(phone, path, "appointment.propose", agreed_with_customer="y", **later)
    assert "The date is agreed. Everybody is told." in phone.get(path).text

    fill(phone, path, "appointment.propose", **later)
    assert "We pass it on." in phone.get(path).text
