"""A new link for whoever holds a dead one: to the address on file, not too often, and never told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.parties import Party
from fieldtickets.links import fingerprint
from fieldtickets.outbox.wording import wording
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Event, Link
from tests.builders import KEY, MONDAY_NOON, a_ticket, acts_done, do, sent
from tests.web.links.forms import forms_on, send


@pytest.fixture
def job(parts, cast):
    """Nadia asks Karim."""
    return a_ticket(parts, cast, cast.karim)


@pytest.fixture
def path(job, cast):
    return job.path(cast.karim)


def end_links(database):
    with database.begin(EVERYONE) as session:
        session.execute(update(Link).values(expires_at=MONDAY_NOON))


def told(database):
    with database.read(EVERYONE) as session:
        return sorted(session.scalars(select(Delivery.address).where(Delivery.act == "link.renew")))


def test_a_new_link_goes_to_the_address_on_file_only(phone, path, parts, cast, job, database):
    """L08"""
    end_links(database)
    field = forms_on(phone.get(path).text)["link.renew"]

    asked = send(phone, path, "link.renew", field, mobile="+33699999999", email="igor@igor.example")

    assert asked.status_code == 202
    assert told(database) == ["+33612345678", "karim@plomberie.example"]
    fresh = sent(parts, cast.organisation, job.id)
    assert fresh.path(cast.karim) != path
    assert fresh.tokens[cast.karim] not in asked.text
    assert phone.get(fresh.path(cast.karim)).status_code == 200
    assert phone.get(path).status_code == 410
    assert acts_done(database, cast.organisation)[-1] == "link.renew"


def test_a_new_link_is_given_every_quarter_of_an_hour_and_three_times_a_day(phone, path, clock, database):
    """L08"""
    end_links(database)
    minutes = [0, 1, 14, 15, 16, 30, 45, 60, 24 * 60 + 1]
    answers = []
    for minute in minutes:
        clock.instant = MONDAY_NOON + timedelta(minutes=minute)
        field = forms_on(phone.get(path).text)["link.renew"]
        answers.append(send(phone, path, "link.renew", field))
        send(phone, path, "link.renew", field)  # a second tap

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.data for answer in answers}) == 1
    with database.read(EVERYONE) as session:
        given = session.scalars(select(Event.at).where(Event.act == "link.renew")).all()
    assert [(at - MONDAY_NOON) // timedelta(minutes=1) for at in given] == [0, 15, 30, 24 * 60 + 1]


def test_a_link_that_still_opens_is_not_renewed(phone, path, parts, job, cast, database):
    """L08"""
    field = parts.links.form_field(f"link:{job.link_ids[cast.karim]}", "link.renew", 1)

    answer = send(phone, path, "link.renew", field)

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert phone.get(f"{path}/link.renew").status_code == 404
    assert told(database) == []


def newest(parts, cast, job):
    """Where Karim's live link leads."""
    return sent(parts, cast.organisation, job.id).path(cast.karim)


def test_from_the_page_of_a_replaced_link_the_live_one_is_sent_again(phone, path, parts, cast, job, database):
    """L08: an old page in a browser's history, or in a thief's, kills no link that lives"""
    do(parts, cast, job, "link.replace", cast.karim, party=Party.MANAGER)
    live = newest(parts, cast, job)
    field = forms_on(phone.get(path).text)["link.renew"]

    asked = send(phone, path, "link.renew", field)

    assert asked.status_code == 202
    assert phone.get(live).status_code == 200
    assert newest(parts, cast, job) == live
    assert told(database) == ["+33612345678", "karim@plomberie.example"]
    with database.read(EVERYONE) as session:
        renewed = session.scalars(select(Delivery).where(Delivery.act == "link.renew")).all()
    assert {f"/l/{parts.links.token(one.link_id, fingerprint(KEY))}" for one in renewed} == {live}
    assert {"dead" in wording(one).sms("x") for one in renewed} == {False}


def test_a_link_that_ended_beside_a_living_one_brings_that_one(phone, path, parts, cast, job, database):
    """L08"""
    end_links(database)
    do(parts, cast, job, "link.resend", cast.karim, party=Party.MANAGER)
    with database.read(EVERYONE) as session:
        lives = select(Link).where(Link.expires_at > MONDAY_NOON)
        link = session.scalars(lives).one()
        live = f"/l/{parts.links.token(link.id, link.key_fingerprint)}"

    assert phone.post(f"{path}/link.renew").status_code == 202
    assert phone.get(live).status_code == 200


@pytest.mark.parametrize("cut", [True, False])
def test_asking_needs_no_form_and_is_answered_alike(phone, path, parts, cast, job, database, cut):
    """L08: 202 and the same page, whatever comes of it"""
    end_links(database)
    if cut:
        do(parts, cast, job, "link.revoke", cast.karim, party=Party.MANAGER)

    answers = [phone.post(f"{path}/link.renew", data={"submission": one}) for one in ("", "forged")]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert "Look at your messages" in answers[0].text
    assert acts_done(database, cast.organisation).count("link.renew") == (0 if cut else 1)
