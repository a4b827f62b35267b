"""Acts through a link: what each form takes, refuses and leaves."""

import re

from tests.builders import TYPED_TUESDAY, a_ticket, acts_done
from tests.web.links.forms import fill, forms_on, path_of_anna, send


def test_karim_accepts_with_a_date_and_reads_what_was_received(phone, parts, database, cast):
    """R02 S037 S040"""
    ticket = a_ticket(parts, cast, cast.karim)
    path = ticket.path(cast.karim)

    done = send(phone, path, "offer.accept", forms_on(phone.get(path).text)["offer.accept"], **TYPED_TUESDAY)

    assert (done.status_code, done.headers["Location"]) == (303, path)
    page = phone.get(path).text
    assert re.search("mardi 6 mai \\w+ 14\u00a0h", page)
    assert acts_done(database, cast.organisation)[-1] == "offer.accept"


def test_the_same_form_sent_twice_is_one_act(phone, parts, database, cast):
    """R02"""
    ticket = a_ticket(parts, cast, cast.karim)
    path = ticket.path(cast.karim)
    field = forms_on(phone.get(path).text)["offer.refuse"]

    for _tap in range(2):
        assert send(phone, path, "offer.refuse", field, reason="no_time").status_code == 303

    assert acts_done(database, cast.organisation).count("offer.refuse") == 1


def test_a_date_chosen_twice_is_chosen_once_although_the_list_is_gone(phone, parts, database, cast):
    """R02 S038"""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    fill(phone, job.path(cast.karim), "offer.accept")
    fill(phone, job.path(cast.karim), "appointment.propose", **TYPED_TUESDAY)
    anna = path_of_anna(parts, job)
    field = forms_on(phone.get(anna).text)["appointment.agree"]

    for _tap in range(2):
        assert send(phone, anna, "appointment.agree", field, slot="1").status_code == 303

    assert send(phone, anna, "appointment.agree", field, slot="2").status_code == 422
    assert acts_done(database, cast.organisation).count("appointment.agree") == 1


def test_a_form_of_ours_filled_differently_the_second_time_is_refused(phone, parts, database, cast):
    """R04"""
    ticket = a_ticket(parts, cast, cast.karim)
    path = ticket.path(cast.karim)
    field = forms_on(phone.get(path).text)["message.write"]
    send(phone, path, "message.write", field, body="Premier texte")

    other = send(phone, path, "message.write", field, body="Second texte")

    assert other.status_code == 422
    assert "Second texte" in other.text
    assert acts_done(database, cast.organisation).count("message.write") == 1


def test_karim_refuses_only_with_a_reason(phone, parts, cast):
    """S009"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    refused = fill(phone, path, "offer.refuse", comment="Chantier à Vienne")

    assert refused.status_code == 422
    assert 'aria-describedby="offer-refuse-reason-error"' in refused.text
    assert 'href="#offer-refuse-reason-0"' in refused.text
    assert "Chantier à Vienne" in refused.text
    assert fill(phone, path, "offer.refuse", reason="too_far").status_code == 303
