"""Answers that come twice, too late, out of turn or in a strange shape: what counts, and what is told."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from fieldtickets.domain.acts import Weight
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Link, Message
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, TYPED_TUESDAY, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.pictures import photo
from tests.web.links.forms import fill, forms_on, path_of_anna, send

# What each party may do through its link where the job stands; writing is open to all, always. The exchanges
# of a visit under way have tests of their own.
CORE = ("offer", "appointment", "document", "invoice", "ticket", "customer", "link", "message")
PAPERS = {"document.submit", "invoice.submit"}
KARIM_MAY = {
    "offered": {"offer.accept", "offer.refuse"},
    "refused": {"offer.accept"},
    "assigned": {"offer.withdraw", "appointment.propose", *PAPERS},
    "proposed by the customer": {"offer.withdraw", "appointment.propose", "appointment.agree", *PAPERS},
    "lost": {"offer.stand_by"},
    "stand-by": set(),
    "given back": set(),
    "recalled": set(),
    "cancelled": {"document.submit"},
    "closed": {"document.submit"},
}
ANNA_MAY = {
    "assigned": {"appointment.propose", "ticket.cancel"},
    "proposed by karim": {"appointment.propose", "appointment.agree", "ticket.cancel"},
    "cancelled": set(),
    "closed": set(),
}
ANSWERS = {
    "offer.accept": TYPED_TUESDAY,
    "offer.refuse": {"reason": "no_time"},
    "offer.withdraw": {"reason": "no_time", "told_customer": "yes"},
    "appointment.propose": {"date": "2031-05-07", "time": "09:00"},
    "appointment.agree": {"slot": "1"},
    "ticket.cancel": {"source": "customer", "reason": "Réparé"},
    "message.write": {"body": "Bonjour"},
    "document.submit": {"kind": "insurance", "expires_on": "2031-08-31"},
    "invoice.submit": {
        "number": "F-42",
        "date": "2031-05-05",
        "total_net": "100",
        "total_vat": "20",
        "total_gross": "120",
    },
}
WEDNESDAY = {"date": TUESDAY_AT_TWO["date"] + timedelta(days=1), "time": TUESDAY_AT_TWO["time"]}
WON = ("offer.accept", "karim", TUESDAY_AT_TWO, Party.SUBCONTRACTOR)
LOST = ("offer.accept", "lucie", TUESDAY_AT_TWO, Party.SUBCONTRACTOR)
GIVEN_BACK = {"reason": "no_time", "told_customer": "no"}
LEADS_TO = {
    "refused": [("offer.refuse", "karim", {"reason": "no_time"}, Party.SUBCONTRACTOR)],
    "proposed by the customer": [("appointment.propose", "", WEDNESDAY, Party.CUSTOMER)],
    "proposed by karim": [("appointment.propose", "karim", WEDNESDAY, Party.SUBCONTRACTOR)],
    "lost": [LOST],
    "stand-by": [LOST, ("offer.stand_by", "karim", {}, Party.SUBCONTRACTOR)],
    "given back": [("offer.withdraw", "karim", GIVEN_BACK, Party.SUBCONTRACTOR)],
    "recalled": [("offer.recall", "karim", {}, Party.MANAGER)],
    "cancelled": [("ticket.cancel", "", {"source": "manager", "reason": "x"}, Party.MANAGER)],
    "closed": [("ticket.close", "", {}, Party.MANAGER)],
}


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def job(parts, cast):
    return a_ticket(parts, cast, cast.karim, cast.lucie)


@pytest.fixture
def path(job, cast):
    return job.path(cast.karim)


def bring_to(state, parts, cast, job):
    """Let happen what leads to a state, seen from Karim."""

    taken = state not in ("offered", "refused", "lost", "stand-by")
    for name, who, answer, party in [*([WON] if taken else []), *LEADS_TO.get(state, [])]:
        subcontractor = {"karim": cast.karim, "lucie": cast.lucie}.get(who)
        do(parts, cast, job, name, subcontractor, answer, party=party)


def acts_on(page, path):
    """The acts that a page has a form for, or leads to."""
    names = set(forms_on(page)) | set(re.findall(rf'href="{path}/(\w+\.\w+)"', page))
    return {name for name in names if name in ACTS}


def core(names):
    return {name for name in names if ACTS[name].exchange in CORE}


def out_of_turn(phone, parts, holder, path, party, allowed, database, organisation):
    """Try every act that is not open now; none may leave more than the trace that an exchange wants."""
    for act in ACTS.values():
        if act.name in allowed or act.name in ("message.write", "link.renew"):
            continue
        before = acts_done(database, organisation)
        field = parts.links.form_field(holder, act.name, 1)
        answer = send(phone, path, act.name, field, **ANSWERS.get(act.name, {}))

        mine = party in act.by and act.weight is not Weight.SILENT
        # an answer to a list of slots that is empty by now is put right before it is too late
        assert answer.status_code in ((409, 422) if mine else (404,)), act.name
        assert acts_done(database, organisation)[len(before) :] in ([], ["offer.come_late"]), act.name
        assert (phone.get(f"{path}/{act.name}").status_code) == (200 if mine else 404)


@pytest.mark.parametrize("state", KARIM_MAY)
def test_karim_is_offered_what_is_open_and_nothing_else_works(phone, parts, cast, job, path, state):
    """R09 R10 R12 L19"""
    bring_to(state, parts, cast, job)
    page = phone.get(path).text
    shown = acts_on(page, path)
    assert core(shown) == KARIM_MAY[state] | {"message.write"}
    holder = f"link:{job.link_ids[cast.karim]}"
    out_of_turn(phone, parts, holder, path, Party.SUBCONTRACTOR, shown, parts.database, cast.organisation)
    for act in sorted(KARIM_MAY[state]):
        if phone.get(f"{path}/{act}").text.count(f'data-act="{act}"'):
            files = {"file": (BytesIO(photo()), "photo.jpg")} if act in PAPERS else {}
            assert fill(phone, path, act, **ANSWERS.get(act, {}), **files).status_code == 303, act


@pytest.mark.parametrize("state", ANNA_MAY)
def test_anna_is_offered_what_is_open_and_nothing_else_works(phone, parts, cast, job, state):
    """R09 R10 S042 S047"""
    bring_to(state, parts, cast, job)
    path = path_of_anna(parts, job)
    page = phone.get(path).text
    shown = acts_on(page, path)

    assert core(shown) == ANNA_MAY[state] | {"message.write"}
    with parts.database.read(EVERYONE) as session:
        link_id = session.scalars(select(Link.id).where(Link.party == Party.CUSTOMER)).one()
    out_of_turn(
        phone,
        parts,
        f"link:{link_id}",
        path,
        Party.CUSTOMER,
        shown,
        parts.database,
        cast.organisation,
    )


def test_a_late_acceptance_is_told_so_and_leaves_one_trace(phone, parts, cast, job, path, database):
    """R03 R02 S006"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    do(parts, cast, job, "offer.accept", cast.lucie, TUESDAY_AT_TWO)

    late = [
        send(phone, path, "offer.accept", field, comment="J'y vais", **TYPED_TUESDAY) for _tap in range(2)
    ]

    assert [answer.status_code for answer in late] == [409, 409]
    assert re.search(r"Given to another company at 12\s?h", late[0].text)
    assert "J&#39;y vais" in late[0].text
    assert acts_done(database, cast.organisation).count("offer.come_late") == 1


def test_what_was_typed_into_an_overtaken_form_can_be_sent_as_a_message(
    phone, parts, cast, job, path, database
):
    """R07 S051"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    do(parts, cast, job, "offer.recall", cast.karim, party=Party.MANAGER)

    conflict = send(phone, path, "offer.accept", field, comment="Je peux dès 8 h", **TYPED_TUESDAY)

    assert conflict.status_code == 409
    assert "This offer was withdrawn." in conflict.text
    assert "Send as a message" in conflict.text
    kept = re.search(r"<textarea[^>]*>([^<]*)</textarea>", conflict.text)[1]
    assert "Je peux dès 8 h" in kept
    field = forms_on(conflict.text)["message.write"]
    assert send(phone, path, "message.write", field, body=kept).status_code == 303
    with database.read(EVERYONE) as session:
        assert "Je peux dès 8 h" in session.scalars(select(Message.body)).one()


def test_the_second_content_of_a_form_is_shown_and_only_the_first_is_told(phone, path, database):
    """R04"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    send(phone, path, "offer.accept", field, **TYPED_TUESDAY)
    with database.read(EVERYONE) as session:
        told = len(session.scalars(select(Delivery.id)).all())

    other = send(phone, path, "offer.accept", field, date="2031-05-08", time="10:00")

    assert other.status_code == 422
    assert "already sent with other content" in other.text
    assert 'value="2031-05-08"' in other.text
    with database.read(EVERYONE) as session:
        assert len(session.scalars(select(Delivery.id)).all()) == told


def test_the_hour_at_which_the_server_has_the_answer_decides(phone, parts, cast, job, path, clock):
    """R14 T07"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    noon_in_paris = {"date": "2031-05-05", "time": "12:00"}
    clock.instant = MONDAY_NOON + timedelta(seconds=1)

    refused = send(
        phone, path, "offer.accept", field, {"X-Done-At": "2031-05-05T09:00:00+00:00"}, **noon_in_paris
    )

    assert refused.status_code == 422
    assert "This day is past" in refused.text
    again = forms_on(refused.text)["offer.accept"]
    clock.instant = MONDAY_NOON
    assert send(phone, path, "offer.accept", again, **noon_in_paris).status_code == 303


def test_a_deadline_that_passed_before_the_answer_came_does_not_shut_the_door(
    phone, parts, cast, job, path, clock, database
):
    """R14 S034"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    clock.instant = MONDAY_NOON + timedelta(hours=6)
    do(parts, cast, job, "offer.lapse", cast.karim, party=Party.CLOCK, now=clock.instant)

    assert send(phone, path, "offer.accept", field, **TYPED_TUESDAY).status_code == 303
    assert acts_done(database, cast.organisation)[-2:] == ["offer.lapse", "offer.accept"]


def test_who_refused_may_come_back_while_it_is_free(phone, path, database, cast):
    """R12 R09"""
    fill(phone, path, "offer.refuse", reason="no_time")

    assert "You refused this job." in phone.get(path).text
    assert fill(phone, path, "offer.accept", **TYPED_TUESDAY).status_code == 303
    assert acts_done(database, cast.organisation)[-2:] == ["offer.refuse", "offer.accept"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "date"),
        ({"date": "2031-05-06"}, "time"),
        ({"date": "06/05/2031", "time": "14:00"}, "date"),
        ({"date": "2031-02-30", "time": "14:00"}, "date"),
        ({"date": "0000-00-00", "time": "14:00"}, "date"),
        ({"date": "2031-05-06", "time": "25:00"}, "time"),
        ({"date": "2031-05-06", "time": "NaN"}, "time"),
        ({"date": "2030-05-06", "time": "14:00"}, "date"),
        ({"date": "2039-05-06", "time": "14:00"}, "date"),
        ({"date": "9999-12-31", "time": "23:59"}, "date"),
        ({"date": "0001-01-01", "time": "00:00"}, "date"),
        ({"date": "2032-03-28", "time": "02:30"}, "time"),
        ({"date": ["2031-05-06", "2031-05-07"], "time": "14:00"}, "date"),
        ({"date": "２０３１-05-06", "time": "14:00"}, "date"),
        ({"date": "2031-05-06\x00", "time": "14:00"}, "date"),
    ],
)
def test_a_date_that_cannot_be_is_asked_again_beside_its_field(phone, path, database, cast, answer, field):
    """S037 S039 R16 X10 T01"""
    refused = fill(phone, path, "offer.accept", comment="Merci", **answer)

    assert refused.status_code == 422
    assert f'id="offer-accept-{field}-error"' in refused.text
    assert "Merci" in refused.text
    assert "offer.accept" not in acts_done(database, cast.organisation)


TEXTS = {
    "plain": ("Bonjour", "Bonjour"),
    "emoji": ("Fuite 🔧👷🏽‍♀️", "Fuite 🔧👷🏽‍♀️"),
    "arabic": ("مرحبا", "مرحبا"),
    "override": ("abc\u202edef\u2066", "abcdef"),
    "nul": ("a\x00b\x07c", "abc"),
    "lines": ("a\r\nb\rc", "a\nb\nc"),
    "decomposed": ("e\u0301vier", "évier"),
    "markup": ("<b>{{7*7}}</b>", "<b>{{7*7}}</b>"),
    "longest": ("x" * 10_000, "x" * 10_000),
}


def test_what_people_write_is_kept_as_they_wrote_it_without_what_nobody_sees(phone, path, database):
    """R16 X01"""
    for typed, _kept in TEXTS.values():
        assert fill(phone, path, "message.write", body=typed).status_code == 303

    with database.read(EVERYONE) as session:
        assert sorted(session.scalars(select(Message.body))) == sorted(
            kept for _typed, kept in TEXTS.values()
        )
    assert "<b>" not in phone.get(path).text


def test_what_is_too_long_or_nothing_is_refused_with_the_count(phone, path, database):
    """R16"""
    for body, words in (
        ("x" * 100_000, "100000|100 000|100.000"),
        ("é" * 10_001, "10001|10.001"),
        ("\x00\u200b ", "Write your message"),
        ("", "Write your message"),
    ):
        refused = fill(phone, path, "message.write", body=body)
        assert refused.status_code == 422
        assert re.search(words, refused.text)
    lone_surrogate = b"submission=x&body=%ED%A0%80"
    kind = "application/x-www-form-urlencoded"
    assert phone.post(f"{path}/message.write", data=lone_surrogate, content_type=kind).status_code == 400
    with database.read(EVERYONE) as session:
        assert session.scalars(select(Message.id)).all() == []
